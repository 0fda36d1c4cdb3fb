"""Checks of ids, vectors and numbers that callers hand to the index, before any engine sees them.

Engines differ in what they tolerate (NaN, zero vectors, values of the wrong type); the index must
not. Each function raises `OcelliError` with the path of the offending field.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, Metric
from ocelli.edge.index.validate_text import utf8_bytes


def ids(ids: Sequence[str]) -> list[str]:
    """Each once, in order; refuses too many, none, or one that is not 1 to 256 bytes of UTF-8."""
    number("ids", len(ids), limits.MAX_POINTS_PER_CALL)
    for position, id_ in enumerate(ids):
        point_id(id_, f"ids[{position}]")
    return list(dict.fromkeys(ids))


def point_id(id_: str, field: str = "id") -> None:
    """Refuses an id that is not 1 to 256 bytes of UTF-8."""
    size_bytes = utf8_bytes(id_, field)
    if not 1 <= size_bytes <= limits.MAX_ID_BYTES:
        raise invalid_field(
            f"an id of {size_bytes} bytes; expected 1 to {limits.MAX_ID_BYTES} bytes of UTF-8",
            field,
        )


def number(field: str, count: int, most: int) -> None:
    """Refuses a list of `count` things that is empty or has more than `most`."""
    if not 1 <= count <= most:
        raise invalid_field(f"{count} {field}; expected 1 to {most} in a call", field)


def page_size(size: int) -> int:
    """The size of a page, the default for 0; refuses one that is out of range."""
    if not 0 <= size <= limits.MAX_PAGE_SIZE:
        raise invalid_field(
            f"page_size is {size}; expected 1 to {limits.MAX_PAGE_SIZE}, or 0 for "
            f"{limits.DEFAULT_PAGE_SIZE}",
            "page_size",
        )
    return size or limits.DEFAULT_PAGE_SIZE


def vector(values: NDArray[Any], within: Collection) -> NDArray[np.float32]:
    """Refuses a vector that cannot be compared.

    Args:
        values: [D] of any real dtype.
        within: gives dimension and metric.

    Returns:
        float32 [D], contiguous, little-endian.

    Raises:
        OcelliError: VECTOR_DIMENSION; VECTOR_NOT_FINITE for NaN, for infinity, for a length whose
            square float32 cannot hold and, under COSINE, for a length of zero.
    """
    if values.shape != (within.dimension,):
        shape = "×".join(map(str, values.shape)) or "no"
        raise OcelliError(
            Reason.VECTOR_DIMENSION,
            f"the vector has {shape} values; collection {within.name!r} takes {within.dimension}",
            field="vector",
        )
    # What overflows here becomes infinite and is refused below, with a better message.
    with np.errstate(over="ignore", invalid="ignore"):
        single = np.ascontiguousarray(values, dtype="<f4")
        square = float(np.dot(single, single))
    if not math.isfinite(square):
        wrong = np.flatnonzero(~np.isfinite(single))
        what = f"value {wrong[0]} is {values[wrong[0]]}" if wrong.size else "it is too long"
        raise OcelliError(
            Reason.VECTOR_NOT_FINITE,
            f"the vector cannot be compared: {what}; expected finite values, with a squared length "
            "below 3e38",
            field="vector",
        )
    if square == 0.0 and within.metric is Metric.COSINE:
        raise OcelliError(
            Reason.VECTOR_NOT_FINITE,
            "the vector is zero, which has no direction; cosine needs one: leave the point out or "
            "use another metric",
            field="vector",
        )
    return single


def limit(limit: int) -> None:
    """Refuses a number of hits that is out of range."""
    if not 1 <= limit <= limits.MAX_HITS:
        raise invalid_field(f"limit is {limit}; expected 1 to {limits.MAX_HITS}", "limit")


def offset(offset: int, limit: int) -> None:
    """Refuses to pass over so many hits that more points are looked at than may."""
    if offset < 0 or offset + limit > limits.MAX_LOOKED_AT:
        raise invalid_field(
            f"offset is {offset} and limit {limit}; expected at most {limits.MAX_LOOKED_AT} "
            "together: narrow the search with a filter or a score_threshold",
            "offset",
        )


def limit_with_vectors(limit: int, within: Collection, max_bytes: int) -> None:
    """Refuses a number of hits whose vectors alone are larger than an answer of `max_bytes`."""
    most = max_bytes // (4 * within.dimension)
    if limit > most:
        raise invalid_field(
            f"{limit} vectors of {within.dimension} values do not fit into an answer of "
            f"{max_bytes} bytes; expected a limit of at most {most}, or leave the vectors out",
            "limit",
        )


def score_threshold(score: float | None) -> None:
    """Refuses NaN, which nothing is better than."""
    if score is not None and math.isnan(score):
        raise invalid_field("score_threshold is NaN; expected a number, or none", "score_threshold")
