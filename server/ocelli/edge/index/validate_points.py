"""Checks of points to store."""

import asyncio
from collections.abc import Sequence

from ocelli.edge.errors import OcelliError
from ocelli.edge.index import validate, validate_payload
from ocelli.edge.index.points import Point
from ocelli.edge.index.port import CheckedPoint
from ocelli.edge.index.schema import Collection

_INLINE_POINTS = 32
_INLINE_VALUES = 16_384
"""Points and vector values that are checked on the event loop; more of them go to a thread."""


def check_one(point: Point, within: Collection) -> CheckedPoint:
    """What to store; raises with the path `id`, `vector`, `payload` or `payload.word`."""
    validate.point_id(point.id)
    return CheckedPoint(
        point.id,
        validate.vector(point.vector, within),
        validate_payload.check(point.payload, within),
    )


async def check(
    points: Sequence[Point | OcelliError], within: Collection
) -> list[CheckedPoint | OcelliError]:
    """Per point: what to store, or why it is refused, with a path from `points[i]`.

    One that could not be read is its own outcome.
    """
    values = len(points) * within.dimension
    if len(points) <= _INLINE_POINTS and values <= _INLINE_VALUES:
        return _check(points, within)
    return await asyncio.to_thread(_check, points, within)


def _check(
    points: Sequence[Point | OcelliError], within: Collection
) -> list[CheckedPoint | OcelliError]:
    checked: list[CheckedPoint | OcelliError] = []
    for position, point in enumerate(points):
        if isinstance(point, OcelliError):
            checked.append(point)
            continue
        try:
            checked.append(check_one(point, within))
        except OcelliError as error:
            checked.append(error.within(f"points[{position}]"))
    return checked
