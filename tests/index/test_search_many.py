"""Several searches in one call."""

from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.query_groups import grouped
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon
from tests.index.conftest import OpenIndex

pytestmark = pytest.mark.system


@pytest.fixture
async def filled(index: ValidatedIndex, new_collection) -> str:
    name = (await new_collection(4, Metric.EUCLID, n=FieldType.INTEGER)).name
    points = [Point(id=str(n), vector=np.full(4, n), payload={"n": n}) for n in range(50)]
    assert not any(await index.upsert(name, points, call=soon()))
    return name


async def test_each_search_finds_what_it_would_alone(index: ValidatedIndex, filled: str):
    queries = [
        SearchQuery(vector=np.full(4, n + 0.1), limit=n % 3 + 1, with_payload=n % 2 == 0)
        for n in range(40)
    ]
    together = await index.search_many(filled, queries, call=soon())
    for query, hits in zip(queries, together, strict=True):
        alone = await index.search(filled, query, call=soon())
        assert isinstance(hits, list)
        assert [(h.id, h.score, h.payload) for h in hits] == [
            (h.id, h.score, h.payload) for h in alone
        ]


async def test_each_search_fails_alone(index: ValidatedIndex, filled: str):
    good = SearchQuery(vector=np.ones(4), limit=1)
    outcomes = await index.search_many(
        filled,
        [
            good,
            SearchQuery(vector=np.ones(3)),
            SearchQuery(vector=np.ones(4), limit=0),
            SearchQuery(vector=np.ones(4), filter=Equals("x", 1)),
            good,
        ],
        call=soon(),
    )
    shown = [o.field if isinstance(o, OcelliError) else o[0].id for o in outcomes]
    assert shown == ["1", "vector", "limit", "filter.equals.field", "1"]


@pytest.mark.parametrize(
    "queries",
    [
        [],
        [SearchQuery(vector=np.ones(4))] * 101,
        [SearchQuery(vector=np.ones(4), limit=1000)] * 11,
    ],
)
async def test_too_many_searches_are_refused(
    index: ValidatedIndex, filled: str, queries: list[SearchQuery]
):
    with pytest.raises(OcelliError) as caught:
        await index.search_many(filled, queries, call=soon())
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "requests")


async def test_an_unknown_collection_fails_all(index: ValidatedIndex):
    with pytest.raises(OcelliError) as caught:
        await index.search_many("never-made", [SearchQuery(vector=np.ones(4))], call=soon())
    assert caught.value.reason is Reason.COLLECTION_NOT_FOUND


async def test_what_was_known_is_not_held_against_a_new_collection(
    own_index: ValidatedIndex, open_index: OpenIndex, tmp_path: Path
):
    async with open_index(tmp_path / "index", guest=True) as guest:
        await own_index.create_collection(Collection(name="a", dimension=2), call=soon())
        assert await guest.count("a", call=soon()) == 0
        await own_index.delete_collection("a", call=soon())
        await own_index.create_collection(Collection(name="a", dimension=3), call=soon())
        queries = [SearchQuery(vector=np.ones(3)), SearchQuery(vector=np.ones(2))]
        found, refused = await guest.search_many("a", queries, call=soon())
        assert found == []
        assert isinstance(refused, OcelliError)


def test_groups_are_bounded():
    within = Collection(name="a", dimension=1 << 14)
    small = SearchQuery(vector=np.ones(1))
    large = SearchQuery(vector=np.ones(1), limit=600)
    heavy = SearchQuery(vector=np.ones(1), limit=600, with_vectors=True)
    queries = [small] * 20 + [large] * 2 + [heavy] * 2 + [small]
    groups = [len(group) for group in grouped(queries, within)]
    assert groups == [8, 8, 4, 1, 1, 1, 2]
    assert sum(groups) == len(queries)
