"""Whether points are the same."""

from typing import Any

import numpy as np
import pytest

from ocelli.client import Point
from ocelli.client.cli.transfer.agreement import agree


@pytest.mark.parametrize(
    ("vector", "copy", "same"),
    [
        ([3e-9, 4e-9], [3e-9, 4e-9], True),
        ([3e-9, 4e-9], [3e-9, 5e-9], False),
        ([0.6, 0.8], [0.6000005, 0.8], True),
        ([0.6, 0.8], [0.600002, 0.8], False),
        ([0.0, 0.0], [0.0, 0.0], True),
        ([0.0, 0.0], [0.0, 1e-30], False),
        ([1.0], [1.0, 0.0], False),
    ],
)
def test_vectors(vector: list[float], copy: list[float], same: bool) -> None:
    one, other = (Point("p", np.array(values, "f4")) for values in (vector, copy))
    assert agree(one, other) == same


@pytest.mark.parametrize(
    ("payload", "copy", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
    ],
)
def test_payloads(payload: dict[str, Any], copy: dict[str, Any], same: bool) -> None:
    vector = np.ones(2, "f4")
    assert agree(Point("p", vector, payload), Point("p", vector, copy)) == same
