"""Filters against a schema."""

import math

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, NoneOf, OneOf, Range
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validate_filter import check

WITHIN = Collection(
    name="a",
    dimension=1,
    fields={
        "word": FieldType.KEYWORD,
        "whole": FieldType.INTEGER,
        "real": FieldType.FLOAT,
        "flag": FieldType.BOOL,
    },
)


def test_values_take_their_fields_type():
    tree = AllOf((Equals("whole", 3.0), AnyOf((Equals("real", 1), OneOf("whole", (1.0, 2))))))
    checked = check(tree, WITHIN)
    assert checked == AllOf(
        (Equals("whole", 3), AnyOf((Equals("real", 1.0), OneOf("whole", (1, 2)))))
    )
    assert type(checked.filters[0].value) is int
    assert type(checked.filters[1].filters[0].value) is float


@pytest.mark.parametrize(
    ("tree", "field"),
    [
        (Equals("other", 1), "equals.field"),
        (Equals("word", 1), "equals.value"),
        (Equals("flag", 1), "equals.value"),
        (OneOf("real", (1.0,)), "one_of.field"),
        (OneOf("word", ("a", 1)), "one_of.values[1]"),
        (Range(field="word", gt=1), "range.field"),
        (Range(field="flag", gt=0), "range.field"),
        (NoneOf((Equals("word", "a"), Equals("x", 1))), "none_of.filters[1].equals.field"),
    ],
)
def test_what_contradicts_the_schema_is_refused(tree: Filter, field: str):
    with pytest.raises(OcelliError) as caught:
        check(tree, WITHIN)
    assert caught.value.reason is Reason.FIELD_NOT_IN_SCHEMA
    assert caught.value.field == f"filter.{field}"


def _deep(levels: int) -> Filter:
    tree: Filter = Equals("word", "a")
    for _ in range(levels - 1):
        tree = NoneOf((tree,))
    return tree


@pytest.mark.parametrize(
    "tree",
    [
        AllOf(()),
        AnyOf((Equals("word", "a"),) * 101),
        AllOf((AllOf((Equals("word", "a"),) * 100),) * 10),
        OneOf("word", ()),
        OneOf("word", ("a",) * 1001),
        AllOf((OneOf("word", ("a",) * 600), OneOf("word", ("a",) * 600))),
        Range(field="whole"),
        Range(field="real", gt=math.nan),
        _deep(17),
    ],
)
def test_filters_that_are_empty_or_too_large_are_refused(tree: Filter):
    with pytest.raises(OcelliError) as caught:
        check(tree, WITHIN)
    assert caught.value.reason is Reason.INVALID_FIELD


def test_the_largest_filters_are_taken():
    check(_deep(16), WITHIN)
    check(OneOf("word", ("a",) * 1000), WITHIN)
