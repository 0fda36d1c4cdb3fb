"""Filters of the contract as the edge's own."""

from typing import Any

from google.protobuf import struct_pb2

from ocelli.edge.errors import invalid_field
from ocelli.edge.index import filters
from ocelli.edge.index.limits import MAX_FILTER_DEPTH
from ocelli.edge.index.schema import Scalar
from ocelli.v1 import filter_pb2

_GROUPS: dict[str, type[filters.AllOf | filters.AnyOf | filters.NoneOf]] = {
    "all_of": filters.AllOf,
    "any_of": filters.AnyOf,
    "none_of": filters.NoneOf,
}


def read_filter(message: filter_pb2.Filter, path: str = "filter", depth: int = 1) -> filters.Filter:
    """The filter of a request.

    Raises:
        OcelliError: INVALID_FIELD, with the path of the offending part.
    """
    if depth > MAX_FILTER_DEPTH:
        raise invalid_field(
            f"the filter is nested deeper than {MAX_FILTER_DEPTH}; flatten it", path
        )
    condition = message.WhichOneof("condition")
    if condition is None:
        raise invalid_field(
            "the filter has no condition; set equals, one_of, range, match or a group", path
        )
    body: Any = getattr(message, condition)
    path = f"{path}.{condition}"
    match condition:
        case "equals":
            return filters.Equals(body.field, _scalar(body.value, f"{path}.value"))
        case "one_of":
            return filters.OneOf(
                body.field,
                tuple(_scalar(v, f"{path}.values[{i}]") for i, v in enumerate(body.values)),
            )
        case "range":
            bounds = {
                bound: getattr(body, bound)
                for bound in ("gt", "gte", "lt", "lte")
                if body.HasField(bound)
            }
            return filters.Range(field=body.field, **bounds)
        case "match":
            return filters.Match(field=body.field, text=body.text, any_word=body.any_word)
    group = _GROUPS[condition]
    return group(
        tuple(
            read_filter(part, f"{path}.filters[{position}]", depth + 1)
            for position, part in enumerate(body.filters)
        )
    )


def _scalar(value: struct_pb2.Value, path: str) -> Scalar:
    kind = value.WhichOneof("kind")
    if kind not in ("string_value", "number_value", "bool_value"):
        raise invalid_field(
            "a filter's value is a string, a number or a boolean; set one of them", path
        )
    scalar: Scalar = getattr(value, kind)
    return scalar
