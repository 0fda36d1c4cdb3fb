"""Payloads survive the wire."""

import math
from typing import Any

import numpy as np
import pytest

from ocelli.client.errors import InvalidRequest
from ocelli.client.payload import from_struct, to_struct


def test_what_json_can_say_comes_back_as_it_was() -> None:
    payload: dict[str, Any] = {
        "path": "a/ü.jpg",
        "year": 2020,
        "weight": 0.5,
        "indoor": True,
        "nothing": None,
        "tags": ["cat", 2, False],
        "camera": {"name": "gate", "pose": [1.5, -2]},
        "largest": 2**53,
    }
    struct = to_struct(payload)
    assert struct is not None
    back = from_struct(struct)
    assert back == payload
    assert type(back["year"]) is int
    assert type(back["indoor"]) is bool


def test_numpy_scalars_are_taken_as_numbers() -> None:
    payload: dict[str, Any] = {"score": np.float32(0.5), "count": np.int64(3)}
    struct = to_struct(payload)
    assert struct is not None
    assert from_struct(struct) == {"score": 0.5, "count": 3}


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1, object(), b"bytes", {1, 2}])
def test_other_values_are_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidRequest, match=r"payload\.outer\.inner\[1\]") as caught:
        to_struct({"outer": {"inner": [0, value]}})
    assert caught.value.field_violations[0].field == "payload.outer.inner[1]"
