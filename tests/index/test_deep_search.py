"""Searches with an offset or with groups."""

import numpy as np
import pytest
import pytest_asyncio

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.filters import Range
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import NewCollection
from tests.index.test_embedded import refusal

POINTS = 400
ORIGIN = np.zeros(2, "f4")
FIELDS = {"word": FieldType.KEYWORD, "n": FieldType.INTEGER, "x": FieldType.FLOAT}


@pytest_asyncio.fixture
async def line(index: ValidatedIndex, new_collection: NewCollection) -> str:
    """Points p0, p1, … ever farther away; every tenth lacks `word`, else there are ten words."""
    name = (await new_collection(dimension=2, metric=Metric.EUCLID, **FIELDS)).name
    points = [
        Point(
            id=f"p{n}",
            vector=np.array([n, 0], "f4"),
            payload={"n": n // 100} | ({"word": [f"w{n % 10}", "all"]} if n % 10 else {}),
        )
        for n in range(POINTS)
    ]
    assert not any(await index.upsert(name, points, call=soon()))
    return name


async def ids(index: ValidatedIndex, name: str, **query) -> list[str]:
    hits = await index.search(name, SearchQuery(vector=ORIGIN, **query), call=soon())
    return [hit.id for hit in hits]


async def test_hits_are_passed_over(index: ValidatedIndex, line: str):
    assert await ids(index, line, offset=5, limit=3) == ["p5", "p6", "p7"]
    assert await ids(index, line, offset=398, limit=10) == ["p398", "p399"]
    assert await ids(index, line, offset=400) == []
    assert await ids(index, line, offset=9990) == []
    assert await ids(index, line, offset=5, score_threshold=6.0) == ["p5", "p6"]
    walked = [await ids(index, line, offset=start, limit=50) for start in range(0, 400, 50)]
    assert sum(walked, []) == [f"p{n}" for n in range(POINTS)]  # noqa: RUF017  # few


async def test_hits_have_what_was_asked_for(index: ValidatedIndex, line: str):
    for query in (
        SearchQuery(vector=ORIGIN, offset=1, limit=2, with_vectors=True),
        SearchQuery(vector=ORIGIN, group_by="word", limit=2, offset=1, with_vectors=True),
    ):
        hits = await index.search(line, query, call=soon())
        assert [(hit.id, hit.score, hit.payload) for hit in hits] == [
            ("p1", 1.0, {"n": 0, "word": ["w1", "all"]}),
            ("p2", 2.0, {"n": 0, "word": ["w2", "all"]}),
        ]
        assert [hit.vector is not None and hit.vector.tolist() for hit in hits] == [[1, 0], [2, 0]]
    bare = SearchQuery(vector=ORIGIN, group_by="word", limit=2, with_payload=False)
    assert [(h.payload, h.vector) for h in await index.search(line, bare, call=soon())] == [
        (None, None)
    ] * 2


async def test_of_a_group_only_the_nearest_is_a_hit(index: ValidatedIndex, line: str):
    """A list counts by its first value; a point without one is by itself."""
    assert await ids(index, line, group_by="word", limit=10) == [f"p{n}" for n in range(10)]
    assert await ids(index, line, group_by="word", limit=3, offset=9) == ["p9", "p10", "p20"]
    everything = await ids(index, line, group_by="word", limit=1000)
    assert len(everything) == 9 + POINTS // 10
    assert await ids(index, line, group_by="n") == ["p0", "p100", "p200", "p300"]
    some = Range(field="n", gte=2)
    assert await ids(index, line, group_by="n", filter=some, limit=1, offset=1) == ["p300"]


@pytest.mark.parametrize(
    ("query", "reason", "field"),
    [
        ({"offset": 9991}, Reason.INVALID_FIELD, "offset"),
        ({"offset": 2**32 - 1}, Reason.INVALID_FIELD, "offset"),
        ({"offset": -1}, Reason.INVALID_FIELD, "offset"),
        ({"group_by": "none"}, Reason.FIELD_NOT_IN_SCHEMA, "group_by"),
        ({"group_by": "x"}, Reason.FIELD_NOT_IN_SCHEMA, "group_by"),
        ({"group_by": "\0"}, Reason.FIELD_NOT_IN_SCHEMA, "group_by"),
    ],
)
async def test_what_is_refused(
    index: ValidatedIndex, line: str, query: dict, reason: Reason, field: str
):
    refused = await refusal(ids(index, line, **query))
    assert (refused.reason, refused.field) == (reason, field)


async def test_each_search_of_many_has_its_own(index: ValidatedIndex, line: str):
    queries = [
        SearchQuery(vector=ORIGIN, limit=2),
        SearchQuery(vector=ORIGIN, limit=2, offset=7),
        SearchQuery(vector=ORIGIN, limit=2, group_by="n", offset=1),
        SearchQuery(vector=ORIGIN, limit=2, group_by="x"),
    ]
    *found, refused = await index.search_many(line, queries, call=soon())
    assert [[hit.id for hit in hits] for hits in found] == [
        ["p0", "p1"],
        ["p7", "p8"],
        ["p100", "p200"],
    ]
    assert isinstance(refused, OcelliError)


async def test_answers_are_bounded(index: ValidatedIndex, new_collection: NewCollection):
    """What is passed over, or looked at for its group, does not count."""
    name = (await new_collection(dimension=2, metric=Metric.EUCLID, word=FieldType.KEYWORD)).name
    points = [
        Point(
            id=f"p{n}",
            vector=np.array([n, 0], "f4"),
            payload={"word": f"w{n % 2}", "filling": "x" * 10_000},
        )
        for n in range(300)
    ]
    assert not any(await index.upsert(name, points, call=soon()))
    small = ValidatedIndex(index._engine, max_answer_bytes=100_000)
    assert await ids(small, name, offset=290, limit=5) == [f"p{n}" for n in range(290, 295)]
    assert await ids(small, name, group_by="word") == ["p0", "p1"]
    for query in ({"limit": 12}, {"limit": 12, "offset": 100}):
        refused = await refusal(ids(small, name, **query))
        assert refused.reason is Reason.ANSWER_TOO_LARGE
    queries = [SearchQuery(vector=ORIGIN, limit=5, offset=1)] * 2
    first, second = await small.search_many(name, queries, call=soon())
    assert isinstance(first, list)
    assert isinstance(second, OcelliError)
    assert second.reason is Reason.ANSWER_TOO_LARGE
