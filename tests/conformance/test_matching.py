"""The Python runner's matcher: what it lets pass, and above all what it does not."""

from typing import Any

import grpc
import pytest

from conformance.failures import error_difference
from conformance.matching import ABSENT, difference
from ocelli.client import FieldViolation, InvalidRequest, OcelliError, Unavailable

MATCH: list[tuple[Any, Any]] = [
    ("cat", "cat"),
    (1, 1.00015),
    (0, 0.00009),
    (10_000, 10_000.9),
    (True, True),
    (None, None),
    ("0", ABSENT),
    (0, ABSENT),
    ("", ABSENT),
    (False, ABSENT),
    ([], ABSENT),
    ({}, ABSENT),
    ({"a": {"b": 0}}, {}),
    ({"a": 1}, {"a": 1, "b": 2}),
    ([1, {"a": 2}], [1, {"a": 2, "b": 3}]),
    ({"$near": 5, "$within": 1}, 6),
    ({"$near": 0.5, "$within": 1}, ABSENT),
    ({"$between": [1, 5]}, 5),
    ({"$between": [1, 5]}, "1"),
    ({"$between": [0, 5]}, ABSENT),
    ({"$length": 2}, [1, 2]),
    ({"$length": 3}, "abc"),
    ({"$length": 0}, ABSENT),
    ({"$starts": [1, {"a": 2}]}, [1, {"a": 2}, 3]),
    ({"$contains": {"a": 1}}, [{}, {"a": 1, "b": 2}]),
    ({"$contains": "at"}, "cats"),
    ({"$nonempty": True}, "x"),
    ({"$nonempty": True}, [0]),
    ({"$nonempty": True}, "17"),
]
DIFFER: list[tuple[Any, Any]] = [
    ("cat", "dog"),
    ("cat", ABSENT),
    ("1", 1),
    (1, "1"),
    (1, 1.0003),
    (0, 0.0002),
    (1, True),
    (True, 1),
    (True, ABSENT),
    (False, 0),
    (None, ABSENT),
    (None, 0),
    (1, ABSENT),
    ("1", ABSENT),
    ([], [1]),
    ([1], ABSENT),
    ([1], [1, 2]),
    ([1, 2], [2, 1]),
    ({}, 1),
    ({"a": 1}, {}),
    ({"a": {"b": 1}}, {"a": {"b": 2}}),
    ({"$near": 5, "$within": 1}, 6.1),
    ({"$near": 5, "$within": 1}, ABSENT),
    ({"$near": 5, "$within": 1}, [5]),
    ({"$between": [1, 5]}, 0.9),
    ({"$between": [1, 5]}, "6"),
    ({"$between": [1, 5]}, "five"),
    ({"$between": [1, 5]}, ABSENT),
    ({"$between": [0, 1]}, True),
    ({"$length": 2}, [1]),
    ({"$length": 2}, {"a": 1, "b": 2}),
    ({"$length": 2}, ABSENT),
    ({"$starts": [1]}, [2, 1]),
    ({"$starts": [1, 2]}, [1]),
    ({"$starts": ["c"]}, "cat"),
    ({"$contains": 1}, [2, 3]),
    ({"$contains": 1}, ABSENT),
    ({"$contains": "dog"}, "cat"),
    ({"$nonempty": True}, ""),
    ({"$nonempty": True}, []),
    ({"$nonempty": True}, 0),
    ({"$nonempty": True}, ABSENT),
]
ERROR = OcelliError(
    "the vector is short",
    reason="VECTOR_DIMENSION",
    code=grpc.StatusCode.INVALID_ARGUMENT,
    field_violations=(FieldViolation("vector", "short"),),
    resource="photos",
    quota="calls",
)


@pytest.mark.parametrize(("expected", "actual"), MATCH)
def test_what_matches(expected: Any, actual: Any) -> None:
    assert difference(expected, actual) == ""


@pytest.mark.parametrize(("expected", "actual"), DIFFER)
def test_what_does_not_match_is_told_in_one_line(expected: Any, actual: Any) -> None:
    told = difference(expected, actual)
    assert told.startswith("the answer: ") or told.split(":")[0] in {"a", "a.b", "[0]"}
    assert "\n" not in told


def test_the_place_of_a_difference_is_told() -> None:
    told = difference({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]})
    assert told == "a[1].b: expected 2, got 3"


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("code", "INVALID_ARGUMENT", "NOT_FOUND"),
        ("reason", "VECTOR_DIMENSION", ""),
        ("fields", ["vector"], []),
        ("resource", "photos", "videos"),
        ("quota", "calls", "bytes"),
        ("retry", False, True),
        ("hint", False, True),
    ],
)
def test_every_key_of_an_expected_error_counts(key: str, right: Any, wrong: Any) -> None:
    assert error_difference({key: right}, ERROR) == ""
    assert error_difference({key: wrong}, ERROR).startswith(f"error.{key}")


def test_an_error_that_says_when_to_retry_must_also_be_of_a_kind_that_may_be_repeated() -> None:
    later = Unavailable("later", retry_after_s=1.0)
    never = InvalidRequest("never", retry_after_s=1.0)
    assert error_difference({"retry": True}, later) == ""
    assert error_difference({"retry": True}, never)
    assert error_difference({"retry": True}, Unavailable("at no known time"))
