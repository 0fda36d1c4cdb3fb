"""Checks what callers hand to the index, before any engine sees it.

Engines differ in what they swallow (NaN, zero vectors, values of the wrong type); the index must
not. Each function raises `OcelliError` with the path of the offending field.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, Metric

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def collection(collection: Collection, field: str = "collection") -> None:
    """Refuses a collection that cannot be created, with INVALID_FIELD."""
    if not _NAME.fullmatch(collection.name):
        raise invalid(
            f"{collection.name[:80]!r} is not a collection name; expected 1 to 63 of a-z, 0-9, '-' "
            "and '_', not beginning with '-' or '_'",
            f"{field}.name",
        )
    if not 1 <= collection.dimension <= limits.MAX_DIMENSION:
        raise invalid(
            f"dimension is {collection.dimension}; expected 1 to {limits.MAX_DIMENSION}",
            f"{field}.dimension",
        )
    if len(collection.fields) > limits.MAX_FIELDS:
        raise invalid(
            f"{len(collection.fields)} fields; expected at most {limits.MAX_FIELDS}: list only "
            "those that filters name, others are stored all the same",
            f"{field}.fields",
        )
    for name in collection.fields:
        _text(name, limits.MAX_FIELD_NAME_CHARS, f"{field}.fields", what="a field's name")
    if collection.model:
        _text(collection.model, limits.MAX_MODEL_NAME_CHARS, f"{field}.model", what="a model name")


def ids(ids: Sequence[str], field: str = "ids") -> None:
    """Refuses too many ids, none, or one that is not 1 to 256 bytes of UTF-8."""
    if not 1 <= len(ids) <= limits.MAX_POINTS_PER_CALL:
        raise invalid(
            f"{len(ids)} ids; expected 1 to {limits.MAX_POINTS_PER_CALL} in a call", field
        )
    for position, id_ in enumerate(ids):
        point_id(id_, f"{field}[{position}]")


def number_of_points(count: int, field: str = "points") -> None:
    """Refuses too many points in a call, or none."""
    if not 1 <= count <= limits.MAX_POINTS_PER_CALL:
        raise invalid(
            f"{count} points; expected 1 to {limits.MAX_POINTS_PER_CALL} in a call", field
        )


def point_id(id_: str, field: str = "id") -> None:
    """Refuses an id that is not 1 to 256 bytes of UTF-8."""
    size_bytes = utf8_bytes(id_, field)
    if not 1 <= size_bytes <= limits.MAX_ID_BYTES:
        raise invalid(
            f"an id of {size_bytes} bytes; expected 1 to {limits.MAX_ID_BYTES} bytes of UTF-8",
            field,
        )


def vector(values: NDArray[Any], within: Collection, field: str = "vector") -> NDArray[np.float32]:
    """Refuses a vector that cannot be compared.

    Args:
        values: [D] of any real dtype.
        within: gives dimension and metric.
        field: path of the vector in the request.

    Returns:
        float32 [D], contiguous.

    Raises:
        OcelliError: VECTOR_DIMENSION; VECTOR_NOT_FINITE for NaN, for infinity, for a length whose
            square float32 cannot hold and, under COSINE, for a length of zero.
    """
    if values.shape != (within.dimension,):
        shape = "×".join(map(str, values.shape)) or "no"
        raise OcelliError(
            Reason.VECTOR_DIMENSION,
            f"the vector has {shape} values; collection {within.name!r} takes {within.dimension}",
            field=field,
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
            field=field,
        )
    if square == 0.0 and within.metric is Metric.COSINE:
        raise OcelliError(
            Reason.VECTOR_NOT_FINITE,
            "the vector is zero, which has no direction; cosine needs one: leave the point out or "
            "use another metric",
            field=field,
        )
    return single


def limit(limit: int, within: Collection, *, with_vectors: bool, field: str = "limit") -> None:
    """Refuses a number of hits that is out of range, or too large an answer."""
    if not 1 <= limit <= limits.MAX_HITS:
        raise invalid(f"limit is {limit}; expected 1 to {limits.MAX_HITS}", field)
    if with_vectors:
        most = limits.MAX_REPLY_VECTOR_BYTES // (4 * within.dimension)
        if limit > most:
            raise invalid(
                f"{limit} vectors of {within.dimension} values are too much for one answer; "
                f"expected at most {most}, or leave the vectors out",
                field,
            )


def score_threshold(score: float | None, field: str = "score_threshold") -> None:
    """Refuses NaN, which nothing is better than."""
    if score is not None and math.isnan(score):
        raise invalid("score_threshold is NaN; expected a number, or none", field)


def _text(text: str, max_chars: int, field: str, *, what: str) -> None:
    utf8_bytes(text, field)
    if not 1 <= len(text) <= max_chars:
        raise invalid(f"{what} has {len(text)} characters; expected 1 to {max_chars}", field)


def utf8_bytes(text: str, field: str) -> int:
    """Length in UTF-8; INVALID_FIELD for a text with lone surrogates."""
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise invalid(f"{text[:80]!r} is not valid Unicode", field) from error


def invalid(message: str, field: str) -> OcelliError:
    """An INVALID_FIELD."""
    return OcelliError(Reason.INVALID_FIELD, message, field=field)
