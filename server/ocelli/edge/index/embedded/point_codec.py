"""Points and queries of the port to and from the wire: float32 bytes, JSON text."""

import math

import msgspec
import numpy as np

from ocelli.edge.index import answer_size
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.points import Hit, Payload, Record, SearchQuery, Vector
from ocelli.edge.index.port import CheckedPoint
from ocelli.edge.index.schema import Metric


def new_point(point: CheckedPoint) -> wire.NewPoint:
    """A point to store."""
    payload = point.payload
    return wire.NewPoint(point.id, point.vector.tobytes(), payload.json, payload.filterable)


def record(found: wire.Found) -> Record:
    """A point that was read."""
    return Record(id=found.id, payload=_payload(found.payload), vector=_vector(found.vector))


def query(query: SearchQuery, metric: Metric) -> wire.Query:
    """A search."""
    worst = query.score_threshold
    return wire.Query(
        vector=query.vector.tobytes(),
        limit=query.limit,
        filter=query.filter,
        exclude_id=query.exclude_id,
        score_threshold=None if worst is None else _threshold(worst, metric),
        with_payload=query.with_payload,
        with_vectors=query.with_vectors,
    )


def hit(found: wire.Found) -> Hit:
    """A point that was searched for."""
    return Hit(
        id=found.id,
        score=found.score,
        payload=_payload(found.payload),
        vector=_vector(found.vector),
    )


def size_bytes(found: wire.Found) -> int:
    """How much of an answer a point takes."""
    return answer_size.of_point(found.id, found.payload, found.vector)


def _payload(raw: str | None) -> Payload | None:
    return None if raw is None else msgspec.json.decode(raw)


def _vector(raw: bytes | None) -> Vector | None:
    return None if raw is None else np.frombuffer(raw, "<f4")


def _threshold(worst: float, metric: Metric) -> float:
    """The worst score to return as the engine takes it, which leaves out what scores just that."""
    beyond = math.inf if metric is Metric.EUCLID else -math.inf
    return float(np.nextafter(np.float32(worst), np.float32(beyond)))
