"""Collections and the points in them, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

import numpy as np

from ocelli.client.errors import OcelliError, invalid_request
from ocelli.client.payload import Payload, from_struct
from ocelli.client.results import FloatVector
from ocelli.client.status import from_status
from ocelli.v1 import collection_pb2, search_pb2

Metric: TypeAlias = Literal["cosine", "dot", "euclid"]
"""How likeness is measured: higher is nearer for cosine and dot, lower for Euclid."""
FieldType: TypeAlias = Literal["keyword", "integer", "float", "bool"]
"""Type of a filterable payload field: a string compared whole, an integer, a number, true or
false."""

K = TypeVar("K")
V = TypeVar("V")

_METRICS: Mapping[Metric, collection_pb2.Metric] = {
    "cosine": collection_pb2.METRIC_COSINE,
    "dot": collection_pb2.METRIC_DOT,
    "euclid": collection_pb2.METRIC_EUCLID,
}
_FIELD_TYPES: Mapping[FieldType, collection_pb2.FieldType] = {
    "keyword": collection_pb2.FIELD_TYPE_KEYWORD,
    "integer": collection_pb2.FIELD_TYPE_INTEGER,
    "float": collection_pb2.FIELD_TYPE_FLOAT,
    "bool": collection_pb2.FIELD_TYPE_BOOL,
}
_METRIC_NAMES = {number: name for name, number in _METRICS.items()}
_FIELD_TYPE_NAMES = {number: name for name, number in _FIELD_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of points of one dimension."""

    name: str
    dimension: int
    """Length of every vector."""
    metric: Metric
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    """Payload fields that filters may name."""
    model: str = ""
    """Embedding model for images; empty if the collection takes vectors only."""
    point_count: int | None = None
    """Points stored, where the call counts them."""


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A vector with what is known of it."""

    id: str
    """Chosen by the caller; 1 to 256 bytes of UTF-8."""
    vector: "FloatVector | list[float] | tuple[float, ...]" = field(repr=False)
    """As many finite values as the collection's dimension; float32, shape (dimension,), when
    read."""
    payload: Payload = field(default_factory=dict)
    """Anything worth keeping with it, at most 64 KiB as JSON."""


@dataclass(frozen=True, slots=True)
class UpsertResult:
    """What became of points that were sent to be stored."""

    stored: int
    """Points stored."""
    errors: Mapping[int, OcelliError]
    """Points refused, by their position among those sent."""

    def __add__(self, other: "UpsertResult") -> "UpsertResult":
        return UpsertResult(self.stored + other.stored, {**self.errors, **other.errors})


@dataclass(frozen=True, slots=True)
class StoredPoints:
    """Points that were asked for by id."""

    points: tuple[Point, ...]
    """Those that exist, in the order asked for. Vectors are empty unless asked for."""
    missing_ids: tuple[str, ...]
    """Ids that do not exist."""


def metric_number(metric: Metric) -> collection_pb2.Metric:
    """Finds the contract's number of a metric."""
    return _known(_METRICS, metric, "collection.metric")


def schema(fields: Mapping[str, FieldType]) -> list[collection_pb2.CollectionField]:
    """Packs the filterable fields."""
    return [
        collection_pb2.CollectionField(
            name=name, type=_known(_FIELD_TYPES, kind, f"collection.fields.{name}")
        )
        for name, kind in fields.items()
    ]


def collection(message: collection_pb2.Collection, point_count: int | None = None) -> Collection:
    """Reads a collection."""
    return Collection(
        name=message.name,
        dimension=message.dimension,
        metric=_METRIC_NAMES[message.metric],
        fields={found.name: _FIELD_TYPE_NAMES[found.type] for found in message.fields},
        model=message.model,
        point_count=point_count,
    )


def stored_points(message: search_pb2.GetPointsResponse) -> StoredPoints:
    """Reads points."""
    return StoredPoints(
        points=tuple(
            Point(
                found.id,
                np.array(found.vector, dtype=np.float32),
                from_struct(found.payload),
            )
            for found in message.points
        ),
        missing_ids=tuple(message.missing_ids),
    )


def upsert_result(message: search_pb2.UpsertPointsResponse, first: int) -> UpsertResult:
    """Reads what became of points, of which the message's first has the position `first`."""
    errors = {first + refused.index: from_status(refused.error) for refused in message.errors}
    return UpsertResult(message.stored, errors)


def _known(table: Mapping[K, V], name: K, field_path: str) -> V:
    try:
        return table[name]
    except KeyError:
        allowed = ", ".join(str(key) for key in table)
        raise invalid_request(f"{name!r} is none of {allowed}", field=field_path) from None
