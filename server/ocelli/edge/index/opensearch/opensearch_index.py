"""OpenSearch behind the port: indexes of a cluster that several edges share.

The module is long because the port is one object; each method is a call of the module that does it.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.index import census, page_token
from ocelli.edge.index.filters import Equals, Filter
from ocelli.edge.index.opensearch import (
    documents,
    filter_query,
    finding,
    listing,
    reading,
    searching,
)
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.aliases import Aliases
from ocelli.edge.index.opensearch.bulk import Writer
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.collections import Collections
from ocelli.edge.index.opensearch.extending import Extension
from ocelli.edge.index.opensearch.health import Health
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.opensearch.one_at_a_time import OneAtATime
from ocelli.edge.index.opensearch.outliving import Outliving
from ocelli.edge.index.opensearch.payloads import Payloads
from ocelli.edge.index.opensearch.state import KnownState
from ocelli.edge.index.opensearch.storing import Store
from ocelli.edge.index.opensearch.together import Together
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.payload_change import PayloadChange
from ocelli.edge.index.points import Hit, Record, SearchQuery
from ocelli.edge.index.port import Alias, CheckedPoint, CollectionState, OutOfDate
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.scheduling.deadline import Deadline

_POSITION_BYTES = 16
_MAX_COUNTED = 1000


class OpenSearchIndex:
    """An `IndexEngine` in an OpenSearch cluster. Use it from one event loop.

    Args:
        access: how the cluster is reached.
        tuning: how collections are kept there.
        max_calls: most requests that may be under way or waiting; beyond, they are OVERLOADED.
    """

    def __init__(
        self,
        access: OpenSearchAccess,
        *,
        tuning: OpenSearchTuning | None = None,
        max_calls: int = 1024,
    ) -> None:
        tuning = tuning or OpenSearchTuning()
        self._names = Names(access.prefix)
        self._cluster = Cluster(access, max_calls=max_calls)
        self._health = Health(self._cluster)
        self._writer = Writer(self._cluster, tuning)
        self._together = Together(self._writer)
        self._collections = Collections(self._cluster, self._names, tuning)
        self._aliases = Aliases(self._cluster, self._names)
        self._turns = OneAtATime()
        self._outliving = Outliving()

    @property
    def ready(self) -> bool:
        """Whether a node answers that is part of a cluster."""
        return self._health.ready

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called, on the event loop, whenever `ready` changes."""
        self._health.on_change(listener)

    async def start(self, deadline: Deadline) -> None:
        """Connects; see `IndexEngine`."""
        await self._cluster.open()
        try:
            await self._health.start(deadline)
        except BaseException:
            await self._cluster.close()
            raise

    async def close(self) -> None:
        """Lets go of the cluster, which has made durable what it acknowledged. Calls fail."""
        await self._outliving.close()
        await self._together.close()
        await self._health.stop()
        await self._cluster.close()

    async def create_collection(self, collection: Collection, *, call: Call) -> CollectionState:
        """See `IndexEngine`."""
        return await self._collections.create(collection, call)

    async def describe_collection(self, name: str, *, call: Call) -> CollectionState:
        """See `IndexEngine`."""
        return await self._collections.describe(name, call)

    async def list_collections(
        self, *, after: str, limit: int, max_bytes: int, call: Call
    ) -> tuple[list[Collection], bool]:
        """See `IndexEngine`."""
        return await self._collections.page(after, limit, max_bytes, call)

    async def update_collection(
        self,
        within: CollectionState,
        *,
        model: str | None,
        add_fields: Mapping[str, FieldType],
        call: Call,
    ) -> CollectionState:
        """See `IndexEngine`."""
        await self._aliases.check(within, call)
        extension = Extension(
            self._cluster, self._writer, self._names, within, model=model, add=add_fields
        )

        async def extend(longer: Call) -> KnownState:
            async with self._turns.hold(within.generation):
                return await extension.make(longer)

        return await self._outliving.run(extend, call)

    async def delete_collection(self, name: str, *, call: Call) -> None:
        """See `IndexEngine`."""
        await self._collections.delete(name, call)

    async def set_alias(self, alias: str, collection: str, *, call: Call) -> str:
        """See `IndexEngine`."""
        return await self._aliases.set(alias, collection, call)

    async def delete_alias(self, alias: str, *, call: Call) -> None:
        """See `IndexEngine`."""
        await self._aliases.delete(alias, call)

    async def list_aliases(self, *, after: str, limit: int, call: Call) -> tuple[list[Alias], bool]:
        """See `IndexEngine`."""
        return await self._aliases.page(after, limit, call)

    async def size(self, *, call: Call) -> tuple[int, int]:
        """See `IndexEngine`. It counts the points of a thousand collections: each costs a call."""
        names = await census.all_names(self, call)
        points = 0
        for name in names[:_MAX_COUNTED]:
            with contextlib.suppress(OutOfDate):  # the next time counts it
                points += await census.count_points(self, name, call)
        return len(names), points

    async def upsert(
        self, within: CollectionState, points: Sequence[CheckedPoint], *, call: Call
    ) -> None:
        """See `IndexEngine`."""
        await (await self._store(within, call)).upsert(points, call)

    async def replace(
        self,
        within: CollectionState,
        owner: Equals,
        points: Sequence[CheckedPoint],
        *,
        call: Call,
    ) -> None:
        """See `IndexEngine`."""
        store = await self._store(within, call)
        async with self._turns.hold(f"{within.generation} {owner}"):
            await store.replace(owner, points, call)

    async def get(
        self,
        within: CollectionState,
        ids: Sequence[str],
        *,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> list[Record]:
        """See `IndexEngine`."""
        found = await reading.read_all(
            self._cluster,
            await self._target(within, call),
            within.collection,
            ids,
            fields=documents.source_fields(with_payload=with_payload, with_vectors=with_vectors),
            max_bytes=max_bytes,
            call=call,
        )
        return [documents.record(stored.id, stored.source) for stored in found]

    async def list_points(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        after: bytes,
        limit: int,
        max_bytes: int,
        with_payload: bool,
        with_vectors: bool,
        call: Call,
    ) -> tuple[list[Record], bytes]:
        """See `IndexEngine`."""
        if after and len(after) != _POSITION_BYTES:
            raise page_token.refused()
        return await listing.page(
            self._cluster,
            await self._target(within, call),
            within.collection,
            filter_query.query(filter),
            after=after,
            limit=limit,
            max_bytes=max_bytes,
            fields=documents.source_fields(with_payload=with_payload, with_vectors=with_vectors),
            call=call,
        )

    async def count(
        self,
        within: CollectionState,
        *,
        filter: Filter | None,  # noqa: A002  # the field's word
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        target = await self._target(within, call)
        return await finding.count(self._cluster, target, filter_query.query(filter), call)

    async def delete(self, within: CollectionState, ids: Sequence[str], *, call: Call) -> int:
        """See `IndexEngine`."""
        return await (await self._store(within, call)).delete(ids, call)

    async def delete_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        return await (await self._store(within, call)).delete_matching(filter, call)

    async def update_payload(
        self,
        within: CollectionState,
        ids: Sequence[str],
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        return await (await self._payloads(within, change, call)).change(ids, call)

    async def update_payload_by_filter(
        self,
        within: CollectionState,
        filter: Filter,  # noqa: A002  # the field's word
        change: PayloadChange,
        *,
        call: Call,
    ) -> int:
        """See `IndexEngine`."""
        return await (await self._payloads(within, change, call)).change_matching(filter, call)

    async def search(
        self, within: CollectionState, queries: Sequence[SearchQuery], *, max_bytes: int, call: Call
    ) -> list[list[Hit] | OcelliError]:
        """See `IndexEngine`."""
        target = await self._target(within, call)
        return await searching.search(
            self._cluster, target, within.collection, queries, max_bytes=max_bytes, call=call
        )

    async def _target(self, within: CollectionState, call: Call) -> str:
        """Where a call goes; `OutOfDate` if the alias that it came by points elsewhere."""
        await self._aliases.check(within, call)
        return self._names.target(within)

    async def _store(self, within: CollectionState, call: Call) -> Store:
        target = await self._target(within, call)
        return Store(self._cluster, self._writer, self._together, target, within)

    async def _payloads(
        self, within: CollectionState, change: PayloadChange, call: Call
    ) -> Payloads:
        target = await self._target(within, call)
        return Payloads(self._cluster, self._writer, target, within, change)
