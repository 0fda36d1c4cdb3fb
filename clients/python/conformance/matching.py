"""Whether an answer is what a case expects."""

from collections.abc import Callable
from typing import Any

ABSENT = object()
"""What stands for a key that an answer lacks."""

_TOLERANCE = 1e-4

Value = Any
"""Any JSON, or `ABSENT`."""


def difference(expected: Value, actual: Value, path: str = "") -> str:
    """Says in one line where `actual` differs from what is expected; empty if it matches."""
    match expected:
        case dict() if any(key.startswith("$") for key in expected):
            return _by_matcher(expected, actual, path)
        case dict():
            return _of_objects(expected, actual, path)
        case list():
            return _of_arrays(expected, actual, path)
    if actual is ABSENT:
        fits = expected in (0, "0", "", False)
    elif _is_number(expected) and _is_number(actual):
        fits = abs(actual - expected) <= _TOLERANCE + _TOLERANCE * abs(expected)
    else:
        fits = type(expected) is type(actual) and expected == actual
    return "" if fits else _differs(path, repr(expected), actual)


def _of_objects(expected: dict[str, Value], actual: Value, path: str) -> str:
    if actual is ABSENT:
        actual = {}
    if not isinstance(actual, dict):
        return _differs(path, "an object", actual)
    return _first(
        difference(inner, actual.get(key, ABSENT), f"{path}.{key}" if path else key)
        for key, inner in expected.items()
    )


def _of_arrays(expected: list[Value], actual: Value, path: str) -> str:
    if actual is ABSENT:
        actual = []
    if not isinstance(actual, list) or len(actual) != len(expected):
        return _differs(path, f"{len(expected)} elements", actual)
    return _first(
        difference(inner, actual[at], f"{path}[{at}]") for at, inner in enumerate(expected)
    )


def _by_matcher(expected: dict[str, Value], actual: Value, path: str) -> str:
    name = next(key for key in expected if key in _MATCHERS)
    fits = _MATCHERS[name](expected, actual)
    return "" if fits else _differs(path, str(expected), actual)


def _near(expected: dict[str, Value], actual: Value) -> bool:
    number = _number(actual)
    return number is not None and abs(number - expected["$near"]) <= float(expected["$within"])


def _between(expected: dict[str, Value], actual: Value) -> bool:
    low, high = (float(bound) for bound in expected["$between"])
    number = _number(actual)
    return number is not None and low <= number <= high


def _length(expected: dict[str, Value], actual: Value) -> bool:
    length = 0 if actual is ABSENT else len(actual) if isinstance(actual, (list, str)) else -1
    return bool(length == expected["$length"])


def _starts(expected: dict[str, Value], actual: Value) -> bool:
    wanted: list[Value] = expected["$starts"]
    found = [] if actual is ABSENT else actual
    return isinstance(found, list) and not difference(wanted, found[: len(wanted)])


def _contains(expected: dict[str, Value], actual: Value) -> bool:
    wanted = expected["$contains"]
    if isinstance(actual, str):
        return isinstance(wanted, str) and wanted in actual
    return isinstance(actual, list) and any(not difference(wanted, inner) for inner in actual)


def _nonempty(expected: dict[str, Value], actual: Value) -> bool:
    nonempty = actual is not ABSENT and actual not in ("", [], 0, "0")
    return bool(expected["$nonempty"]) == nonempty


_MATCHERS: dict[str, Callable[[dict[str, Value], Value], bool]] = {
    "$near": _near,
    "$between": _between,
    "$length": _length,
    "$starts": _starts,
    "$contains": _contains,
    "$nonempty": _nonempty,
}


def _number(value: Value) -> float | None:
    """A number, a string of one, or the default of an absent one."""
    if value is ABSENT:
        return 0
    if _is_number(value):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _first(differences: Any) -> str:  # noqa: ANN401  an iterable of strings
    return next((found for found in differences if found), "")


def _differs(path: str, expected: str, actual: Value) -> str:
    shown = "nothing" if actual is ABSENT else repr(actual)
    shown = shown if len(shown) <= 200 else f"{shown[:200]}…"
    return f"{path or 'the answer'}: expected {expected}, got {shown}"
