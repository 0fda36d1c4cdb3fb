"""Payloads against a schema."""

import math
from typing import Any

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, FieldType, Json
from ocelli.edge.index.validate_payload import check, scalar

FIELDS = {
    "word": FieldType.KEYWORD,
    "whole": FieldType.INTEGER,
    "real": FieldType.FLOAT,
    "flag": FieldType.BOOL,
}
COSINE = Collection(name="a", dimension=3, fields=FIELDS)


def test_payload_comes_back_as_json_and_filterable_values():
    checked = check(
        {"word": ["a", "b"], "whole": 3.0, "real": 2, "flag": True, "free": {"x": [None, 1]}},
        COSINE,
    )
    assert checked.json == (
        '{"word":["a","b"],"whole":3.0,"real":2,"flag":true,"free":{"x":[null,1]}}'
    )
    assert checked.filterable == {"word": ["a", "b"], "whole": [3], "real": [2.0], "flag": [True]}
    assert type(checked.filterable["whole"][0]) is int
    assert type(checked.filterable["real"][0]) is float


def test_null_and_empty_lists_are_no_value():
    assert check({"word": None, "whole": []}, COSINE).filterable == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("word", value) for value in (1, True, {}, ["a", 1], [["a"]], [None])),
        *(("whole", value) for value in ("1", True, 1.5, 2**53 + 1, -(2**60), [1, "2"])),
        *(("real", value) for value in ("1", False, 10**400, {})),
        *(("flag", value) for value in (1, 0, "true", [True, 1])),
    ],
)
def test_values_of_another_type_are_refused(field: str, value: Json):
    with pytest.raises(OcelliError) as caught:
        scalar(value, FIELDS[field], field, "path")
    assert caught.value.reason is Reason.FIELD_NOT_IN_SCHEMA
    assert caught.value.field == "path"


@pytest.mark.parametrize("value", [1, [1], ["a", 1], [["a"]], [None], {}])
def test_payloads_with_values_of_another_type_are_refused(value: Json):
    with pytest.raises(OcelliError) as caught:
        check({"word": value}, COSINE)
    assert caught.value.reason is Reason.FIELD_NOT_IN_SCHEMA
    assert caught.value.field == "payload.word"


def _nested(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "payload",
    [
        {"x": math.nan},
        {"x": [{"y": math.inf}]},
        {"x": b"bytes"},
        {"x": {1: 2}},
        {"x": "\ud800"},
        {"x": 2**70},
        {"x": "y" * limits.MAX_PAYLOAD_BYTES},
        {"x": _nested(limits.MAX_PAYLOAD_DEPTH)},
        {"x": _nested(2000)},
    ],
)
def test_payloads_that_are_refused(payload: dict[str, Any]):
    with pytest.raises(OcelliError) as caught:
        check(payload, COSINE, "points[3].payload")
    assert (caught.value.reason, caught.value.field) == (
        Reason.INVALID_FIELD,
        "points[3].payload",
    )
