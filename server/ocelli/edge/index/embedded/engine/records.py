"""Reading what the engine returns."""

import uuid
from typing import cast

import qdrant_edge as qdrant

from ocelli.edge.index import answer_size
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import translate
from ocelli.edge.index.embedded.engine.layout import KEY, PAYLOAD


def wanted(*, with_payload: bool) -> list[str]:
    """The keys to ask for."""
    return [KEY, PAYLOAD] if with_payload else [KEY]


def payload(record: qdrant.Record) -> dict[str, str]:
    """What of the payload was asked for; see `layout`."""
    return cast("dict[str, str]", record.payload)


def position(record: qdrant.Record) -> bytes:
    """The engine's id, by which points are ordered."""
    return cast("uuid.UUID", record.id).bytes


def found(record: qdrant.Record | qdrant.ScoredPoint, score: float) -> wire.Found:
    """A point as it goes over the wire."""
    kept = record.payload or {}
    vector = record.vector
    return wire.Found(
        id=kept[KEY],
        score=score,
        payload=kept.get(PAYLOAD),
        vector=None if vector is None else translate.vector_bytes(vector),
    )


def size_bytes(point: wire.Found) -> int:
    """How much of an answer a point takes."""
    return answer_size.of_point(point.id, point.payload, point.vector)
