"""Checks a filter against a collection's schema."""

import math
from collections.abc import Iterable

from ocelli.edge.errors import OcelliError, Reason, invalid_field, quote
from ocelli.edge.index import limits
from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, NoneOf, OneOf, Range
from ocelli.edge.index.schema import Collection, FieldType, Scalar
from ocelli.edge.index.validate_payload import scalar

_RANGED = (FieldType.INTEGER, FieldType.FLOAT)
_LISTED = (FieldType.KEYWORD, FieldType.INTEGER)
_MAX_NAMES_SHOWN = 8


def check(tree: Filter, within: Collection) -> Filter:
    """The filter with every value in its field's declared type.

    Raises:
        OcelliError: FIELD_NOT_IN_SCHEMA for a field that the schema lacks, a value of another type,
            a range over a keyword or boolean, a list of floats or booleans; INVALID_FIELD for a
            filter that is empty, too deep or too large. Paths begin with `filter`.
    """
    return _Check(within).tree(tree, "filter", limits.MAX_FILTER_DEPTH)


class _Check:
    def __init__(self, within: Collection) -> None:
        self._within = within
        self._conditions_left = limits.MAX_FILTER_CONDITIONS
        self._values_left = limits.MAX_FILTER_VALUES

    def tree(self, tree: Filter, field: str, depth_left: int) -> Filter:
        self._conditions_left -= 1
        if self._conditions_left < 0 or depth_left == 0:
            raise invalid_field(
                f"the filter is too large; expected at most {limits.MAX_FILTER_CONDITIONS} "
                f"conditions, {limits.MAX_FILTER_DEPTH} deep",
                field,
            )
        match tree:
            case Equals():
                kind = self._kind(tree.field, f"{field}.equals")
                return Equals(
                    tree.field, _value(tree.value, kind, tree.field, f"{field}.equals.value")
                )
            case OneOf():
                return self._one_of(tree, f"{field}.one_of")
            case Range():
                return self._range(tree, f"{field}.range")
            case AllOf():
                return AllOf(self._branches(tree.filters, f"{field}.all_of", depth_left))
            case AnyOf():
                return AnyOf(self._branches(tree.filters, f"{field}.any_of", depth_left))
            case NoneOf():
                return NoneOf(self._branches(tree.filters, f"{field}.none_of", depth_left))

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

    def _kind(
        self, name: str, field: str, allowed: tuple[FieldType, ...] = tuple(FieldType)
    ) -> FieldType:
        schema = self._within.fields
        if name not in schema:
            raise OcelliError(
                Reason.FIELD_NOT_IN_SCHEMA,
                f"{quote(name)} is not a field that collection {self._within.name!r} can filter "
                f"on; it has: {_some(schema)}",
                field=f"{field}.field",
            )
        if schema[name] not in allowed:
            raise OcelliError(
                Reason.FIELD_NOT_IN_SCHEMA,
                f"field {quote(name)} is of type {schema[name]}; this condition takes fields of "
                f"type {' or '.join(allowed)}",
                field=f"{field}.field",
            )
        return schema[name]


def _value(value: Scalar, kind: FieldType, name: str, field: str) -> Scalar:
    if isinstance(value, float) and not math.isfinite(value):
        raise invalid_field(f"the value is {value}; expected a finite number", field)
    return scalar(value, kind, name, field)


def _some(names: Iterable[str]) -> str:
    sorted_names = sorted(names)
    more = len(sorted_names) - _MAX_NAMES_SHOWN
    shown = [quote(name) for name in sorted_names[:_MAX_NAMES_SHOWN]]
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown) or "none"
