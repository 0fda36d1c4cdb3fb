"""What only a cluster's engine does: aliases, replacing, several edges. Needs `--index-engine`."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import validate_payload
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.opensearch import unfinished
from ocelli.edge.index.opensearch.bulk import Write
from ocelli.edge.index.opensearch.opensearch_index import OpenSearchIndex
from ocelli.edge.index.opensearch.state import KnownState
from ocelli.edge.index.points import SearchQuery
from ocelli.edge.index.port import Alias, CheckedPoint, CollectionState, OutOfDate
from ocelli.edge.index.schema import Collection, FieldType
from tests.index.calls import soon
from tests.index.conftest import OpenIndex

FIELDS = {"owner": FieldType.KEYWORD, "n": FieldType.INTEGER}


@pytest.fixture
async def edges(
    index_engine: str, open_index: OpenIndex, tmp_path: Path
) -> AsyncIterator[tuple[OpenSearchIndex, OpenSearchIndex]]:
    """The engines of two edges on one cluster."""
    if index_engine == "embedded":
        pytest.skip("needs --index-engine opensearch://…")
    async with open_index(tmp_path) as one, open_index(tmp_path, guest=True) as other:
        yield one._engine, other._engine


def point(id_: str, within: CollectionState, **payload) -> CheckedPoint:
    checked = validate_payload.check(payload, within.collection)
    return CheckedPoint(id_, np.ones(2, "f4"), checked)


async def create(engine: OpenSearchIndex, name: str) -> CollectionState:
    return await engine.create_collection(
        Collection(name=name, dimension=2, fields=FIELDS), call=soon()
    )


async def refusal(call) -> Reason:  # any coroutine
    with pytest.raises(OcelliError) as caught:
        await call
    return caught.value.reason


async def test_an_alias_moves_in_one_step(edges):
    one, other = edges
    await create(one, "a")
    b = await create(one, "b")
    assert await one.set_alias("now", "a", call=soon()) == ""
    assert await one.set_alias("now", "a", call=soon()) == "a"
    found = await other.describe_collection("now", call=soon())
    assert (found.collection.name, found.alias) == ("a", "now")
    await other.upsert(found, [point("p", found, n=1)], call=soon())
    assert await one.set_alias("now", "b", call=soon()) == "a"
    for call in (
        other.count(found, filter=None, call=soon()),
        other.upsert(found, [point("p", found, n=1)], call=soon()),
    ):
        with pytest.raises(OutOfDate):
            await call
    moved = await other.describe_collection("now", call=soon())
    assert moved.generation == b.generation
    assert await other.count(moved, filter=None, call=soon()) == 0
    assert await one.list_aliases(after="", limit=10, call=soon()) == ([Alias("now", "b")], False)
    await one.delete_alias("now", call=soon())
    assert await refusal(one.delete_alias("now", call=soon())) is Reason.COLLECTION_NOT_FOUND
    assert await refusal(one.describe_collection("now", call=soon())) is Reason.COLLECTION_NOT_FOUND
    assert await one.list_aliases(after="", limit=10, call=soon()) == ([], False)


async def test_names_are_taken_once(edges):
    one, other = edges
    made = await asyncio.gather(
        create(one, "a"), create(other, "a"), create(one, "a"), return_exceptions=True
    )
    assert sum(isinstance(state, KnownState) for state in made) == 1
    assert sum(isinstance(e, OcelliError) and e.reason == "COLLECTION_EXISTS" for e in made) == 2
    await one.set_alias("x", "a", call=soon())
    assert await refusal(create(other, "x")) is Reason.COLLECTION_EXISTS
    await create(one, "b")
    assert await refusal(one.set_alias("b", "a", call=soon())) is Reason.COLLECTION_EXISTS
    assert await refusal(one.set_alias("y", "x", call=soon())) is Reason.COLLECTION_NOT_FOUND
    assert await refusal(one.delete_collection("x", call=soon())) is Reason.COLLECTION_NOT_FOUND


async def test_aliases_are_listed_by_page_and_go_with_their_collection(edges):
    one, other = edges
    await create(one, "a")
    for alias in ("z", "y", "x"):
        await one.set_alias(alias, "a", call=soon())
    first, more = await other.list_aliases(after="", limit=2, call=soon())
    assert ([alias.alias for alias in first], more) == (["x", "y"], True)
    rest, more = await other.list_aliases(after="y", limit=2, call=soon())
    assert ([alias.alias for alias in rest], more) == (["z"], False)
    await one.delete_collection("a", call=soon())
    assert await other.list_aliases(after="", limit=2, call=soon()) == ([], False)


async def test_an_owners_points_are_replaced(edges):
    one, other = edges
    within = await create(one, "a")
    owner = Equals("owner", "me")
    mine = [point(f"m{n}", within, owner="me", n=n) for n in range(700)]
    await one.upsert(within, [*mine, point("other", within, owner="you")], call=soon())
    new = [point(f"m{n}", within, owner="me", n=-1) for n in range(699, 705)]
    for _ in range(2):
        await one.replace(within, owner, new, call=soon())
        assert await other.count(within, filter=owner, call=soon()) == 6
        assert await other.count(within, filter=Equals("n", -1), call=soon()) == 6
        assert await other.count(within, filter=None, call=soon()) == 7
    await one.replace(within, owner, [], call=soon())
    assert await other.count(within, filter=None, call=soon()) == 1


async def test_searches_see_all_of_an_owners_points_or_nothing(edges):
    """Whatever else this edge and another one write, each write with a refresh at its end."""
    one, other = edges
    within = await create(one, "a")
    sets = [[f"{letter}{n}" for n in range(100)] for letter in "ab"]
    states = [sorted(ids) for ids in sets]
    owner = Equals("owner", "me")
    query = SearchQuery(vector=np.ones(2, "f4"), limit=250, filter=owner)
    mine = [[point(id_, within, owner="me") for id_ in ids] for ids in sets]
    await one.replace(within, owner, mine[0], call=soon(30))
    done = False

    async def write_mine() -> None:
        nonlocal done
        for number in range(1, 9):
            await one.replace(within, owner, mine[number % 2], call=soon(60))
        done = True

    async def write_others(engine: OpenSearchIndex, name: str) -> None:
        for number in itertools.count():
            if done:
                return
            points = [point(f"{name}-{number}-{n}", within, owner=name) for n in range(3)]
            await engine.replace(within, Equals("owner", name), points, call=soon(60))
            await engine.upsert(within, [point(f"{name}", within)], call=soon(60))

    async def read(engine: OpenSearchIndex) -> None:
        while not done:
            assert await engine.count(within, filter=owner, call=soon(60)) == 100
            listed, _ = await engine.list_points(
                within,
                filter=owner,
                after=b"",
                limit=250,
                max_bytes=1 << 20,
                with_payload=False,
                with_vectors=False,
                call=soon(60),
            )
            assert sorted(record.id for record in listed) in states
            (hits,) = await engine.search(within, [query], max_bytes=1 << 20, call=soon(60))
            assert isinstance(hits, list)
            assert sorted(hit.id for hit in hits) in states

    await asyncio.gather(
        write_mine(),
        write_others(one, "you"),
        write_others(other, "them"),
        *(read(engine) for engine in edges),
    )
    assert await one.count(within, filter=None, call=soon()) == 108  # and no mark is left


async def test_many_owners_are_replaced_at_once(edges):
    one, other = edges
    within = await create(one, "a")

    async def replace(number: int, after_s: float = 60) -> None:
        owner = f"o{number}"
        points = [point(f"{owner}#{n}", within, owner=owner, n=number) for n in range(3)]
        await one.replace(within, Equals("owner", owner), points, call=soon(after_s))

    late, *done = await asyncio.gather(
        replace(99, 0.001), *(replace(number) for number in range(40)), return_exceptions=True
    )
    assert done == [None] * 40
    assert isinstance(late, OcelliError)
    assert late.reason is Reason.DEADLINE_EXCEEDED
    for number in (0, 21, 39):
        assert await other.count(within, filter=Equals("n", number), call=soon()) == 3


async def test_a_mark_that_nobody_will_delete_is_waited_for_no_longer(edges):
    """It is left if all copies of a shard are lost in the middle of a request, and the edge too."""
    one, other = edges
    within = await create(one, "a")
    await one.upsert(within, [point("p", within, n=1)], call=soon())
    target = one._names.target(within)
    for age_s, counted in ((0, None), (120, 1)):
        first, *_ = unfinished.marked([Write("delete", "x"), Write("delete", "y")], age_s=age_s)
        await one._writer.write(target, [first], soon())
        if counted is None:
            assert await refusal(other.count(within, filter=None, call=soon(0.5))) is (
                Reason.DEADLINE_EXCEEDED
            )
            await one._writer.write(target, [Write("delete", first.id)], soon())
        else:
            assert await other.count(within, filter=None, call=soon()) == counted
    assert await one.count(within, filter=Equals("n", 1), call=soon()) == 1


async def test_a_change_that_was_left_is_completed_by_the_next(edges):
    one, other = edges
    within = await create(one, "a")
    words = [point(f"p{n}", within, owner="me", late=n % 7) for n in range(600)]
    await one.upsert(within, words, call=soon())
    late = {"late": FieldType.INTEGER}
    with pytest.raises(OcelliError):
        await one.update_collection(within, model=None, add_fields=late, call=soon(0.15))
    before = await other.describe_collection("a", call=soon())
    after = await other.update_collection(before, model=None, add_fields=late, call=soon(20))
    assert after.collection.fields == {**FIELDS, **late}
    assert await one.count(after, filter=Equals("late", 3), call=soon()) == 86
    with pytest.raises(OutOfDate):
        await one.upsert(within, words[:1], call=soon())


async def test_two_edges_change_a_collection_at_once(edges):
    one, other = edges
    within = await create(one, "a")
    await one.upsert(
        within, [point(f"p{n}", within, x=n, y=str(n)) for n in range(300)], call=soon()
    )
    await asyncio.gather(
        one.update_collection(
            within, model=None, add_fields={"x": FieldType.INTEGER}, call=soon(30)
        ),
        other.update_collection(
            within, model="m", add_fields={"y": FieldType.KEYWORD}, call=soon(30)
        ),
    )
    now = await one.describe_collection("a", call=soon())
    assert now.collection.fields == {**FIELDS, "x": FieldType.INTEGER, "y": FieldType.KEYWORD}
    assert now.collection.model == "m"
    assert await one.count(now, filter=Equals("x", 7), call=soon()) == 1
    assert await one.count(now, filter=Equals("y", "7"), call=soon()) == 1
