"""Collections as the cluster has them now."""

from collections.abc import Mapping

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.index.opensearch import description, failures
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.description import Description
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.names import Names
from ocelli.edge.index.port import CollectionState
from ocelli.edge.index.schema import FieldType


class KnownState(CollectionState, frozen=True):
    """A collection's state, and the fields that are being added to it."""

    pending: Mapping[str, FieldType] = {}


class _Mappings(msgspec.Struct, frozen=True):
    meta: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"{}"), name="_meta")


class FoundIndex(msgspec.Struct, frozen=True):
    """What the cluster says of an index."""

    aliases: dict[str, msgspec.Raw] = {}
    mappings: _Mappings = _Mappings()

    def description(self, name: str) -> Description:
        """The collection's; see `description.decode`."""
        return description.decode(name, self.mappings.meta)


def pending_of(within: CollectionState) -> Mapping[str, FieldType]:
    """The fields that were being added when a collection was in this state."""
    return within.pending if isinstance(within, KnownState) else {}


async def find(
    cluster: Cluster, names: Names, name: str, call: Call
) -> tuple[str, FoundIndex] | None:
    """The index that a name or an alias stands for, with its own name; None if there is none."""
    path = names.index(name)
    if path is None:
        return None
    try:
        found = await cluster.request(
            "GET",
            f"/{path}",
            dict[str, FoundIndex],
            call=call,
            filter_path="*.aliases,*.mappings._meta",
        )
    except Refused as refused:
        if refused.fault.is_missing:
            return None
        raise failures.unexpected(refused.fault) from refused
    return min(found.items(), key=lambda item: item[0], default=None)


def known(names: Names, asked: str, index: str, found: FoundIndex) -> KnownState:
    """The state of a collection that was found by `asked`."""
    name = names.collection_of(index)
    described = found.description(name)
    return KnownState(
        collection=described.collection,
        generation=described.generation,
        revision=names.revision(found.aliases, name, described.generation),
        alias="" if asked == name else asked,
        pending=described.pending,
    )
