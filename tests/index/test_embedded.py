"""The embedded engine's process: its deaths, its delays, and what it keeps to itself."""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

pytestmark = [pytest.mark.system, pytest.mark.embedded]

PAIR = Collection(name="pair", dimension=2)
THREE = SearchQuery(vector=np.ones(3, "f4"))


def engine_pid(index: ValidatedIndex) -> int:
    connection = index._engine._engine._connection
    assert connection is not None
    return connection.engine_pid


def point(id_: str) -> Point:
    return Point(id=id_, vector=np.ones(2, "f4"))


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it may have been killed meanwhile
            os.kill(pid, signal.SIGCONT)


async def names(index: ValidatedIndex) -> list[str]:
    return [c.name for c in (await index.list_collections(call=soon())).items]


async def refusal(call) -> OcelliError:  # any coroutine
    with pytest.raises(OcelliError) as caught:
        await call
    return caught.value


async def test_a_killed_engine_is_replaced_unseen(own_index: ValidatedIndex):
    states: list[bool] = []
    own_index.on_change(states.append)
    await own_index.create_collection(PAIR, call=soon())
    for _ in range(2):
        await own_index.upsert("pair", [point("a")], call=soon())
        os.kill(engine_pid(own_index), signal.SIGKILL)
        assert await own_index.count("pair", call=soon()) == 1
    assert own_index.ready
    assert states == [False, True, False, True]


async def test_a_call_under_way_survives_the_engine(own_index: ValidatedIndex):
    await own_index.create_collection(PAIR, call=soon())
    pid = engine_pid(own_index)
    with stopped(pid):
        storing = asyncio.create_task(own_index.upsert("pair", [point("a")], call=soon()))
        dropping = asyncio.create_task(own_index.delete_collection("pair", call=soon()))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
    assert await storing == [None]
    assert (await refusal(dropping)).reason is Reason.INDEX_UNAVAILABLE
    assert await own_index.count("pair", call=soon()) == 1


async def test_work_whose_deadline_passed_is_not_done(own_index: ValidatedIndex):
    await own_index.create_collection(PAIR, call=soon())
    with stopped(engine_pid(own_index)):
        # The engine stands still: only the caller's own clock can end this.
        error = await refusal(own_index.upsert("pair", [point("late")], call=soon(0.2)))
        assert error.reason is Reason.DEADLINE_EXCEEDED
    assert await own_index.count("pair", call=soon()) == 0


async def test_cancelled_work_is_not_done(own_index: ValidatedIndex):
    await own_index.create_collection(PAIR, call=soon())
    with stopped(engine_pid(own_index)):
        storing = asyncio.create_task(own_index.upsert("pair", [point("gone")], call=soon()))
        await asyncio.sleep(0.1)
        storing.cancel()
        await asyncio.wait([storing])
        assert storing.cancelled()
    assert await own_index.count("pair", call=soon()) == 0


async def test_calls_are_bounded(tmp_path: Path):
    index = ValidatedIndex(EmbeddedIndex(tmp_path, max_calls=1))
    await index.start(soon().deadline)
    try:
        with stopped(engine_pid(index)):
            waiting = asyncio.create_task(index.list_collections(call=soon()))
            await asyncio.sleep(0.05)
            error = await refusal(index.list_collections(call=soon()))
            assert error.reason is Reason.OVERLOADED
        assert (await waiting).items == []
    finally:
        await index.close()


async def test_one_engine_per_folder(own_index: ValidatedIndex, tmp_path: Path):
    second = EmbeddedIndex(
        tmp_path / "index", tuning=Tuning(lock_timeout_s=0.2), log=tmp_path / "second.log"
    )
    error = await refusal(second.start(soon().deadline))
    assert error.reason is Reason.INDEX_UNAVAILABLE
    assert "another process has its folder open" in error.message
    assert str(tmp_path / "index") in (tmp_path / "second.log").read_text()
    assert await names(own_index) == []


async def test_several_processes_share_one_engine(own_index: ValidatedIndex, tmp_path: Path):
    guest = ValidatedIndex(EmbeddedIndex(tmp_path / "index", attach=True))
    await guest.start(soon().deadline)
    try:
        await own_index.create_collection(PAIR, call=soon())
        await guest.upsert("pair", [point("a")], call=soon())
        assert await own_index.count("pair", call=soon()) == 1
        await own_index.delete_collection("pair", call=soon())
        await own_index.create_collection(Collection(name="pair", dimension=3), call=soon())
        outcome = await guest.upsert(
            "pair", [point("a"), Point(id="b", vector=np.ones(3, "f4"))], call=soon()
        )
        assert outcome[0] is not None
        assert outcome[0].reason is Reason.VECTOR_DIMENSION
        assert outcome[1] is None
    finally:
        await guest.close()
    assert await own_index.count("pair", call=soon()) == 1


async def test_what_was_known_of_a_collection_is_not_held_against_a_new_one(
    own_index: ValidatedIndex, tmp_path: Path
):
    guest = ValidatedIndex(EmbeddedIndex(tmp_path / "index", attach=True))
    await guest.start(soon().deadline)
    try:
        await own_index.create_collection(PAIR, call=soon())
        await guest.upsert("pair", [point("a")], call=soon())
        await own_index.delete_collection("pair", call=soon())
        await own_index.create_collection(Collection(name="pair", dimension=3), call=soon())
        assert await guest.search("pair", THREE, call=soon()) == []
        await own_index.delete_collection("pair", call=soon())
        await own_index.create_collection(PAIR, call=soon())
        assert await guest.upsert("pair", [point("a")], call=soon()) == [None]
        error = await refusal(guest.search("pair", THREE, call=soon()))
        assert error.reason is Reason.VECTOR_DIMENSION
    finally:
        await guest.close()


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n", b"\x05\0\0\0\x01\0\0\0hello", b"\xff" * 64]
)
async def test_noise_on_the_socket_costs_its_connection_only(
    own_index: ValidatedIndex, tmp_path: Path, noise: bytes
):
    reader, writer = await asyncio.open_unix_connection(tmp_path / "index" / "engine.sock")
    writer.write(noise)
    writer.write_eof()
    async with asyncio.timeout(5):
        await reader.read()
    writer.close()
    await writer.wait_closed()
    assert await names(own_index) == []


async def test_an_engine_that_is_not_there_is_unavailable(tmp_path: Path):
    index = ValidatedIndex(EmbeddedIndex(tmp_path, attach=True))
    error = await refusal(index.start(soon(0.2).deadline))
    assert error.reason is Reason.INDEX_UNAVAILABLE
    assert not index.ready
    error = await refusal(index.list_collections(call=soon()))
    assert error.reason is Reason.INDEX_UNAVAILABLE


async def test_a_damaged_collection_leaves_the_others_alone(tmp_path: Path):
    folder = tmp_path / "index"
    index = ValidatedIndex(EmbeddedIndex(folder, log=tmp_path / "engine.log"))
    await index.start(soon().deadline)
    for name in ("good", "shard-gone", "shard-bad", "name-bad"):
        await index.create_collection(Collection(name=name, dimension=2), call=soon())
        await index.upsert(name, [point("a")], call=soon())
    await index.close()
    shutil.rmtree(folder / "collections" / "shard-gone" / "shard" / "segments")
    (folder / "collections" / "shard-bad" / "shard" / "edge_config.json").write_text("{")
    (folder / "collections" / "name-bad" / "collection.json").write_text("{")
    (folder / "making" / "half").mkdir()
    (folder / "trash" / "old").mkdir()
    await index.start(soon().deadline)
    try:
        assert list((folder / "making").iterdir()) == list((folder / "trash").iterdir()) == []
        for name in ("shard-bad", "name-bad"):
            error = await refusal(index.count(name, call=soon()))
            assert error.reason is Reason.INDEX_UNAVAILABLE
            assert error.resource == ("collection", name)
            assert name in error.message
        anew = Collection(name="name-bad", dimension=2)
        error = await refusal(index.create_collection(anew, call=soon()))
        assert error.reason is Reason.COLLECTION_EXISTS
        assert await index.count("good", call=soon()) == 1
        for name in ("shard-gone", "shard-bad", "name-bad"):
            await index.delete_collection(name, call=soon())
        await index.create_collection(anew, call=soon())
        assert await names(index) == [
            "good",
            "name-bad",
        ]
    finally:
        await index.close()


async def test_a_folder_with_a_long_name_works(tmp_path: Path):
    folder = tmp_path / ("x" * 120) / "index"
    index = ValidatedIndex(EmbeddedIndex(folder, tuning=Tuning(flush_before_ack=True)))
    await index.start(soon().deadline)
    await index.create_collection(PAIR, call=soon())
    await index.upsert("pair", [point("a")], call=soon())
    await index.close()
    await index.start(soon().deadline)
    assert await index.count("pair", call=soon()) == 1
    await index.close()


async def test_the_event_loop_runs_on_while_points_are_loaded(own_index: ValidatedIndex):
    await own_index.create_collection(Collection(name="wide", dimension=512), call=soon())
    vectors = np.random.default_rng(0).normal(size=(1000, 512)).astype("f4")
    ticks_s: list[float] = [time.monotonic()]

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.001)
            ticks_s.append(time.monotonic())

    ticking = asyncio.create_task(tick())
    # As long as makes one pause of a busy machine a small part of it.
    for start in range(0, 20_000, 1000):
        points = [Point(id=str(start + n), vector=vectors[n]) for n in range(1000)]
        assert not any(await own_index.upsert("wide", points, call=soon(30)))
    ticking.cancel()
    ticks_s.append(time.monotonic())
    longest_s = max(later - earlier for earlier, later in itertools.pairwise(ticks_s))
    assert longest_s / (ticks_s[-1] - ticks_s[0]) < 0.2


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        # The engine holds Python's global lock for as long as it runs.
        ("engine_choice", {"qdrant_edge", "grpc", "google.protobuf"}),
        ("validated_index", {"qdrant_edge", "grpc", "google.protobuf"}),
        ("embedded.engine.__main__", {"numpy", "grpc", "google.protobuf"}),
    ],
)
def test_each_process_loads_what_it_needs(module: str, absent: set[str]):
    code = f"import sys, ocelli.edge.index.{module}; sys.exit(not {absent}.isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
