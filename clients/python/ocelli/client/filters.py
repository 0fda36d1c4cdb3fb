"""Conditions on the payload of stored points, for searches, lists, counts, deletions and updates.

    all_of(equals("label", "cat"), range_("year", gte=2020))
    none_of(one_of("camera", ["gate", "yard"]))

Fields must be in the collection's schema. A payload value that is a list matches if any of its
members does.
"""

from collections.abc import Iterable
from typing import TypeAlias

from google.protobuf import struct_pb2

from ocelli.client.errors import invalid_request
from ocelli.v1 import filter_pb2

Filter: TypeAlias = filter_pb2.Filter
"""A condition, as the functions of this module make it."""

Scalar: TypeAlias = str | int | float | bool
"""A value that a field can be compared with."""


def equals(field: str, value: Scalar) -> Filter:
    """The field has this value."""
    return Filter(equals=filter_pb2.FilterEquals(field=field, value=_value(value)))


def one_of(field: str, values: Iterable[Scalar]) -> Filter:
    """The field, a keyword or an integer, has one of these values."""
    return Filter(
        one_of=filter_pb2.FilterOneOf(field=field, values=[_value(value) for value in values])
    )


def range_(
    field: str,
    *,
    gt: float | None = None,
    gte: float | None = None,
    lt: float | None = None,
    lte: float | None = None,
) -> Filter:
    """The field is a number within these bounds; at least one must be given.

    Args:
        field: name of the field.
        gt: it is greater than this.
        gte: it is at least this.
        lt: it is less than this.
        lte: it is at most this.

    Raises:
        InvalidRequest: no bound is given.
    """
    if gt is None and gte is None and lt is None and lte is None:
        raise invalid_request(
            "range_() needs at least one of gt, gte, lt, lte", field="filter.range"
        )
    return Filter(range=filter_pb2.FilterRange(field=field, gt=gt, gte=gte, lt=lt, lte=lte))


def between(field: str, low: float, high: float) -> Filter:
    """The field is a number from `low` to `high`, both included."""
    return range_(field, gte=low, lte=high)


def match(field: str, text: str, *, any_word: bool = False) -> Filter:
    """The field, a text, has these words, in any order.

    Args:
        field: name of the field.
        text: 1 to 100 words, compared without regard to case.
        any_word: one of the words is enough.
    """
    return Filter(match=filter_pb2.FilterMatch(field=field, text=text, any_word=any_word))


def all_of(*filters: Filter) -> Filter:
    """All of these hold."""
    return Filter(all_of=filter_pb2.FilterAllOf(filters=filters))


def any_of(*filters: Filter) -> Filter:
    """At least one of these holds."""
    return Filter(any_of=filter_pb2.FilterAnyOf(filters=filters))


def none_of(*filters: Filter) -> Filter:
    """None of these holds."""
    return Filter(none_of=filter_pb2.FilterNoneOf(filters=filters))


def _value(value: Scalar) -> struct_pb2.Value:
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    return struct_pb2.Value(number_value=value)
