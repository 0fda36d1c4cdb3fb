"""Conditions on payload fields, as a tree.

A field that holds a list meets a condition if any one of its values does. A point that lacks the
field meets no condition on it, and so does meet a `NoneOf` around one.
"""

from typing import TypeAlias, Union

import msgspec

from ocelli.edge.index.schema import Scalar


class Equals(msgspec.Struct, frozen=True, tag="equals"):
    """The field has this value."""

    field: str
    value: Scalar


class OneOf(msgspec.Struct, frozen=True, tag="one_of"):
    """The field has one of these values. For keyword and integer fields."""

    field: str
    values: tuple[Scalar, ...]


class Range(msgspec.Struct, frozen=True, tag="range", kw_only=True):
    """The field is within these bounds, of which one is set. For integer and float fields."""

    field: str
    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None


class Match(msgspec.Struct, frozen=True, tag="match", kw_only=True):
    """The field's text has these words. For text fields.

    Engines never get it: `validate_filter` makes `Equals` and `OneOf` of its words.
    """

    field: str
    text: str
    any_word: bool = False
    """One of the words is enough."""


class AllOf(msgspec.Struct, frozen=True, tag="all_of"):
    """All of these hold."""

    filters: tuple["Filter", ...]


class AnyOf(msgspec.Struct, frozen=True, tag="any_of"):
    """At least one of these holds."""

    filters: tuple["Filter", ...]


class NoneOf(msgspec.Struct, frozen=True, tag="none_of"):
    """None of these holds."""

    filters: tuple["Filter", ...]


Filter: TypeAlias = Union[  # noqa: UP007  # read by msgspec
    Equals, OneOf, Range, Match, AllOf, AnyOf, NoneOf
]
