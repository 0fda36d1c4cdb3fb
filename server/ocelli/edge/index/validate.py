"""Checks what callers hand to the index, before any engine sees it.

Engines differ in what they swallow (NaN, zero vectors, values of the wrong type); the index must
not. Each function raises `OcelliError` with the path of the offending field.
"""

import math
import re
import sys
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, FieldType, Json, Metric, Scalar

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_TYPES = {
    FieldType.KEYWORD: "a string",
    FieldType.INTEGER: "a whole number of at most 53 bits",
    FieldType.FLOAT: "a finite number",
    FieldType.BOOL: "true or false",
}


class CheckedPayload(msgspec.Struct, frozen=True):
    """A payload that may be stored."""

    json: str
    """The payload as it came, as JSON text."""
    filterable: dict[str, list[Scalar]]
    """Values of the schema's fields, of their declared types; fields without a value are absent."""


def collection(collection: Collection, field: str = "collection") -> None:
    """Refuses a collection that cannot be created, with INVALID_FIELD."""
    if not _NAME.fullmatch(collection.name):
        raise _invalid(
            f"{collection.name[:80]!r} is not a collection name; expected 1 to 63 of a-z, 0-9, '-' "
            "and '_', not beginning with '-' or '_'",
            f"{field}.name",
        )
    if not 1 <= collection.dimension <= limits.MAX_DIMENSION:
        raise _invalid(
            f"dimension is {collection.dimension}; expected 1 to {limits.MAX_DIMENSION}",
            f"{field}.dimension",
        )
    if len(collection.fields) > limits.MAX_FIELDS:
        raise _invalid(
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
        raise _invalid(
            f"{len(ids)} ids; expected 1 to {limits.MAX_POINTS_PER_CALL} in a call", field
        )
    for position, id_ in enumerate(ids):
        point_id(id_, f"{field}[{position}]")


def number_of_points(count: int, field: str = "points") -> None:
    """Refuses too many points in a call, or none."""
    if not 1 <= count <= limits.MAX_POINTS_PER_CALL:
        raise _invalid(
            f"{count} points; expected 1 to {limits.MAX_POINTS_PER_CALL} in a call", field
        )


def point_id(id_: str, field: str = "id") -> None:
    """Refuses an id that is not 1 to 256 bytes of UTF-8."""
    size_bytes = _utf8_bytes(id_, field)
    if not 1 <= size_bytes <= limits.MAX_ID_BYTES:
        raise _invalid(
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


def payload(payload: dict[str, Json], within: Collection, field: str = "payload") -> CheckedPayload:
    """Refuses a payload that is no JSON, is too large, or has the wrong type in a schema's field.

    Raises:
        OcelliError: INVALID_FIELD or FIELD_NOT_IN_SCHEMA.
    """
    _check_json(payload, field, limits.MAX_PAYLOAD_DEPTH)
    try:
        text = msgspec.json.encode(payload).decode()
    except UnicodeEncodeError as error:
        raise _invalid(f"the payload cannot be written as JSON: {error}", field) from error
    size_bytes = len(text.encode())
    if size_bytes > limits.MAX_PAYLOAD_BYTES:
        raise _invalid(
            f"the payload is {size_bytes} bytes as JSON; expected at most "
            f"{limits.MAX_PAYLOAD_BYTES}: keep a reference to what is larger",
            field,
        )
    found: dict[str, list[Scalar]] = {}
    for name in payload.keys() & within.fields.keys():
        value = payload[name]
        values = value if isinstance(value, list) else [] if value is None else [value]
        if values:
            kind = within.fields[name]
            found[name] = [scalar(item, kind, name, f"{field}.{name}") for item in values]
    return CheckedPayload(json=text, filterable=found)


def scalar(value: object, kind: FieldType, name: str, field: str) -> Scalar:
    """The value as its field's type, or FIELD_NOT_IN_SCHEMA."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind, value:
        case FieldType.KEYWORD, str():
            _utf8_bytes(value, field)
            return value
        case FieldType.BOOL, bool():
            return value
        case FieldType.INTEGER, int() | float() if is_number:
            if abs(value) <= limits.MAX_INTEGER and value == int(value):
                return int(value)
        case FieldType.FLOAT, int() | float() if is_number:
            if abs(value) <= sys.float_info.max:
                return float(value)
    raise OcelliError(
        Reason.FIELD_NOT_IN_SCHEMA,
        f"field {name!r} has {str(value)[:80]!r}; its type is {kind}: expected {_TYPES[kind]}",
        field=field,
    )


def limit(limit: int, within: Collection, *, with_vectors: bool, field: str = "limit") -> None:
    """Refuses a number of hits that is out of range, or too large an answer."""
    if not 1 <= limit <= limits.MAX_HITS:
        raise _invalid(f"limit is {limit}; expected 1 to {limits.MAX_HITS}", field)
    if with_vectors:
        most = limits.MAX_REPLY_VECTOR_BYTES // (4 * within.dimension)
        if limit > most:
            raise _invalid(
                f"{limit} vectors of {within.dimension} values are too much for one answer; "
                f"expected at most {most}, or leave the vectors out",
                field,
            )


def score_threshold(score: float | None, field: str = "score_threshold") -> None:
    """Refuses NaN, which nothing is better than."""
    if score is not None and math.isnan(score):
        raise _invalid("score_threshold is NaN; expected a number, or none", field)


def _check_json(value: object, field: str, depth_left: int) -> None:
    match value:
        case dict() | list() if depth_left == 0:
            raise _invalid(
                f"nested too deep; expected at most {limits.MAX_PAYLOAD_DEPTH} levels", field
            )
        case list():
            for item in value:
                _check_json(item, field, depth_left - 1)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise _invalid(f"key {str(key)[:80]!r} is not a string", field)
                _check_json(item, field, depth_left - 1)
        case _:
            _check_json_scalar(value, field)


def _check_json_scalar(value: object, field: str) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if not -(2**63) <= value < 2**64:
                raise _invalid(
                    f"an integer of {value.bit_length()} bits; expected at most 64: send it as a string",
                    field,
                )
        case float():
            if not math.isfinite(value):
                raise _invalid(f"{value} is not a JSON number; leave the value out", field)
        case _:
            raise _invalid(
                f"{type(value).__name__} is not a JSON value; expected null, a boolean, a number, "
                "a string, a list or an object",
                field,
            )


def _text(text: str, max_chars: int, field: str, *, what: str) -> None:
    _utf8_bytes(text, field)
    if not 1 <= len(text) <= max_chars:
        raise _invalid(f"{what} has {len(text)} characters; expected 1 to {max_chars}", field)


def _utf8_bytes(text: str, field: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise _invalid(f"{text[:80]!r} is not valid Unicode", field) from error


def _invalid(message: str, field: str) -> OcelliError:
    return OcelliError(Reason.INVALID_FIELD, message, field=field)
