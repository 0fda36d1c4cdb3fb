"""Filters become the contract's conditions."""

import pytest
from google.protobuf import json_format

from ocelli.client import all_of, any_of, between, equals, none_of, one_of, range_
from ocelli.client.errors import InvalidRequest
from ocelli.client.filters import Filter


def _json(made: Filter) -> object:
    return json_format.MessageToDict(made, preserving_proto_field_name=True)


def test_values_keep_their_type() -> None:
    assert _json(equals("label", "cat")) == {"equals": {"field": "label", "value": "cat"}}
    assert equals("indoor", value=True).equals.value.WhichOneof("kind") == "bool_value"
    assert equals("year", 2020).equals.value.WhichOneof("kind") == "number_value"
    assert _json(one_of("label", ["cat", "dog"])) == {
        "one_of": {"field": "label", "values": ["cat", "dog"]}
    }


def test_a_range_has_only_the_bounds_that_were_given() -> None:
    assert _json(range_("year", gt=0)) == {"range": {"field": "year", "gt": 0.0}}
    assert _json(between("year", 2010, 2020)) == {
        "range": {"field": "year", "gte": 2010.0, "lte": 2020.0}
    }


def test_a_range_without_bounds_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="at least one of"):
        range_("year")


def test_conditions_nest() -> None:
    made = all_of(any_of(equals("a", "x"), equals("b", 1)), none_of(equals("c", value=False)))
    assert [one.WhichOneof("condition") for one in made.all_of.filters] == ["any_of", "none_of"]
    assert len(made.all_of.filters[0].any_of.filters) == 2
