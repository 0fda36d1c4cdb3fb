"""Points of the contract as the edge's own, and back."""

from ocelli.edge.index.points import Hit, Point, Record
from ocelli.edge.services.messages.payload import payload_message, read_payload
from ocelli.edge.services.messages.vector import read_vector, vector_message
from ocelli.v1 import point_pb2, search_pb2

_MAX_ID_BYTES = 256


def read_point(message: point_pb2.Point) -> Point:
    """A point to store."""
    return Point(
        id=message.id, vector=read_vector(message.vector), payload=read_payload(message.payload)
    )


def point_message(record: Record) -> point_pb2.Point:
    """A stored point: what was asked for of it."""
    return point_pb2.Point(
        id=record.id,
        vector=vector_message(record.vector),
        payload=None if record.payload is None else payload_message(record.payload),
    )


def hit_message(hit: Hit) -> search_pb2.Hit:
    """A found point: what was asked for of it."""
    return search_pb2.Hit(
        id=hit.id,
        score=hit.score,
        payload=None if hit.payload is None else payload_message(hit.payload),
        vector=vector_message(hit.vector),
    )


def cut_id(id_: str) -> str:
    """An id as an answer repeats it: whole if it is one, else its beginning."""
    encoded = id_.encode()
    if len(encoded) <= _MAX_ID_BYTES:
        return id_
    return encoded[:_MAX_ID_BYTES].decode(errors="ignore")
