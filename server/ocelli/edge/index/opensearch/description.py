"""A collection's description in its index's mapping, under `_meta`."""

import msgspec

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.schema import Collection, FieldType, Metric

SCHEMA_VERSION = 1
"""Of the description, the documents and the names of their fields."""


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What `_meta` says."""

    schema_version: int = SCHEMA_VERSION
    generation: str
    revision: int = 1
    """The first revision that this description is of."""
    collection: Collection
    pending: dict[str, FieldType] = {}
    """Fields whose values are being taken from the stored payloads."""

    @property
    def written_fields(self) -> dict[str, FieldType]:
        """The fields whose values are written with every point."""
        return {**self.collection.fields, **self.pending}


class _Meta(msgspec.Struct, frozen=True):
    ocelli: msgspec.Raw


class _Version(msgspec.Struct, frozen=True):
    schema_version: int


def encode(description: Description) -> dict[str, object]:
    """The description as `_meta`."""
    return {"ocelli": msgspec.to_builtins(description)}


def decode(name: str, meta: msgspec.Raw) -> Description:
    """The description that an index's `_meta` holds.

    Raises:
        OcelliError: INDEX_UNAVAILABLE: it was made by a newer version, or by something else.
    """
    try:
        raw = msgspec.json.decode(meta, type=_Meta).ocelli
        version = msgspec.json.decode(raw, type=_Version).schema_version
        if version <= SCHEMA_VERSION:
            return msgspec.json.decode(raw, type=Description)
    except msgspec.DecodeError as error:
        raise OcelliError(
            Reason.INDEX_UNAVAILABLE,
            f"the index of collection {name!r} has no description that can be read; delete the "
            "collection, or restore the index",
        ) from error
    raise OcelliError(
        Reason.INDEX_UNAVAILABLE,
        f"collection {name!r} has schema version {version}, and this edge reads {SCHEMA_VERSION}; "
        "run the newer edge that made it",
    )


SPACES = {Metric.COSINE: "cosinesimil", Metric.DOT: "innerproduct", Metric.EUCLID: "l2"}
"""The plugin's names of the metrics."""
