"""Points of a collection, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ocelli.client.errors import OcelliError
from ocelli.client.payload import Payload, from_struct, to_struct
from ocelli.client.status import from_status
from ocelli.client.vector import VectorLike, pack_vector, unpack_vector
from ocelli.v1 import point_pb2


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A vector with what is known of it."""

    id: str
    """Chosen by the caller; 1 to 256 bytes of UTF-8."""
    vector: VectorLike | None = field(default=None, repr=False)
    """As many finite values as the collection's dimension. When read: float32, shape (dimension,),
    or None unless it was asked for."""
    payload: Payload = field(default_factory=dict)
    """Anything worth keeping with it, at most 64 KiB as JSON. When read: empty if it was to be left
    out."""


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
    """Those that exist, in the order asked for."""
    missing_ids: tuple[str, ...]
    """Ids that do not exist."""


def pack_point(point: Point) -> point_pb2.Point:
    """Packs a point.

    Raises:
        InvalidRequest: its vector is not numbers, or its payload cannot be said in JSON.
    """
    return point_pb2.Point(
        id=point.id,
        vector=None if point.vector is None else pack_vector(point.vector),
        payload=to_struct(point.payload),
    )


def unpack_point(message: point_pb2.Point) -> Point:
    """Reads a point."""
    return Point(
        id=message.id,
        vector=unpack_vector(message.vector) if message.HasField("vector") else None,
        payload=from_struct(message.payload),
    )


def stored_points(message: point_pb2.GetPointsResponse) -> StoredPoints:
    """Reads points that were asked for by id."""
    return StoredPoints(
        points=tuple(unpack_point(found) for found in message.points),
        missing_ids=tuple(message.missing_ids),
    )


def upsert_result(message: point_pb2.UpsertPointsResponse, first: int) -> UpsertResult:
    """Reads what became of points, of which the message's first has the position `first`."""
    errors = {first + refused.index: from_status(refused.error) for refused in message.errors}
    return UpsertResult(message.stored, errors)
