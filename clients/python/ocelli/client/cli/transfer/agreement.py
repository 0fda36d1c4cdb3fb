"""Whether collections of two servers are the same."""

import json
from collections.abc import Sequence

import numpy as np

from ocelli.client import Client, Point
from ocelli.client.errors import MessageTooLarge

_TOLERANCE = 1e-6
"""Largest difference of a value, as a share of the vector's length. Under cosine, where vectors are
scaled to length 1 wherever they are stored, it is the difference itself."""
_AT_ONCE = 200


def agree(one: Point, other: Point) -> bool:
    """Whether two points that came with their vectors have the same vector and payload."""
    vector, copy = (np.asarray(point.vector, np.float64) for point in (one, other))
    if vector.shape != copy.shape:
        return False
    allowed = _TOLERANCE * float(np.linalg.norm(vector))
    return bool(np.abs(vector - copy).max(initial=0.0) <= allowed) and _text(one) == _text(other)


def read_points(client: Client, collection: str, ids: Sequence[str]) -> dict[str, Point]:
    """Reads those of up to 1000 points that exist, with their vectors, by id."""
    try:
        found = client.points.get(collection, ids, with_vector=True)
    except MessageTooLarge:
        if len(ids) == 1:
            raise
        half = len(ids) // 2
        first = read_points(client, collection, ids[:half])
        return first | read_points(client, collection, ids[half:])
    return {point.id: point for point in found.points}


def difference(
    here: Client, there: Client, names: tuple[str, str], sample: list[str]
) -> str | None:
    """How two collections differ in number, or in the points of a sample; None: they do not.

    Args:
        here: where one of them is.
        there: where the other one is.
        names: of the one and of the other.
        sample: ids of points; those that neither has are passed over.
    """
    name, wanted = names
    count, copied = here.points.count(name), there.points.count(wanted)
    if count != copied:
        return f"{wanted} at {there.address} has {copied} points, {name} has {count}"
    for start in range(0, len(sample), _AT_ONCE):
        ids = sample[start : start + _AT_ONCE]
        originals, copies = read_points(here, name, ids), read_points(there, wanted, ids)
        for id_ in ids:
            one, other = originals.get(id_), copies.get(id_)
            if one is None and other is None:
                continue  # deleted from both meanwhile
            if one is None or other is None or not agree(one, other):
                return f"{wanted} at {there.address} differs from {name} in the point {id_}"
    return None


def _text(point: Point) -> str:
    return json.dumps(point.payload, sort_keys=True)  # as dicts, True and 1 would be equal
