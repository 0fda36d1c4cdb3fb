"""Checks a filter against a collection's schema."""

import math
from collections.abc import Iterable

from ocelli.edge.errors import OcelliError, Reason, invalid_field, quote
from ocelli.edge.index import limits
from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, Match, NoneOf, OneOf, Range
from ocelli.edge.index.schema import Collection, FieldType, Scalar
from ocelli.edge.index.validate_payload import scalar
from ocelli.edge.index.validate_text import utf8_bytes
from ocelli.edge.index.words import words

_RANGED = (FieldType.INTEGER, FieldType.FLOAT)
_TEXT = (FieldType.TEXT,)
_COMPARED = tuple(kind for kind in FieldType if kind is not FieldType.TEXT)
_LISTED = (FieldType.KEYWORD, FieldType.INTEGER)
_GROUPS = {AllOf: "all_of", AnyOf: "any_of", NoneOf: "none_of"}
_MAX_NAMES_SHOWN = 8
_TOO_LARGE = (
    f"the filter is too large; expected at most {limits.MAX_FILTER_CONDITIONS} conditions, a "
    f"word to match being one, {limits.MAX_FILTER_DEPTH} deep"
)


def check(tree: Filter, within: Collection) -> Filter:
    """The filter with every value in its field's declared type, and without any `Match`.

    Raises:
        OcelliError: FIELD_NOT_IN_SCHEMA for a field that the schema lacks, a value of another type,
            a range over a keyword or boolean, a list of floats or booleans, words of what is no
            text; INVALID_FIELD for a filter that is empty, too deep or too large. Paths begin with
            `filter`.
    """
    return _Check(within).tree(tree, "filter", limits.MAX_FILTER_DEPTH)


def check_group(name: str, within: Collection) -> None:
    """Refuses to group by what is no keyword or integer of the schema, as `check` does.

    Path: `group_by`.
    """
    _kind(name, within, "group_by", _LISTED)


class _Check:
    def __init__(self, within: Collection) -> None:
        self._within = within
        self._conditions_left = limits.MAX_FILTER_CONDITIONS
        self._values_left = limits.MAX_FILTER_VALUES

    def tree(self, tree: Filter, field: str, depth_left: int) -> Filter:
        self._take_conditions(1, field)
        if depth_left == 0:
            raise invalid_field(_TOO_LARGE, field)
        match tree:
            case Equals():
                kind = self._kind(tree.field, f"{field}.equals", _COMPARED)
                return Equals(
                    tree.field, _value(tree.value, kind, tree.field, f"{field}.equals.value")
                )
            case OneOf():
                return self._one_of(tree, f"{field}.one_of")
            case Range():
                return self._range(tree, f"{field}.range")
            case Match():
                return self._match(tree, f"{field}.match")
            case AllOf() | AnyOf() | NoneOf():
                group = type(tree)
                return group(self._branches(tree.filters, f"{field}.{_GROUPS[group]}", depth_left))

    def _branches(
        self, trees: tuple[Filter, ...], field: str, depth_left: int
    ) -> tuple[Filter, ...]:
        if not 1 <= len(trees) <= limits.MAX_FILTER_BRANCHES:
            raise invalid_field(
                f"{len(trees)} conditions; expected 1 to {limits.MAX_FILTER_BRANCHES}",
                f"{field}.filters",
            )
        return tuple(
            self.tree(tree, f"{field}.filters[{position}]", depth_left - 1)
            for position, tree in enumerate(trees)
        )

    def _one_of(self, condition: OneOf, field: str) -> OneOf:
        kind = self._kind(condition.field, field, _LISTED)
        self._values_left -= len(condition.values)
        if not condition.values or self._values_left < 0:
            raise invalid_field(
                f"{len(condition.values)} values; expected at least one, and at most "
                f"{limits.MAX_FILTER_VALUES} in the whole filter",
                f"{field}.values",
            )
        values = tuple(
            _value(value, kind, condition.field, f"{field}.values[{position}]")
            for position, value in enumerate(condition.values)
        )
        return OneOf(condition.field, values)

    def _range(self, condition: Range, field: str) -> Range:
        self._kind(condition.field, field, _RANGED)
        bounds = {side: getattr(condition, side) for side in ("gt", "gte", "lt", "lte")}
        if all(bound is None for bound in bounds.values()):
            raise invalid_field("a range without bounds; expected gt, gte, lt or lte", field)
        for side, bound in bounds.items():
            if bound is not None and math.isnan(bound):
                raise invalid_field("a bound is NaN; expected a number", f"{field}.{side}")
        return condition

    def _match(self, condition: Match, field: str) -> Filter:
        """Its words, each a value that the field has."""
        self._kind(condition.field, field, _TEXT)
        utf8_bytes(condition.text, f"{field}.text")
        found = words(condition.text)
        if not 1 <= len(found) <= limits.MAX_MATCH_WORDS:
            raise invalid_field(
                f"a text of {len(found)} different words; expected 1 to {limits.MAX_MATCH_WORDS}: "
                "letters or digits, not punctuation alone",
                f"{field}.text",
            )
        self._take_conditions(len(found) - 1, field)
        if condition.any_word:
            return OneOf(condition.field, tuple(found))
        conditions = tuple(Equals(condition.field, word) for word in found)
        return conditions[0] if len(conditions) == 1 else AllOf(conditions)

    def _take_conditions(self, number: int, field: str) -> None:
        self._conditions_left -= number
        if self._conditions_left < 0:
            raise invalid_field(_TOO_LARGE, field)

    def _kind(self, name: str, field: str, allowed: tuple[FieldType, ...]) -> FieldType:
        return _kind(name, self._within, f"{field}.field", allowed)


def _kind(name: str, within: Collection, field: str, allowed: tuple[FieldType, ...]) -> FieldType:
    """The type of a field; FIELD_NOT_IN_SCHEMA if there is none, or another than allowed."""
    if name not in within.fields:
        raise OcelliError(
            Reason.FIELD_NOT_IN_SCHEMA,
            f"{quote(name)} is not a field that collection {within.name!r} can filter on; it has: "
            f"{_some(within.fields)}",
            field=field,
        )
    kind = within.fields[name]
    if kind not in allowed:
        hint = "; match finds the words of a text" if kind is FieldType.TEXT else ""
        raise OcelliError(
            Reason.FIELD_NOT_IN_SCHEMA,
            f"field {quote(name)} is of type {kind}; expected a field of type "
            f"{' or '.join(allowed)}{hint}",
            field=field,
        )
    return kind


def _value(value: Scalar, kind: FieldType, name: str, field: str) -> Scalar:
    if isinstance(value, float) and not math.isfinite(value):
        raise invalid_field(f"the value is {value}; expected a finite number", field)
    return scalar(value, kind, name, field)


def _some(names: Iterable[str]) -> str:
    sorted_names = sorted(names)
    more = len(sorted_names) - _MAX_NAMES_SHOWN
    shown = [quote(name) for name in sorted_names[:_MAX_NAMES_SHOWN]]
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown) or "none"
