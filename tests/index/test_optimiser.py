"""Graphs are built on a copy, while the collection is searched and written to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.test_embedded import engine_pid

pytestmark = [pytest.mark.system, pytest.mark.embedded]

NAME = "things"
DIMENSION = 64
FIELDS = {"n": FieldType.INTEGER}
EVERY_KIB = 256  # 1 024 points


def point(number: int, shift: float = 0.0) -> Point:
    vector = np.random.default_rng(number).normal(size=DIMENSION).astype("f4") + shift
    return Point(id=f"p{number}", vector=vector, payload={"n": number})


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[ValidatedIndex]:
    opened = await started(tmp_path)
    collection = Collection(name=NAME, dimension=DIMENSION, fields=FIELDS)
    await opened.create_collection(collection, call=soon())
    yield opened
    await opened.close()


async def started(folder: Path, **tuning: float) -> ValidatedIndex:
    never = {"merge_after_s": 3600.0}
    settings = Tuning(**{"optimise_every_kib": EVERY_KIB, **never, **tuning})
    index = ValidatedIndex(EmbeddedIndex(folder / "index", tuning=settings))
    await index.start(soon().deadline)
    return index


async def store(index: ValidatedIndex, numbers: range, shift: float = 0.0) -> None:
    for start in range(numbers.start, numbers.stop, 500):
        points = [point(n, shift) for n in range(start, min(start + 500, numbers.stop))]
        assert await index.upsert(NAME, points, call=soon()) == [None] * len(points)


def shards(folder: Path) -> set[str]:
    return {path.name for path in (folder / "index" / "collections" / NAME).glob("shard*")}


async def until(true: Callable[[], bool]) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to be within a minute")


async def nearest(index: ValidatedIndex, number: int, shift: float = 0.0) -> str:
    query = SearchQuery(vector=point(number, shift).vector, limit=1)
    return (await index.search(NAME, query, call=soon()))[0].id


async def test_what_is_written_while_it_builds_is_in_what_it_built(
    index: ValidatedIndex, tmp_path: Path
) -> None:
    await store(index, range(3000))
    await until(lambda: len(shards(tmp_path)) == 2)
    await store(index, range(3000, 3500))
    await store(index, range(100), shift=5.0)
    assert await index.delete(NAME, [f"p{n}" for n in range(100, 200)], call=soon()) == 100
    assert await index.count(NAME, call=soon()) == 3400
    await until(lambda: len(shards(tmp_path)) == 1 and shards(tmp_path) != {"shard"})
    for _ in range(2):
        assert await index.count(NAME, call=soon()) == 3400
        assert await nearest(index, 3400) == "p3400"
        assert await nearest(index, 5, shift=5.0) == "p5"
        assert await nearest(index, 150) != "p150"
        await index.close()
        index = await started(tmp_path)
    await index.close()


async def test_a_kill_while_it_builds_loses_nothing(index: ValidatedIndex, tmp_path: Path) -> None:
    await store(index, range(3000))
    await until(lambda: len(shards(tmp_path)) == 2)
    await store(index, range(3000, 3100))
    engine = psutil.Process(engine_pid(index))
    await until(lambda: len(engine.children()) == 1)
    builders = engine.children()
    engine.kill()
    assert await index.count(NAME, call=soon()) == 3100
    psutil.wait_procs(builders, timeout=20)
    assert not [builder for builder in builders if builder.is_running()]
    await until(lambda: len(shards(tmp_path)) == 1)
    assert await nearest(index, 3050) == "p3050"


async def test_a_schema_that_changes_meanwhile_is_kept(
    index: ValidatedIndex, tmp_path: Path
) -> None:
    await store(index, range(3000))
    await until(lambda: len(shards(tmp_path)) == 2)
    await index.update_collection(NAME, add_fields={"word": FieldType.KEYWORD}, call=soon())
    late = Point(id="late", vector=np.ones(DIMENSION, "f4"), payload={"word": "late"})
    assert await index.upsert(NAME, [late], call=soon()) == [None]
    await until(lambda: len(shards(tmp_path)) == 1 and shards(tmp_path) != {"shard"})
    found = await index.get_one(NAME, "late", call=soon())
    assert found.payload == {"word": "late"}
    assert await index.count(NAME, call=soon()) == 3001


async def test_a_collection_can_be_deleted_while_it_builds(
    index: ValidatedIndex, tmp_path: Path
) -> None:
    await store(index, range(3000))
    await until(lambda: len(shards(tmp_path)) == 2)
    await index.delete_collection(NAME, call=soon())
    with pytest.raises(OcelliError) as caught:
        await index.count(NAME, call=soon())
    assert caught.value.reason is Reason.COLLECTION_NOT_FOUND
    await until(lambda: not list((tmp_path / "index" / "trash").iterdir()))


async def test_what_is_ahead_of_the_optimiser_waits_and_is_stored(tmp_path: Path) -> None:
    index = await started(tmp_path, max_unoptimised_kib=2 * EVERY_KIB)
    await index.create_collection(Collection(name=NAME, dimension=DIMENSION), call=soon())
    await asyncio.gather(
        *(store(index, range(start, start + 1000)) for start in range(0, 6000, 1000))
    )
    assert await index.count(NAME, call=soon()) == 6000
    assert await nearest(index, 5999) == "p5999"
    await index.close()


async def test_links_to_what_never_changes_are_links(index: ValidatedIndex, tmp_path: Path) -> None:
    """The copy shares the largest files with the shard; were they written to, both would be."""
    await store(index, range(3000))
    await until(lambda: len(shards(tmp_path)) == 1 and shards(tmp_path) != {"shard"})
    (first,) = shards(tmp_path)
    folder = tmp_path / "index" / "collections" / NAME / first
    vectors = {path.relative_to(folder): path for path in folder.rglob("matrix.dat")}
    assert vectors
    before = {name: path.read_bytes() for name, path in vectors.items()}
    await index.delete(NAME, [f"p{n}" for n in range(50)], call=soon())
    await store(index, range(50, 100), shift=3.0)
    await store(index, range(3000, 3900))
    assert {name: path.read_bytes() for name, path in vectors.items()} == before
    await store(index, range(3900, 4200))
    kept = {path.stat().st_ino for path in vectors.values()}
    await until(lambda: first not in shards(tmp_path) and len(shards(tmp_path)) == 1)
    (second,) = shards(tmp_path)
    now = {path.stat().st_ino for path in folder.with_name(second).rglob("matrix.dat")}
    assert kept & now
    assert await index.count(NAME, call=soon()) == 4150
    assert await nearest(index, 60, shift=3.0) == "p60"


async def test_graphs_are_merged_once_nothing_is_written(tmp_path: Path) -> None:
    def segments() -> int:
        (shard,) = shards(tmp_path)
        return len(list((tmp_path / f"index/collections/{NAME}/{shard}/segments").iterdir()))

    index = await started(tmp_path)
    await index.create_collection(Collection(name=NAME, dimension=DIMENSION), call=soon())
    known = {"shard"}
    for part in range(4):
        await store(index, range(part * 1100, (part + 1) * 1100))
        await until(lambda: len(shards(tmp_path)) == 1 and shards(tmp_path).isdisjoint(known))
        known.update(shards(tmp_path))
    assert segments() > 2
    await index.close()

    index = await started(tmp_path, merge_after_s=0.2)
    assert await index.count(NAME, call=soon()) == 4400
    await until(lambda: len(shards(tmp_path)) == 1 and shards(tmp_path).isdisjoint(known))
    assert segments() == 2  # a graph, and what takes new points
    merged = shards(tmp_path)
    assert await index.count(NAME, call=soon()) == 4400
    assert await nearest(index, 4399) == "p4399"
    await asyncio.sleep(1)
    assert shards(tmp_path) == merged
    await index.close()


async def test_searches_pass_between_the_parts_of_a_large_write(index: ValidatedIndex) -> None:
    points = [point(number) for number in range(1000)]
    await index.upsert(NAME, points[:10], call=soon())
    writes = [asyncio.create_task(index.upsert(NAME, points, call=soon())) for _ in range(8)]
    await asyncio.sleep(0.1)
    assert await nearest(index, 5) == "p5"
    assert not all(write.done() for write in writes)
    await asyncio.gather(*writes)
    assert await index.count(NAME, call=soon()) == 1000
