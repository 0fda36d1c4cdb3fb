"""Collections by the thousand: made at once, opened when used, some at a time."""

import asyncio
import itertools
import logging
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.payload_change import Merge
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

pytestmark = [pytest.mark.system, pytest.mark.embedded]

_log = logging.getLogger(__name__)

COLLECTIONS = int(os.environ.get("OCELLI_TEST_COLLECTIONS", "2000"))
FIELDS = {"n": FieldType.INTEGER}
MOST_OPEN = 3


def collection(name: str) -> Collection:
    return Collection(name=name, dimension=2, fields=FIELDS)


def point(n: int) -> Point:
    return Point(id=f"p{n}", vector=np.array([1, n], "f4"), payload={"n": n})


def engine(index: ValidatedIndex) -> psutil.Process:
    return psutil.Process(index._engine._engine._connection.engine_pid)


def open_shards(index: ValidatedIndex) -> set[str]:
    """The collections of which the engine has files mapped."""
    paths = (Path(mapped.path).parts for mapped in engine(index).memory_maps())
    return {parts[parts.index("shard") - 1] for parts in paths if "shard" in parts}


def shard(folder: Path, name: str) -> Path:
    return folder / "collections" / name / "shard"


@pytest.fixture
async def narrow_index(tmp_path: Path) -> AsyncIterator[ValidatedIndex]:
    """An index that keeps three shards open."""
    tuning = Tuning(max_open_shards=MOST_OPEN)
    embedded = ValidatedIndex(
        EmbeddedIndex(tmp_path / "index", tuning=tuning, log=tmp_path / "engine.log")
    )
    await embedded.start(soon(20).deadline)
    yield embedded
    await embedded.close()


async def test_many_are_made_and_restarted_fast(own_index: ValidatedIndex, tmp_path: Path):
    began_s = time.monotonic()
    for n in range(COLLECTIONS):
        await own_index.create_collection(collection(f"c{n:05}"), call=soon())
    made_s = time.monotonic() - began_s
    assert made_s / COLLECTIONS < 0.05
    await own_index.upsert("c00007", [point(1)], call=soon())
    files = [path for path in (tmp_path / "index").rglob("*") if "c00007" not in path.parts]
    assert sum(path.stat().st_size for path in files if path.is_file()) < COLLECTIONS * 1000

    os.kill(engine(own_index).pid, signal.SIGKILL)
    began_s = time.monotonic()
    assert await own_index.count("c00007", call=soon()) == 1
    restarted_s = time.monotonic() - began_s
    assert restarted_s < 5
    _log.info(
        "%d made in %.1f ms each, there again after %.1f s",
        COLLECTIONS,
        1000 * made_s / COLLECTIONS,
        restarted_s,
    )
    names: list[str] = []
    token = ""
    while token or not names:
        page = await own_index.list_collections(page_size=300, page_token=token, call=soon())
        names += [found.name for found in page.items]
        token = page.next_page_token
    assert names == [f"c{n:05}" for n in range(COLLECTIONS)]


async def test_few_shards_are_open_and_no_point_is_lost(narrow_index: ValidatedIndex):
    names = [f"c{n}" for n in range(10)]
    for name in names:
        await narrow_index.create_collection(collection(name), call=soon())
    assert open_shards(narrow_index) == set()
    for round_, name in itertools.product(range(3), names):
        await narrow_index.upsert(name, [point(round_)], call=soon())
        opened = open_shards(narrow_index)
        assert name in opened
        assert len(opened) <= MOST_OPEN
    for _ in range(2):
        for name in names:
            assert await narrow_index.count(name, call=soon()) == 3
            assert await narrow_index.count(name, filter=Equals("n", 2), call=soon()) == 1
            (hit,) = await narrow_index.search(
                name, SearchQuery(vector=np.array([1, 2]), limit=1), call=soon()
            )
            assert hit.id == "p2"
        os.kill(engine(narrow_index).pid, signal.SIGKILL)


async def test_what_is_used_stays_open(narrow_index: ValidatedIndex):
    for name in ("used", "a", "b", "c"):
        await narrow_index.create_collection(collection(name), call=soon())
        await narrow_index.upsert(name, [point(1)], call=soon())
        await narrow_index.count("used", call=soon())
    assert open_shards(narrow_index) == {"used", "b", "c"}


async def test_a_schema_is_changed_while_shards_come_and_go(narrow_index: ValidatedIndex):
    names = [f"c{n}" for n in range(2 * MOST_OPEN)]
    for name in names:
        await narrow_index.create_collection(Collection(name=name, dimension=2), call=soon())
        await narrow_index.upsert(name, [point(n) for n in range(700)], call=soon())
    changes = (
        narrow_index.update_collection(name, add_fields=FIELDS, call=soon(60)) for name in names
    )
    for changed in await asyncio.gather(*changes):
        assert changed.fields == FIELDS
    for name in names:
        assert await narrow_index.count(name, filter=Equals("n", 3), call=soon()) == 1


async def test_a_collection_without_points_has_none(own_index: ValidatedIndex, tmp_path: Path):
    await own_index.create_collection(Collection(name="a", dimension=2), call=soon())
    # Nothing is to be filled: the field is there at once.
    await own_index.update_collection("a", model="m", add_fields=FIELDS, call=soon())
    query = SearchQuery(vector=np.ones(2))
    tree = Equals("n", 1)
    for _ in range(2):
        assert (await own_index.get_collection("a", call=soon())).fields == FIELDS
        assert await own_index.count("a", filter=tree, call=soon()) == 0
        assert await own_index.search("a", query, call=soon()) == []
        assert await own_index.search_many("a", [query, query], call=soon()) == [[], []]
        assert await own_index.get("a", ["p1"], call=soon()) == []
        assert (await own_index.list_points("a", call=soon())).items == []
        assert await own_index.delete("a", ["p1"], call=soon()) == 0
        assert await own_index.delete_by_filter("a", tree, call=soon()) == 0
        assert await own_index.update_payload("a", ["p1"], Merge({"n": 1}), call=soon()) == 0
        assert (
            await own_index.update_payload_by_filter("a", tree, Merge({"n": 1}), call=soon()) == 0
        )
        assert not shard(tmp_path / "index", "a").exists()
        await own_index.close()
        await own_index.start(soon(20).deadline)
    assert await own_index.upsert("a", [point(1)], call=soon()) == [None]
    assert await own_index.count("a", filter=tree, call=soon()) == 1


async def test_a_shard_that_was_half_made_is_made_anew(own_index: ValidatedIndex, tmp_path: Path):
    await own_index.create_collection(collection("a"), call=soon())
    half = shard(tmp_path / "index", "a")
    (half / "segments" / "half").mkdir(parents=True)
    (half / "edge_config.json").write_text("{")
    assert await own_index.count("a", call=soon()) == 0
    assert await own_index.upsert("a", [point(1)], call=soon()) == [None]
    os.kill(engine(own_index).pid, signal.SIGKILL)
    assert await own_index.count("a", call=soon()) == 1


async def test_a_shard_that_is_lost_is_not_taken_for_an_empty_one(
    own_index: ValidatedIndex, tmp_path: Path
):
    await own_index.create_collection(collection("a"), call=soon())
    await own_index.upsert("a", [point(1)], call=soon())
    await own_index.close()
    shutil.rmtree(shard(tmp_path / "index", "a"))
    await own_index.start(soon(20).deadline)
    for call in (
        own_index.count("a", call=soon()),
        own_index.upsert("a", [point(2)], call=soon()),
    ):
        with pytest.raises(OcelliError) as caught:
            await call
        assert caught.value.reason is Reason.INDEX_UNAVAILABLE
        assert "restore its folder" in caught.value.message
    await own_index.delete_collection("a", call=soon())


async def test_a_disk_that_refuses_is_unavailable(own_index: ValidatedIndex, tmp_path: Path):
    shutil.rmtree(tmp_path / "index" / "making")
    with pytest.raises(OcelliError) as caught:
        await own_index.create_collection(collection("a"), call=soon())
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    assert "cannot be created" in caught.value.message
    (tmp_path / "index" / "making").mkdir()
    await own_index.create_collection(collection("a"), call=soon())


async def test_first_writes_survive_kill_9(own_index: ValidatedIndex):
    rng = np.random.default_rng()
    acknowledged: list[str] = []
    refused: list[Reason] = []

    async def write(writer: int) -> None:
        for n in itertools.count():
            name = f"c{writer}-{n}"
            try:
                await own_index.create_collection(collection(name), call=soon())
                (outcome,) = await own_index.upsert(name, [point(n)], call=soon())
                if outcome is not None:
                    raise outcome
            except OcelliError as error:
                refused.append(error.reason)
            else:
                acknowledged.append(name)

    writing = [asyncio.create_task(write(writer)) for writer in range(2)]
    for _ in range(4):
        await asyncio.sleep(rng.uniform(0.2, 1))
        os.kill(engine(own_index).pid, signal.SIGKILL)
        await own_index.list_collections(call=soon())
    for task in writing:
        task.cancel()
    await asyncio.wait(writing)
    assert [task for task in writing if not task.cancelled()] == []
    assert len(acknowledged) >= 4
    assert set(refused) <= {Reason.INDEX_UNAVAILABLE}
    for name in acknowledged:
        assert await own_index.count(name, call=soon()) == 1
    # What was not acknowledged exists or not, but is whole.
    listed = (await own_index.list_collections(page_size=1000, call=soon())).items
    for found in listed:
        assert await own_index.upsert(found.name, [point(0)], call=soon()) == [None]
    assert len(listed) <= len(acknowledged) + len(refused) + 2


async def test_a_page_of_large_descriptions_is_short(tmp_path: Path):
    index = ValidatedIndex(EmbeddedIndex(tmp_path / "index"), max_answer_bytes=20_000)
    await index.start(soon(20).deadline)
    try:
        fields = {f"{n}{'x' * 120}": FieldType.BOOL for n in range(64)}
        for n in range(5):
            made = Collection(name=f"c{n}", dimension=2, fields=fields)
            await index.create_collection(made, call=soon())
        sizes: list[int] = []
        token = ""
        while token or not sizes:
            page = await index.list_collections(page_token=token, call=soon())
            sizes.append(len(page.items))
            token = page.next_page_token
        assert sizes == [2, 2, 1]
    finally:
        await index.close()
