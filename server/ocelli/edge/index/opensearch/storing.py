"""Storing and deleting points."""

import asyncio
from collections.abc import Sequence

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.opensearch import documents, filter_query, finding
from ocelli.edge.index.opensearch.bulk import Write, Writer
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.state import pending_of
from ocelli.edge.index.opensearch.together import Together
from ocelli.edge.index.port import CheckedPoint, CollectionState

_VALUES_PER_STEP = 1 << 18
_POINTS_PER_STEP = 500


class Store:
    """Writes to a collection in one state.

    Args:
        cluster: where it is.
        writer: makes the writes.
        together: makes those that are to be seen together.
        target: alias of the collection's state.
        within: that state.
    """

    def __init__(
        self,
        cluster: Cluster,
        writer: Writer,
        together: Together,
        target: str,
        within: CollectionState,
    ) -> None:
        self._cluster = cluster
        self._writer = writer
        self._together = together
        self._target = target
        self._within = within.collection
        self._pending = pending_of(within)

    async def upsert(self, points: Sequence[CheckedPoint], call: Call) -> None:
        """Stores points; of equal ids the last one stays."""
        last = list({point.id: point for point in points}.values())
        size = max(1, min(_POINTS_PER_STEP, _VALUES_PER_STEP // self._within.dimension))
        for start in range(0, len(last), size):
            await self._writer.write(self._target, self._new(last[start : start + size]), call)

    async def replace(self, owner: Filter, points: Sequence[CheckedPoint], call: Call) -> None:
        """Stores points in place of all that match `owner`; searches see all of it or nothing."""
        kept = {point.id for point in points}
        gone: list[Write] = []
        async for found in finding.in_steps(
            self._cluster,
            self._target,
            filter_query.query(owner),
            size=_POINTS_PER_STEP,
            fields=[],
            call=call,
        ):
            gone += [Write("delete", match.id) for match in found if match.id not in kept]
        if writes := [*await asyncio.to_thread(self._new, points), *gone]:
            await self._together.write(self._target, writes, call)

    async def delete(self, ids: Sequence[str], call: Call) -> int:
        """Deletes points by id; returns how many existed."""
        count = 0
        for start in range(0, len(ids), _POINTS_PER_STEP):
            some = ids[start : start + _POINTS_PER_STEP]
            outcomes = await self._writer.write(
                self._target, [Write("delete", id_) for id_ in some], call
            )
            count += sum(outcome.result == "deleted" for outcome in outcomes)
        return count

    async def delete_matching(self, tree: Filter, call: Call) -> int:
        """Deletes the points that match, whatever others write to them meanwhile."""
        count = 0
        async for found in finding.in_steps(
            self._cluster,
            self._target,
            filter_query.query(tree),
            size=_POINTS_PER_STEP,
            fields=[],
            call=call,
        ):
            writes = [Write("delete", match.id) for match in found]
            outcomes = await self._writer.write(self._target, writes, call, refresh=False)
            count += sum(outcome.result == "deleted" for outcome in outcomes)
        await self._writer.refresh(self._target, call)
        return count

    def _new(self, points: Sequence[CheckedPoint]) -> list[Write]:
        within = self._within
        return [
            Write(
                "index",
                point.id,
                msgspec.json.encode(
                    documents.new(point, within.metric, within.fields, self._pending)
                ),
            )
            for point in points
        ]
