"""What an engine has, all collections together: for metrics and for quotas."""

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.port import IndexEngine

_PAGE = 1000
_PAGE_BYTES = 8 << 20


async def all_names(engine: IndexEngine, call: Call) -> list[str]:
    """The names of all collections, ascending."""
    names: list[str] = []
    more = True
    while more:
        found, more = await engine.list_collections(
            after=names[-1] if names else "", limit=_PAGE, max_bytes=_PAGE_BYTES, call=call
        )
        names += [collection.name for collection in found]
    return names


async def count_points(engine: IndexEngine, name: str, call: Call) -> int:
    """The points of a collection; 0 if it is gone.

    Raises:
        OutOfDate: it changed meanwhile.
    """
    try:
        state = await engine.describe_collection(name, call=call)
        return await engine.count(state, filter=None, call=call)
    except OcelliError as error:
        if error.reason is Reason.COLLECTION_NOT_FOUND:
            return 0
        raise
