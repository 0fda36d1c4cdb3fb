"""The embedded engine's process: its deaths, its delays, and what it keeps to itself."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.port import Point
from ocelli.edge.index.schema import Collection

T = {"timeout_s": 10.0}
PAIR = Collection(name="pair", dimension=2)


def engine_pid(index: EmbeddedIndex) -> int:
    link = index._engine._link
    assert link is not None
    return link.engine_pid


def point(id_: str) -> Point:
    return Point(id=id_, vector=np.ones(2, "f4"))


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def refusal(call) -> OcelliError:  # any coroutine
    with pytest.raises(OcelliError) as caught:
        await call
    return caught.value


async def test_a_killed_engine_is_replaced_unseen(own_index: EmbeddedIndex):
    told: list[bool] = []
    own_index.on_change(told.append)
    await own_index.create_collection(PAIR, **T)
    for _ in range(2):
        await own_index.upsert("pair", [point("a")], **T)
        os.kill(engine_pid(own_index), signal.SIGKILL)
        assert await own_index.count("pair", **T) == 1
    assert own_index.ready
    assert told == [False, True, False, True]


async def test_a_call_in_the_air_survives_the_engine(own_index: EmbeddedIndex):
    await own_index.create_collection(PAIR, **T)
    pid = engine_pid(own_index)
    with stopped(pid):
        storing = asyncio.create_task(own_index.upsert("pair", [point("a")], **T))
        dropping = asyncio.create_task(own_index.delete_collection("pair", **T))
        await asyncio.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
    assert await storing == [None]
    assert (await refusal(dropping)).reason is Reason.INDEX_UNAVAILABLE
    assert await own_index.count("pair", **T) == 1


async def test_work_whose_deadline_passed_is_not_done(own_index: EmbeddedIndex):
    await own_index.create_collection(PAIR, **T)
    with stopped(engine_pid(own_index)):
        started_s = time.monotonic()
        error = await refusal(own_index.upsert("pair", [point("late")], timeout_s=0.2))
        assert time.monotonic() - started_s < 2
        assert error.reason is Reason.DEADLINE_EXCEEDED
    assert await own_index.count("pair", **T) == 0


async def test_cancelled_work_is_not_done(own_index: EmbeddedIndex):
    await own_index.create_collection(PAIR, **T)
    with stopped(engine_pid(own_index)):
        storing = asyncio.create_task(own_index.upsert("pair", [point("gone")], **T))
        await asyncio.sleep(0.1)
        storing.cancel()
        await asyncio.wait([storing])
        assert storing.cancelled()
    assert await own_index.count("pair", **T) == 0


async def test_calls_are_bounded(tmp_path: Path):
    index = EmbeddedIndex(tmp_path, max_calls=1)
    await index.start(**T)
    try:
        with stopped(engine_pid(index)):
            waiting = asyncio.create_task(index.list_collections(**T))
            await asyncio.sleep(0.05)
            error = await refusal(index.list_collections(**T))
            assert error.reason is Reason.OVERLOADED
        assert await waiting == []
    finally:
        await index.close()


async def test_one_engine_per_folder(own_index: EmbeddedIndex, tmp_path: Path):
    second = EmbeddedIndex(
        tmp_path / "index", tuning=Tuning(lock_timeout_s=0.2), log=tmp_path / "second.log"
    )
    error = await refusal(second.start(**T))
    assert error.reason is Reason.INDEX_UNAVAILABLE
    assert "another process has its folder open" in error.message
    assert str(tmp_path / "index") in (tmp_path / "second.log").read_text()
    assert await own_index.list_collections(**T) == []


async def test_several_processes_share_one_engine(own_index: EmbeddedIndex, tmp_path: Path):
    guest = EmbeddedIndex(tmp_path / "index", attach=True)
    await guest.start(**T)
    try:
        await own_index.create_collection(PAIR, **T)
        await guest.upsert("pair", [point("a")], **T)
        assert await own_index.count("pair", **T) == 1
        await own_index.delete_collection("pair", **T)
        await own_index.create_collection(Collection(name="pair", dimension=3), **T)
        outcome = await guest.upsert(
            "pair", [point("a"), Point(id="b", vector=np.ones(3, "f4"))], **T
        )
        assert outcome[0] is not None
        assert outcome[0].reason is Reason.VECTOR_DIMENSION
        assert outcome[1] is None
    finally:
        await guest.close()
    assert await own_index.count("pair", **T) == 1


async def test_what_was_known_of_a_collection_is_not_held_against_a_new_one(
    own_index: EmbeddedIndex, tmp_path: Path
):
    guest = EmbeddedIndex(tmp_path / "index", attach=True)
    await guest.start(**T)
    try:
        await own_index.create_collection(PAIR, **T)
        await guest.upsert("pair", [point("a")], **T)
        await own_index.delete_collection("pair", **T)
        await own_index.create_collection(Collection(name="pair", dimension=3), **T)
        assert await guest.search("pair", np.ones(3, "f4"), **T) == []
        await own_index.delete_collection("pair", **T)
        await own_index.create_collection(PAIR, **T)
        assert await guest.upsert("pair", [point("a")], **T) == [None]
        error = await refusal(guest.search("pair", np.ones(3, "f4"), **T))
        assert error.reason is Reason.VECTOR_DIMENSION
    finally:
        await guest.close()


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n", b"\x05\0\0\0\x01\0\0\0hello", b"\xff" * 64]
)
async def test_noise_on_the_socket_costs_its_connection_only(
    own_index: EmbeddedIndex, tmp_path: Path, noise: bytes
):
    reader, writer = await asyncio.open_unix_connection(tmp_path / "index" / "engine.sock")
    writer.write(noise)
    writer.write_eof()
    async with asyncio.timeout(5):
        await reader.read()
    writer.close()
    await writer.wait_closed()
    assert await own_index.list_collections(**T) == []


async def test_an_engine_that_is_not_there_is_unavailable(tmp_path: Path):
    index = EmbeddedIndex(tmp_path, attach=True)
    error = await refusal(index.start(timeout_s=0.2))
    assert error.reason is Reason.INDEX_UNAVAILABLE
    assert not index.ready
    error = await refusal(index.list_collections(**T))
    assert error.reason is Reason.INDEX_UNAVAILABLE


async def test_a_damaged_collection_leaves_the_others_alone(tmp_path: Path):
    folder = tmp_path / "index"
    index = EmbeddedIndex(folder, log=tmp_path / "engine.log")
    await index.start(**T)
    for name in ("good", "shard-gone", "shard-bad", "name-bad"):
        await index.create_collection(Collection(name=name, dimension=2), **T)
        await index.upsert(name, [point("a")], **T)
    await index.close()
    shutil.rmtree(folder / "collections" / "shard-gone" / "shard" / "segments")
    (folder / "collections" / "shard-bad" / "shard" / "edge_config.json").write_text("{")
    (folder / "collections" / "name-bad" / "collection.json").write_text("{")
    (folder / "making" / "half").mkdir()
    (folder / "trash" / "old").mkdir()
    await index.start(**T)
    try:
        assert list((folder / "making").iterdir()) == list((folder / "trash").iterdir()) == []
        for name in ("shard-bad", "name-bad"):
            error = await refusal(index.count(name, **T))
            assert error.reason is Reason.INDEX_UNAVAILABLE
            assert error.resource == ("collection", name)
            assert name in error.message
        anew = Collection(name="name-bad", dimension=2)
        error = await refusal(index.create_collection(anew, **T))
        assert error.reason is Reason.COLLECTION_EXISTS
        assert await index.count("good", **T) == 1
        for name in ("shard-gone", "shard-bad", "name-bad"):
            await index.delete_collection(name, **T)
        await index.create_collection(anew, **T)
        assert [c.name for c in await index.list_collections(**T)] == ["good", "name-bad"]
    finally:
        await index.close()


async def test_a_folder_with_a_long_name_works(tmp_path: Path):
    folder = tmp_path / ("x" * 120) / "index"
    index = EmbeddedIndex(folder, tuning=Tuning(flush_before_ack=True))
    await index.start(**T)
    await index.create_collection(PAIR, **T)
    await index.upsert("pair", [point("a")], **T)
    await index.close()
    await index.start(**T)
    assert await index.count("pair", **T) == 1
    await index.close()


async def test_the_event_loop_runs_on_while_points_are_loaded(own_index: EmbeddedIndex):
    await own_index.create_collection(Collection(name="wide", dimension=512), **T)
    vectors = np.random.default_rng(0).normal(size=(1000, 512)).astype("f4")
    late_s: list[float] = []

    async def tick() -> None:
        while True:
            due_s = time.monotonic() + 0.001
            await asyncio.sleep(0.001)
            late_s.append(time.monotonic() - due_s)

    ticking = asyncio.create_task(tick())
    for start in range(0, 5000, 1000):
        points = [Point(id=str(start + n), vector=vectors[n]) for n in range(1000)]
        assert not any(await own_index.upsert("wide", points, timeout_s=30))
    ticking.cancel()
    assert sorted(late_s)[int(0.99 * len(late_s))] < 0.05


def test_the_engine_is_never_loaded_where_frames_are_served():
    code = "import sys, ocelli.edge.index.embedded.embedded_index; sys.exit('qdrant_edge' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
