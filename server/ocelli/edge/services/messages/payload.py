"""Payloads of the contract as plain values, and back."""

import math

from google.protobuf import struct_pb2

from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.index.limits import MAX_PAYLOAD_BYTES
from ocelli.edge.index.points import Payload
from ocelli.edge.index.schema import Json

_MAX_EXACT = 2**53
"""A whole number up to here is the same as a double and as an integer."""
_MAX_BYTES = 8 * MAX_PAYLOAD_BYTES
"""As protobuf a payload is at most 6.5 times as large as its JSON text: a list of digits is."""


def read_payload(message: struct_pb2.Struct, field: str = "payload") -> Payload:
    """A payload as plain Python values; whole numbers of at most 53 bits are integers.

    By hand, and not by `json_format`, which raises on NaN whatever else is in the message, and
    takes three times as long for lists of numbers.

    Args:
        message: the payload.
        field: its path in the request.

    Raises:
        OcelliError: INVALID_FIELD for a value that JSON does not have: NaN, infinity, none set; for
            a payload that is too large to be looked at.
    """
    size_bytes = message.ByteSize()
    if size_bytes > _MAX_BYTES:
        raise invalid_field(
            f"the payload is {size_bytes} bytes; expected at most {MAX_PAYLOAD_BYTES} as JSON: "
            "keep a reference to what is larger",
            field,
        )
    payload: Payload = {}
    for key, value in message.fields.items():
        try:
            payload[key] = _read(value)
        except ValueError as error:
            raise invalid_field(f"the value of {quote(key)} {error}", field) from None
    return payload


def payload_message(payload: Payload) -> struct_pb2.Struct:
    """A payload as the contract has it."""
    message = struct_pb2.Struct()
    message.update(payload)
    return message


def _read(value: struct_pb2.Value) -> Json:
    match value.WhichOneof("kind"):
        case "number_value":
            return _number(value.number_value)
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "null_value":
            return None
        case "list_value":
            return [_read(item) for item in value.list_value.values]
        case "struct_value":
            return {key: _read(item) for key, item in value.struct_value.fields.items()}
    raise ValueError("has a value of no kind; set one, null_value for none")


def _number(number: float) -> float:
    if number.is_integer():
        is_exact = -_MAX_EXACT <= number <= _MAX_EXACT
        is_negative_zero = number == 0 and math.copysign(1, number) < 0
        return int(number) if is_exact and not is_negative_zero else number
    if not math.isfinite(number):
        raise ValueError(f"has {number}, which is not a JSON number; leave it out")
    return number
