"""Filters and payloads as people type them."""

import click
import pytest

from ocelli.client import all_of, equals, none_of, one_of, range_
from ocelli.client.cli.conditions import field_type, parse_filter, parse_payload
from ocelli.client.collection import FieldType
from ocelli.client.filters import Filter

FIELDS: dict[str, FieldType] = {
    "label": "keyword",
    "year": "integer",
    "weight": "float",
    "indoor": "bool",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("label=cat", equals("label", "cat")),
        ("label=123", equals("label", "123")),
        ("label=a=b", equals("label", "a=b")),
        ("label = cat", equals("label", "cat")),
        ("label!=cat", none_of(equals("label", "cat"))),
        ("label=cat,dog", one_of("label", ["cat", "dog"])),
        ("label!=cat,dog", none_of(one_of("label", ["cat", "dog"]))),
        ("year=2020", equals("year", 2020)),
        ("year>=2020", range_("year", gte=2020)),
        ("year<2020", range_("year", lt=2020)),
        ("weight<=.5", range_("weight", lte=0.5)),
        ("weight>-1", range_("weight", gt=-1)),
        ("indoor=true", equals("indoor", value=True)),
        ("unknown=7", equals("unknown", 7)),
        ("unknown=x", equals("unknown", "x")),
    ],
)
def test_a_condition_is_read_by_the_schema(typed: str, meant: Filter) -> None:
    assert parse_filter([typed], FIELDS) == meant


def test_several_conditions_must_all_hold() -> None:
    assert parse_filter([], FIELDS) is None
    assert parse_filter(["label=cat", "year>1"], FIELDS) == all_of(
        equals("label", "cat"), range_("year", gt=1)
    )


@pytest.mark.parametrize("typed", ["label", "=cat", "year=soon", "year>soon", "indoor=maybe", ""])
def test_what_is_no_condition_is_refused(typed: str) -> None:
    with pytest.raises(click.BadParameter):
        parse_filter([typed], FIELDS)


def test_payload_values_are_numbers_and_booleans_where_they_look_like_it() -> None:
    payload = parse_payload(
        ["year=2020", "weight=.5", "x=0.5", "ok=true", "who=me", "eq=a=b", "n="]
    )
    assert payload == {
        "year": 2020,
        "weight": ".5",
        "x": 0.5,
        "ok": True,
        "who": "me",
        "eq": "a=b",
        "n": "",
    }
    assert [field_type(payload[key]) for key in ("year", "x", "ok", "who")] == [
        "integer",
        "float",
        "bool",
        "keyword",
    ]
    with pytest.raises(click.BadParameter, match="KEY=VALUE"):
        parse_payload(["year"])
