"""Checks payloads, and takes from them what can be filtered on."""

import math
import sys
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping
from itertools import islice

import msgspec

from ocelli.edge.errors import OcelliError, Reason, invalid_field, quote
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, FieldType, Json, Scalar
from ocelli.edge.index.validate_text import utf8_bytes
from ocelli.edge.index.words import words

_TYPES = {
    FieldType.KEYWORD: "a string",
    FieldType.INTEGER: "a whole number of at most 53 bits",
    FieldType.FLOAT: "a finite number",
    FieldType.BOOL: "true or false",
    FieldType.TEXT: "a string",
}


class CheckedPayload(msgspec.Struct, frozen=True):
    """A payload that may be stored."""

    json: str
    """The payload as it came, as JSON text."""
    filterable: dict[str, list[Scalar]]
    """Values of the schema's fields, of their declared types; of a text its different words, at
    most 1000. Fields without a value are absent."""


def check(payload: dict[str, Json], within: Collection, field: str = "payload") -> CheckedPayload:
    """Refuses a payload that is no JSON, is too large, or has the wrong type in a schema's field.

    Raises:
        OcelliError: INVALID_FIELD or FIELD_NOT_IN_SCHEMA.
    """
    check_json(payload, field)
    text = encode(payload, field)
    return CheckedPayload(text, filterable(payload, within.fields, field, strict=payload.keys()))


def check_json(payload: dict[str, Json], field: str) -> None:
    """Refuses what is no JSON, or nested too deep, with INVALID_FIELD."""
    _check_json(payload, field, limits.MAX_PAYLOAD_DEPTH)


def encode(payload: dict[str, Json], field: str) -> str:
    """The payload as JSON text; INVALID_FIELD if that is too long."""
    try:
        text = msgspec.json.encode(payload).decode()
    except UnicodeEncodeError as error:
        raise invalid_field(f"the payload cannot be written as JSON: {error}", field) from error
    size_bytes = len(text.encode())
    if size_bytes > limits.MAX_PAYLOAD_BYTES:
        raise invalid_field(
            f"the payload is {size_bytes} bytes as JSON; expected at most "
            f"{limits.MAX_PAYLOAD_BYTES}: keep a reference to what is larger",
            field,
        )
    return text


def filterable(
    payload: Mapping[str, Json],
    fields: Mapping[str, FieldType],
    field: str = "payload",
    *,
    strict: Container[str] = (),
) -> dict[str, list[Scalar]]:
    """The values that filters can find.

    Args:
        payload: where they are.
        fields: the schema, or the part of it that is wanted.
        field: path of the payload.
        strict: keys whose value must be of its field's type, else FIELD_NOT_IN_SCHEMA; any other
            field with a value of another type counts as without a value.
    """
    found: dict[str, list[Scalar]] = {}
    for name in payload.keys() & fields.keys():
        value = payload[name]
        values = value if isinstance(value, list) else [] if value is None else [value]
        try:
            scalars = [scalar(item, fields[name], name, f"{field}.{name}") for item in values]
        except OcelliError:
            if name in strict:
                raise
            continue
        if fields[name] is FieldType.TEXT:
            scalars = _words(scalars)
        if scalars:
            found[name] = scalars
    return found


def scalar(value: object, kind: FieldType, name: str, field: str) -> Scalar:
    """The value as its field's type, or FIELD_NOT_IN_SCHEMA."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind, value:
        case ((FieldType.KEYWORD | FieldType.TEXT), str()):
            utf8_bytes(value, field)
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
        f"field {quote(name)} has {_shown(value)}; its type is {kind}: expected {_TYPES[kind]}",
        field=field,
    )


def _words(texts: Iterable[Scalar]) -> list[Scalar]:
    found = dict.fromkeys(word for text in texts for word in words(str(text)))
    return list(islice(found, limits.MAX_TEXT_WORDS))


def _shown(value: object) -> str:
    match value:
        case str():
            return quote(value)
        case bool() | float() | None:
            return repr(value).lower()
        case int():
            bits = value.bit_length()
            return str(value) if bits <= 64 else f"an integer of {bits} bits"
        case list():
            return "a list in a list"
        case _:
            return "an object"


def _check_json(value: object, field: str, depth_left: int) -> None:
    match value:
        case dict() | list() if depth_left == 0:
            raise invalid_field(
                f"nested too deep; expected at most {limits.MAX_PAYLOAD_DEPTH} levels", field
            )
        case list():
            for item in value:
                _check_json(item, field, depth_left - 1)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise invalid_field(f"key {quote(str(key))} is not a string", field)
                _check_json(item, field, depth_left - 1)
        case _:
            _check_json_scalar(value, field)


def _check_json_scalar(value: object, field: str) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if not -(2**63) <= value < 2**64:
                raise invalid_field(
                    f"an integer of {value.bit_length()} bits; expected at most 64: send it as a "
                    "string",
                    field,
                )
        case float():
            if not math.isfinite(value):
                raise invalid_field(f"{value} is not a JSON number; leave the value out", field)
        case _:
            raise invalid_field(
                f"{type(value).__name__} is not a JSON value; expected null, a boolean, a number, "
                "a string, a list or an object",
                field,
            )
