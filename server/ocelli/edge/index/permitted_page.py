"""Pages of lists in which a caller sees what is its own, and no gap where others' are."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ocelli.edge.access.patterns import ANY
from ocelli.edge.call import Call
from ocelli.edge.index import limits

T = TypeVar("T")

Fetch = Callable[[str, int], Awaitable[tuple[list[T], bool]]]
"""The next items after a name, at most so many, and whether there are more."""


async def permitted_page(
    fetch: Fetch[T],
    names: Callable[[T], tuple[str, ...]],
    *,
    after: str,
    limit: int,
    call: Call,
) -> tuple[list[T], bool]:
    """The next items that the caller may see.

    Args:
        fetch: asks the engine.
        names: of an item, all of which the caller must be allowed; by the first the list is sorted.
        after: only names that come later; "" for the first.
        limit: most items to return.
        call: whose list it is.

    Returns:
        The items, and whether there may be more. Only the last page is empty.
    """
    principal = call.principal
    if principal.collections == ANY:
        return await fetch(after, limit)
    while True:
        # Many at once: those of others cost a call of the engine and are not returned.
        items, more = await fetch(after, limits.MAX_PAGE_SIZE)
        seen = [item for item in items if all(map(principal.may_use_collection, names(item)))]
        if len(seen) > limit:
            return seen[:limit], True
        if seen or not more:
            return seen, more
        call.check_active()
        after = names(items[-1])[0]
