"""Collections of others: lists pass them over, and no alias leads to them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.permitted_page import permitted_page
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.principal import Principal
from tests.index.calls import soon


def call_of(*patterns: str) -> Call:
    return replace(soon(), principal=Principal(name="one", collections=patterns))


class Engine:
    """Lists names in pages, each at most so long, and counts how often it is asked."""

    def __init__(self, names: Sequence[str], page: int) -> None:
        self.names, self.page, self.asked = sorted(names), page, 0

    async def fetch(self, after: str, limit: int) -> tuple[list[str], bool]:
        self.asked += 1
        later = [name for name in self.names if name > after]
        page = later[: min(limit, self.page)]
        return page, len(later) > len(page)


@pytest.mark.parametrize("page", [1, 2, 3, 100])
@pytest.mark.parametrize("limit", [1, 2, 100])
async def test_a_walk_meets_each_of_ones_own_once_and_none_of_others(page: int, limit: int) -> None:
    engine = Engine([f"{team}-{number}" for team in "abc" for number in range(5)], page)
    for pattern in ("a-*", "b-*", "c-*", "*-3", "none"):
        seen: list[str] = []
        more, after = True, ""
        while more:
            items, more = await permitted_page(
                engine.fetch, lambda name: (name,), after=after, limit=limit, call=call_of(pattern)
            )
            assert len(items) <= limit
            assert items or not more, "only the last page is empty"
            seen += items
            after = items[-1] if items else after
        stem = pattern.strip("*")
        assert seen == [name for name in engine.names if stem in name]


async def test_others_in_great_number_cost_few_calls() -> None:
    engine = Engine([*(f"a-{number:04}" for number in range(5000)), "b-0"], 10_000)
    items, more = await permitted_page(
        engine.fetch, lambda name: (name,), after="", limit=1, call=call_of("b-*")
    )
    assert (items, more) == (["b-0"], False)
    assert engine.asked <= 6


async def test_a_walk_past_others_ends_with_its_call() -> None:
    def gone() -> None:
        raise TimeoutError

    late = replace(call_of("c"), _check=gone)
    with pytest.raises(TimeoutError):
        await permitted_page(
            Engine(["a", "b"], 1).fetch, lambda name: (name,), after="", limit=1, call=late
        )


async def denied(index: ValidatedIndex, name: str, call: Call) -> bool:
    try:
        await index.count(name, call=call)
    except OcelliError as error:
        if error.reason is Reason.COLLECTION_DENIED:
            return True
        raise
    return False


async def test_an_alias_is_followed_to_where_it_leads_now(own_index: ValidatedIndex) -> None:
    for name in ("a-1", "b-1"):
        await own_index.create_collection(Collection(name=name, dimension=2), call=soon())
    mine = call_of("a-*")
    await own_index.set_alias("a-now", "b-1", call=soon())
    assert await denied(own_index, "a-now", mine)
    assert not await denied(own_index, "a-now", soon())
    assert await denied(own_index, "a-now", mine), "also where it is known"
    await own_index.set_alias("a-now", "a-1", call=soon())
    assert not await denied(own_index, "a-now", mine)
    assert await denied(own_index, "b-1", mine)
    assert await denied(own_index, "b-none", mine)


async def test_an_alias_that_another_process_moved_is_not_held_against_its_caller(
    own_index: ValidatedIndex,
) -> None:
    for name in ("a-1", "b-1"):
        await own_index.create_collection(Collection(name=name, dimension=2), call=soon())
    await own_index.set_alias("a-now", "b-1", call=soon())
    await own_index.count("a-now", call=soon())
    # Past what this process remembers, as another worker would.
    await own_index._engine.set_alias("a-now", "a-1", call=soon())
    assert not await denied(own_index, "a-now", call_of("a-*"))
