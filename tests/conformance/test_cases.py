"""How the Python runner judges the time of a case."""

import pytest

from conformance.cases import difference_of_time


@pytest.mark.parametrize(
    ("expect", "took_ms", "differs"),
    [
        ({}, 1e6, ""),
        ({"within_ms": 100}, 100, ""),
        ({"within_ms": 100}, 101, "it took 101 ms, expected at most 100"),
        ({"at_least_ms": 100}, 100, ""),
        ({"at_least_ms": 100}, 99, "it took 99 ms, expected at least 100"),
        ({"at_least_ms": 100, "within_ms": 200}, 150, ""),
    ],
)
def test_a_case_is_neither_too_slow_nor_too_fast(
    expect: dict[str, float], took_ms: float, differs: str
) -> None:
    assert difference_of_time(expect, took_ms) == differs
