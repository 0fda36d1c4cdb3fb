"""What is known of collections, and when it is looked up again."""

import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index.port import CollectionState, OutOfDate
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.schema_cache import SchemaCache
from tests.index.calls import soon

SOON = soon(1000)


class Engine:
    """Stands in for an engine with one collection, and counts how often it describes it."""

    def __init__(self) -> None:
        self.state = CollectionState(Collection(name="a", dimension=2), "g0", 0)
        self.described = 0

    async def describe_collection(self, name: str, *, call: Call) -> CollectionState:
        self.described += 1
        return self.state

    def change(self, generation: str, revision: int) -> None:
        self.state = CollectionState(self.state.collection, generation, revision)


async def test_a_collection_is_described_once():
    engine = Engine()
    cache = SchemaCache(engine)

    async def act(state: CollectionState) -> str:
        return state.generation

    assert [await cache.use("a", SOON, act) for _ in range(3)] == ["g0"] * 3
    assert engine.described == 1


@pytest.mark.parametrize("sign", [OutOfDate(), invalid_field("wrong", "x")])
@pytest.mark.parametrize("now", [("g1", 0), ("g0", 1)])
async def test_a_call_is_made_again_if_what_is_known_is_old(sign: Exception, now: tuple[str, int]):
    engine = Engine()
    cache = SchemaCache(engine)
    await cache.describe("a", SOON)
    engine.change(*now)

    async def act(state: CollectionState) -> str:
        if state.generation == "g0" and state.revision == 0:
            raise sign
        return state.generation

    assert await cache.use("a", SOON, act) == now[0]
    assert engine.described == 2


async def test_an_error_that_what_is_known_does_not_explain_is_final():
    engine = Engine()
    cache = SchemaCache(engine)
    calls = 0

    async def act(_: CollectionState) -> None:
        nonlocal calls
        calls += 1
        raise invalid_field("wrong", "x")

    for _ in range(2):
        with pytest.raises(OcelliError):
            await cache.use("a", SOON, act)
    assert calls == 2


async def test_attempts_are_bounded():
    engine = Engine()
    cache = SchemaCache(engine)

    async def act(_: CollectionState) -> None:
        raise OutOfDate

    with pytest.raises(OcelliError) as caught:
        await cache.use("a", SOON, act)
    assert caught.value.reason is Reason.COLLECTION_NOT_FOUND
    assert engine.described < 10


async def test_what_is_known_is_bounded():
    engine = Engine()
    cache = SchemaCache(engine)
    for n in range(5000):
        collection = Collection(name=f"c{n}", dimension=2)
        cache.keep(CollectionState(collection, "g", 0))
    assert len(cache._known) < 5000
