"""Changes of stored payloads, each of which is made to the document that it was read from."""

from collections.abc import Callable, Sequence

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, quote
from ocelli.edge.index import payload_change
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.opensearch import documents, filter_query, finding, reading
from ocelli.edge.index.opensearch.bulk import Write, Writer
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.state import pending_of
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.port import CollectionState
from ocelli.edge.index.validate_payload import CheckedPayload

POINTS_PER_STEP = 256


class Payloads:
    """The payloads of a collection in one state, and one change of them.

    Args:
        cluster: where they are.
        writer: makes the writes.
        target: alias of the collection's state.
        within: that state.
        change: what to do; `payload_change.check` has passed it.
    """

    def __init__(
        self,
        cluster: Cluster,
        writer: Writer,
        target: str,
        within: CollectionState,
        change: PayloadChange,
    ) -> None:
        self._cluster = cluster
        self._writer = writer
        self._target = target
        self._fields = within.collection.fields
        self._pending = pending_of(within)
        self._applied: Callable[[str], CheckedPayload] = payload_change.applied(
            change, within.collection
        )

    async def change(self, ids: Sequence[str], call: Call) -> int:
        """Changes those of these points that exist; returns how many."""
        count = 0
        for start in range(0, len(ids), POINTS_PER_STEP):
            count += await self._change_some(ids[start : start + POINTS_PER_STEP], call)
        return count

    async def change_matching(self, tree: Filter, call: Call) -> int:
        """Changes the points that match, each once; returns how many."""
        count = 0
        async for found in finding.in_steps(
            self._cluster,
            self._target,
            filter_query.query(tree),
            size=POINTS_PER_STEP,
            fields=["p"],
            call=call,
        ):
            read = [(match.id, match.source.p or "{}", match.version) for match in found]
            changed, again = await self._write(read, call)
            count += changed + await self._change_some(again, call)
        return count

    async def _change_some(self, ids: Sequence[str], call: Call) -> int:
        count = 0
        while ids:
            stored = await reading.read(self._cluster, self._target, ids, ["p"], call)
            read = [(one.id, one.source.p or "{}", one.version) for one in stored]
            changed, ids = await self._write(read, call)
            count += changed
        return count

    async def _write(
        self, read: Sequence[tuple[str, str, tuple[int, int]]], call: Call
    ) -> tuple[int, list[str]]:
        """Writes what was read, changed: how many took it, and which others have written to."""
        writes: list[Write] = []
        refusal: OcelliError | None = None
        for id_, json, version in read:
            try:
                after = self._applied(json)
            except OcelliError as error:
                refusal = OcelliError(
                    error.reason, f"point {quote(id_)}: {error.message}", field=error.field
                )
                break
            document = documents.changed(after, self._fields, self._pending)
            writes.append(Write.update(id_, document, version))
        outcomes = await self._writer.write(self._target, writes, call) if writes else []
        if refusal is not None:
            raise refusal
        again = [w.id for w, outcome in zip(writes, outcomes, strict=True) if outcome.is_conflict]
        changed = sum(outcome.result == "updated" for outcome in outcomes)
        return changed, again
