"""How many collections and points a principal may have in the collections that are its own.

Its own are those whose names its patterns match, whoever made them: whoever shares patterns shares
what they hold. Points are counted by the engine only now and then. Between, what was written since
is taken for new, and whoever seems to reach the limit is counted again.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import census
from ocelli.edge.index.port import CheckedPoint, CollectionState, IndexEngine
from ocelli.edge.scheduling.quota.refusal import refusal

_ANSWER_BYTES = 8 << 20
_POLL_S = 0.01


class CollectionLimits:
    """Refuses what would be too many. Use it from one event loop.

    Args:
        engine: where the collections are.
    """

    def __init__(self, engine: IndexEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def creating(self, call: Call) -> AsyncIterator[None]:
        """Creates a collection in the body of the `async with`, one at a time for a principal.

        Raises:
            OcelliError: QUOTA_EXCEEDED.
        """
        limit = call.principal.limits.max_collections
        if limit is None:
            yield
            return
        while not call.quota.begin_creation():  # another worker's may be in the way
            call.check_active()
            await asyncio.sleep(_POLL_S)
        try:
            if len(await self._own(call)) >= limit:
                raise _exceeded(
                    call, "max_collections", f"may have {limit} collections; delete one before"
                )
            yield
        finally:
            call.quota.end_creation()

    async def check_points(
        self, state: CollectionState, points: Sequence[CheckedPoint], call: Call
    ) -> None:
        """Counts points that are about to be stored.

        Raises:
            OcelliError: QUOTA_EXCEEDED, before any is stored.
        """
        limit = call.principal.limits.max_points
        if limit is None or call.quota.add_points(len(points), limit):
            return
        total = 0
        for name in await self._own(call):
            total += await census.count_points(self._engine, name, call)
        call.quota.set_points(total)
        ids = list(dict.fromkeys(point.id for point in points))
        known = await self._engine.get(
            state,
            ids,
            max_bytes=_ANSWER_BYTES,
            with_payload=False,
            with_vectors=False,
            call=call,
        )
        if not call.quota.add_points(len(ids) - len(known), limit):
            raise _exceeded(
                call,
                "max_points",
                f"may have {limit} points in its collections, has {total}, and {len(ids)} more are "
                "too many; delete some before",
            )

    async def _own(self, call: Call) -> list[str]:
        names = await census.all_names(self._engine, call)
        return [name for name in names if call.principal.may_use_collection(name)]


def _exceeded(call: Call, limit: str, what: str) -> OcelliError:
    return refusal(Reason.QUOTA_EXCEEDED, call.principal.name, limit, what)
