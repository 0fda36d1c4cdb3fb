"""Creating, describing, listing and deleting collections."""

import secrets

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.index import answer_size
from ocelli.edge.index.opensearch import failures, mapping, state
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.description import Description
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.opensearch.state import FoundIndex, KnownState
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.schema import Collection

_TAKEN = frozenset({"resource_already_exists_exception", "invalid_index_name_exception"})


class Collections:
    """The collections under one prefix."""

    def __init__(self, cluster: Cluster, names: Names, tuning: OpenSearchTuning) -> None:
        self._cluster = cluster
        self._names = names
        self._tuning = tuning

    async def create(self, collection: Collection, call: Call) -> KnownState:
        """Creates an empty collection; see `IndexEngine`."""
        if collection.dimension > mapping.MAX_DIMENSION:
            raise invalid_field(
                f"dimension is {collection.dimension}; OpenSearch takes at most "
                f"{mapping.MAX_DIMENSION}",
                "collection.dimension",
            )
        name = collection.name
        described = Description(generation=secrets.token_hex(8), collection=collection)
        aliases = [
            self._names.state(name, described.generation, described.revision),
            self._names.unchanging(name, described.generation),
        ]
        body = mapping.index_body(described, aliases, self._tuning)
        try:
            await self._cluster.request(
                "PUT", f"/{self._names.index(name)}", msgspec.Raw, call=call, body=body
            )
        except Refused as refused:
            if refused.fault.type not in _TAKEN:
                raise failures.unexpected(refused.fault) from refused
            found = await state.find(self._cluster, self._names, name, call)
            # A request that was repeated meets what it has made itself.
            if found is None or state.known(self._names, name, *found).generation != (
                described.generation
            ):
                pointed = "" if found is None else self._names.collection_of(found[0])
                raise failures.exists(name, "" if pointed == name else pointed) from None
        return KnownState(collection, described.generation, described.revision)

    async def describe(self, name: str, call: Call) -> KnownState:
        """The collection of this name or alias; see `IndexEngine`."""
        found = await state.find(self._cluster, self._names, name, call)
        if found is None:
            raise failures.not_found(name)
        return state.known(self._names, name, *found)

    async def page(
        self, after: str, limit: int, max_bytes: int, call: Call
    ) -> tuple[list[Collection], bool]:
        """Some collections by name; see `IndexEngine`."""
        found = await self._cluster.request(
            "GET",
            f"/{self._names.pattern}",
            dict[str, FoundIndex],
            call=call,
            filter_path="*.mappings._meta",
        )
        named = {self._names.collection_of(index): it for index, it in found.items()}
        later = sorted(name for name in named if name > after)
        taken: list[Collection] = []
        for name in later[:limit]:
            collection = named[name].description(name).collection
            max_bytes -= answer_size.of_collection(collection)
            if taken and max_bytes < 0:
                break
            taken.append(collection)
        return taken, len(taken) < len(later)

    async def delete(self, name: str, call: Call) -> None:
        """Deletes a collection; its aliases go with it."""
        path = self._names.index(name)
        if path is None:
            raise failures.not_found(name)
        found = await state.find(self._cluster, self._names, name, call)
        if found is None or found[0] != path:
            pointed = "" if found is None else self._names.collection_of(found[0])
            raise failures.not_found(name, pointed)
        try:
            await self._cluster.request("DELETE", f"/{path}", msgspec.Raw, call=call)
        except Refused as refused:
            # It was there a moment ago: this call, repeated, or another one has deleted it.
            if not refused.fault.is_missing:
                raise failures.unexpected(refused.fault) from refused
