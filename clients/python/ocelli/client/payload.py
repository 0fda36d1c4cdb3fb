"""Payloads of points: Python mappings on this side, `google.protobuf.Struct` on the wire."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from google.protobuf import struct_pb2

from ocelli.client.errors import invalid_request

PayloadValue: TypeAlias = (
    "bool | int | float | str | Sequence[PayloadValue] | Mapping[str, PayloadValue] | None"
)
"""What a payload may hold: what JSON can say."""
Payload: TypeAlias = Mapping[str, PayloadValue]
"""What is known of a point."""

_EXACT_INTEGER = 2**53


def to_struct(payload: Payload | None) -> struct_pb2.Struct | None:
    """Packs a payload.

    Raises:
        InvalidRequest: a value is not one that JSON can say, or an integer has more than 53 bits.
    """
    if payload is None:
        return None
    struct = struct_pb2.Struct()
    for key, value in payload.items():
        struct.fields[key].CopyFrom(_to_value(value, f"payload.{key}"))
    return struct


def from_struct(struct: struct_pb2.Struct) -> dict[str, PayloadValue]:
    """Unpacks a payload. JSON has one kind of number: whole ones come back as `int`."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _to_value(value: object, path: str) -> struct_pb2.Value:  # noqa: PLR0911  one line per kind
    if isinstance(value, np.generic):
        value = value.item()
    match value:
        case None:
            return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
        case bool():
            return struct_pb2.Value(bool_value=value)
        case str():
            return struct_pb2.Value(string_value=value)
        case int() if abs(value) <= _EXACT_INTEGER:
            return struct_pb2.Value(number_value=value)
        case float() if math.isfinite(value):
            return struct_pb2.Value(number_value=value)
        case Mapping():
            struct = struct_pb2.Struct()
            for key, item in value.items():
                struct.fields[str(key)].CopyFrom(_to_value(item, f"{path}.{key}"))
            return struct_pb2.Value(struct_value=struct)
        case list() | tuple():
            items = [_to_value(item, f"{path}[{at}]") for at, item in enumerate(value)]
            return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
        case _:
            raise invalid_request(
                f"{path} is {value!r:.60}; a payload holds strings, finite numbers (integers of at "
                "most 53 bits), booleans, None, lists and mappings",
                field=path,
            )


def _from_value(value: struct_pb2.Value) -> PayloadValue:
    match value.WhichOneof("kind"):
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) <= _EXACT_INTEGER else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case "struct_value":
            return from_struct(value.struct_value)
        case _:
            return None
