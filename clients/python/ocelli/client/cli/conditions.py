"""Filters and payloads as they are typed on the command line."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from ocelli.client import Client, Filter, all_of, equals, match, none_of, one_of, range_
from ocelli.client.collection import FieldType
from ocelli.client.filters import Scalar

Command = TypeVar("Command", bound=Callable[..., Any])

_CONDITION = re.compile(r"(?P<field>[^=<>!]+?)\s*(?P<operator>!=|>=|<=|=|>|<)\s*(?P<value>.*)")
_BOUNDS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


def filter_option(command: Command) -> Command:
    """Adds `--filter`, whose values come as `conditions`."""
    return click.option(
        "--filter",
        "conditions",
        multiple=True,
        metavar="CONDITION",
        help="label=cat, label=cat,dog, label!=cat, year>=2020 or, with a field of type text, "
        "title=red car for its words; all that are given must hold.",
    )(command)


def read_filter(client: Client, collection: str, conditions: Iterable[str]) -> Filter | None:
    """Makes one filter of conditions, by the schema of the collection; None if there are none.

    Raises:
        click.BadParameter: a condition cannot be read.
        OcelliError: the collection cannot be described.
    """
    typed = tuple(conditions)
    if not typed:
        return None
    return parse_filter(typed, client.collections.get(collection).fields)


def parse_filter(conditions: Iterable[str], fields: Mapping[str, FieldType]) -> Filter | None:
    """Makes one filter of conditions that must all hold.

    Args:
        conditions: `label=cat`, `label=cat,dog` (one of them), `label!=cat`, `year>=2020`; with a
            text, `title=red car` (all of these words).
        fields: the collection's schema, which says how values are to be read.

    Raises:
        click.BadParameter: a condition cannot be read.
    """
    parsed = [_parse_condition(text, fields) for text in conditions]
    return all_of(*parsed) if len(parsed) > 1 else next(iter(parsed), None)


def parse_payload(pairs: Iterable[str], option: str = "--payload") -> dict[str, Scalar]:
    """Reads KEY=VALUE pairs; numbers, true and false are taken as such, the rest as strings.

    Raises:
        click.BadParameter: a pair has no '='.
    """
    payload: dict[str, Scalar] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint=option)
        payload[key] = _guess(value)
    return payload


def field_type(value: Scalar) -> FieldType:
    """The type of schema field that takes a value."""
    match value:
        case bool():
            return "bool"
        case int():
            return "integer"
        case float():
            return "float"
        case _:
            return "keyword"


def _parse_condition(text: str, fields: Mapping[str, FieldType]) -> Filter:
    parts = _CONDITION.fullmatch(text.strip())
    if parts is None:
        raise click.BadParameter(
            f"{text!r} is not a condition such as label=cat, label!=cat or year>=2020",
            param_hint="--filter",
        )
    field, operator, value = parts["field"], parts["operator"], parts["value"]
    kind = fields.get(field)
    if operator in _BOUNDS:
        return range_(field, **{_BOUNDS[operator]: _number(text, value)})
    if kind == "text":
        same = match(field, value)
    else:
        values = [_typed(text, one, kind) for one in value.split(",")]
        same = equals(field, values[0]) if len(values) == 1 else one_of(field, values)
    return none_of(same) if operator == "!=" else same


def _typed(text: str, value: str, kind: FieldType | None) -> Scalar:
    match kind:
        case "keyword":
            return value
        case "integer" | "float":
            return _number(text, value)
        case "bool" if value in {"true", "false"}:
            return value == "true"
        case "bool":
            raise click.BadParameter(f"{text!r}: expected true or false", param_hint="--filter")
        case _:
            return _guess(value)


def _number(text: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise click.BadParameter(
            f"{text!r}: {value!r} is not a number", param_hint="--filter"
        ) from None


def _guess(value: str) -> Scalar:
    try:
        parsed = json.loads(value)
    except ValueError:
        return value
    return parsed if isinstance(parsed, (bool, int, float)) else value
