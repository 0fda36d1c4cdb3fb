"""What is found once a graph has been built, with 8-bit copies of the vectors and without."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from ocelli.edge.index.embedded.embedded_index import EmbeddedIndex
from ocelli.edge.index.embedded.engine.tuning import Tuning
from ocelli.edge.index.filters import Equals, Range
from ocelli.edge.index.points import Hit, Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

pytestmark = [pytest.mark.system, pytest.mark.embedded]

NAME = "things"
DIMENSION = 512
COUNT = 7000  # 14 MB: beyond the size up to which the engine compares all, graph or not
FIELDS = {"n": FieldType.INTEGER, "word": FieldType.KEYWORD}
EVERY_KIB = 8192  # 4 096 points

Vectors = NDArray[np.float32]
RARE = Equals("word", "rare")


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[ValidatedIndex]:
    opened = await started(tmp_path, quantise=True)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module")
async def filled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ValidatedIndex]:
    """An index of `some_equal`, all under a graph."""
    folder = tmp_path_factory.mktemp("filled")
    index = await started(folder, quantise=True)
    await fill(index, folder, some_equal())
    yield index
    await index.close()


async def started(folder: Path, *, quantise: bool) -> ValidatedIndex:
    tuning = Tuning(optimise_every_kib=EVERY_KIB, quantise=quantise)
    index = ValidatedIndex(EmbeddedIndex(folder / "index", tuning=tuning))
    await index.start(soon().deadline)
    return index


def clustered(count: int) -> Vectors:
    random = np.random.default_rng(3)
    centres = random.normal(size=(100, DIMENSION))
    spread = 0.5 * random.normal(size=(count, DIMENSION))
    return (centres[random.integers(0, 100, count)] + spread).astype("f4")


def some_equal() -> Vectors:
    """Clustered, but a hundred are the same."""
    vectors = clustered(COUNT)
    vectors[500:600] = vectors[500]
    return vectors


async def fill(
    index: ValidatedIndex, folder: Path, vectors: Vectors, metric: Metric = Metric.COSINE
) -> None:
    """Stores vectors as points 0, 1, 2 … and returns when all are under a graph."""
    collection = Collection(name=NAME, dimension=DIMENSION, metric=metric, fields=FIELDS)
    await index.create_collection(collection, call=soon())
    await store(index, vectors, range(len(vectors)))
    await built(folder)


async def store(index: ValidatedIndex, vectors: Vectors, numbers: Sequence[int]) -> None:
    for start in range(0, len(numbers), 1000):
        points = [
            Point(
                id=str(n),
                vector=vectors[n],
                payload={"n": n, "word": "rare" if n % 100 == 0 else "common"},
            )
            for n in numbers[start : start + 1000]
        ]
        assert await index.upsert(NAME, points, call=soon()) == [None] * len(points)


async def built(folder: Path) -> None:
    """Returns when a graph was built and no other is for a second."""
    quiet = 0
    for _ in range(3000):
        names = {path.name for path in (folder / "index/collections" / NAME).glob("shard*")}
        quiet = quiet + 1 if len(names) == 1 and names != {"shard"} else 0
        if quiet == 50:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was not built within a minute")


async def found(index: ValidatedIndex, vector: Vectors, **how: object) -> list[Hit]:
    query = SearchQuery(vector=vector, **how)
    return await index.search(NAME, query, call=soon())


@pytest.mark.parametrize("metric", [Metric.DOT, Metric.EUCLID])
async def test_scores_are_those_of_the_true_vectors(
    index: ValidatedIndex, tmp_path: Path, metric: Metric
) -> None:
    await fill(index, tmp_path, some_equal(), metric)
    await check_scores(index, metric)


async def test_cosines_are_those_of_the_true_vectors(filled: ValidatedIndex) -> None:
    await check_scores(filled, Metric.COSINE)


async def check_scores(index: ValidatedIndex, metric: Metric) -> None:
    vectors = some_equal()
    right, asked = 0, 0
    for query in clustered(COUNT + 20)[COUNT:]:
        scores = vectors @ query
        if metric is Metric.COSINE:
            scores /= np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
        if metric is Metric.EUCLID:
            scores = np.linalg.norm(vectors - query, axis=1)
        order = np.argsort(scores if metric is Metric.EUCLID else -scores)
        hits = await found(index, query, limit=10)
        np.testing.assert_allclose(
            [hit.score for hit in hits], [scores[int(hit.id)] for hit in hits], rtol=1e-5
        )
        right += len({int(hit.id) for hit in hits} & set(order[:10].tolist()))
        asked += 10
        between = float(scores[order[4]] + scores[order[5]]) / 2
        near = await found(index, query, limit=10, score_threshold=between)
        assert {hit.id for hit in near} <= {hit.id for hit in hits[:5]}
        assert len(near) >= 4
    assert right >= 0.98 * asked


async def test_a_range_finds_as_much_as_a_keyword(filled: ValidatedIndex) -> None:
    vectors = some_equal()
    hundredth = np.arange(0, COUNT, 100)
    hundred = np.arange(1000, 1070)
    for query in clustered(COUNT + 10)[COUNT:]:
        for condition, numbers in (
            (RARE, hundredth),
            (Range(field="n", gte=1000, lt=1070), hundred),
        ):
            some = vectors[numbers]
            order = np.argsort(-(some @ query) / np.linalg.norm(some, axis=1))
            hits = await found(filled, query, limit=10, filter=condition)
            assert [int(hit.id) for hit in hits] == numbers[order[:10]].tolist()


async def test_equal_vectors_fill_the_limit_in_a_stable_order(filled: ValidatedIndex) -> None:
    hits = await found(filled, some_equal()[500], limit=50)
    assert len({hit.id for hit in hits}) == 50
    assert {int(hit.id) for hit in hits} <= set(range(500, 600))
    again = await found(filled, some_equal()[500], limit=50)
    assert [hit.id for hit in again] == [hit.id for hit in hits]


async def test_points_of_one_vector_alone_are_built_and_found(
    index: ValidatedIndex, tmp_path: Path
) -> None:
    vectors = np.tile(np.ones(DIMENSION, "f4"), (5000, 1))
    await fill(index, tmp_path, vectors)
    hits = await found(index, vectors[0], limit=7)
    assert len({hit.id for hit in hits}) == 7
    np.testing.assert_allclose([hit.score for hit in hits], 1.0, rtol=1e-5)


async def test_what_is_overwritten_is_there_once(index: ValidatedIndex, tmp_path: Path) -> None:
    vectors = clustered(COUNT)
    await fill(index, tmp_path, vectors)
    assert await index.count(NAME, filter=RARE, call=soon()) == COUNT // 100
    other = -vectors
    await store(index, other, range(5000))
    assert await index.count(NAME, call=soon()) == COUNT
    await built(tmp_path)
    assert await index.count(NAME, call=soon()) == COUNT
    assert await index.count(NAME, filter=RARE, call=soon()) == COUNT // 100
    for number in (0, 100, 4999):
        (nearest,) = await found(index, other[number], limit=1)
        assert nearest.id == str(number)
        hits = await found(index, vectors[number], limit=100)
        assert str(number) not in {hit.id for hit in hits}


async def test_what_is_set_anew_holds_once_it_is_built_again(tmp_path: Path) -> None:
    def has_copies() -> bool:
        return bool(list((tmp_path / "index/collections" / NAME).rglob("quantized.data")))

    vectors = clustered(COUNT)
    index = await started(tmp_path, quantise=False)
    await fill(index, tmp_path, vectors[:5500])
    assert not has_copies()
    await index.close()
    for quantise, numbers in ((True, range(2000, 7000)), (False, range(5000))):
        index = await started(tmp_path, quantise=quantise)
        (nearest,) = await found(index, vectors[7], limit=1)
        assert nearest.id == "7"
        await store(index, vectors, numbers)
        await built(tmp_path)
        assert has_copies() == quantise
        (nearest,) = await found(index, vectors[7], limit=1)
        assert nearest.id == "7"
        await index.close()
