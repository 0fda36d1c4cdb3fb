"""Points of the port to and from the wire: float32 bytes, JSON text."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np

from ocelli.edge.errors import OcelliError
from ocelli.edge.index import validate, validate_payload
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.port import Hit, Point, Record, Vector
from ocelli.edge.index.schema import Collection, Metric


def check(points: Sequence[Point], within: Collection) -> list[wire.NewPoint | OcelliError]:
    """Per point: what to send, or why it is refused."""
    checked: list[wire.NewPoint | OcelliError] = []
    for position, point in enumerate(points):
        field = f"points[{position}]"
        try:
            validate.point_id(point.id, f"{field}.id")
            vector = validate.vector(point.vector, within, f"{field}.vector")
            payload = validate_payload.check(point.payload, within, f"{field}.payload")
        except OcelliError as error:
            checked.append(error)
        else:
            checked.append(
                wire.NewPoint(point.id, vector.tobytes(), payload.json, payload.filterable)
            )
    return checked


def record(found: wire.Found) -> Record:
    """A point that was read."""
    return Record(
        id=found.id,
        payload=msgspec.json.decode(found.payload or "{}"),
        vector=_vector(found.vector),
    )


def hit(found: wire.Found) -> Hit:
    """A point that was searched for."""
    return Hit(
        id=found.id,
        score=found.score,
        payload=None if found.payload is None else msgspec.json.decode(found.payload),
        vector=_vector(found.vector),
    )


def _vector(raw: bytes | None) -> Vector | None:
    return None if raw is None else np.frombuffer(raw, "<f4")


def threshold(worst: float, metric: Metric) -> float:
    """The worst score to return as the engine takes it, which leaves out what scores just that."""
    beyond = math.inf if metric is Metric.EUCLID else -math.inf
    return float(np.nextafter(np.float32(worst), np.float32(beyond)))
