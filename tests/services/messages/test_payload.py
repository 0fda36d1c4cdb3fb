"""Payloads on the wire and as plain values."""

import math
from collections.abc import Callable

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.limits import MAX_PAYLOAD_BYTES
from ocelli.edge.services.messages import payload
from ocelli.edge.services.messages.payload import payload_message, read_payload

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.text(max_size=5) | NUMBERS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def message(**values: struct_pb2.Value) -> struct_pb2.Struct:
    return struct_pb2.Struct(fields=values)


def number(value: float) -> struct_pb2.Value:
    return struct_pb2.Value(number_value=value)


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_a_payload_reads_back_equal(sent: dict[str, object]) -> None:
    written = payload_message(sent)
    assert read_payload(written) == sent
    assert payload_message(read_payload(written)) == written


@pytest.mark.parametrize("whole", [0, 3, -7, 2**53, -(2**53)])
def test_whole_numbers_are_integers(whole: int) -> None:
    read = read_payload(message(x=number(float(whole))))["x"]
    assert (type(read), read) == (int, whole)


@pytest.mark.parametrize("real", [-0.0, 0.5, 2.0**53 + 2, 1e300, 5e-324])
def test_other_numbers_are_floats(real: float) -> None:
    read = read_payload(message(x=number(real)))["x"]
    assert isinstance(read, float)
    assert (read, math.copysign(1, read)) == (real, math.copysign(1, real))


def in_list(value: struct_pb2.Value) -> struct_pb2.Value:
    return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[value]))


def in_object(value: struct_pb2.Value) -> struct_pb2.Value:
    return struct_pb2.Value(struct_value=message(inner=value))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (number(math.nan), "nan"),
        (number(math.inf), "inf"),
        (number(-math.inf), "-inf"),
        (struct_pb2.Value(), "no kind"),
    ],
)
@pytest.mark.parametrize("wrapped", [lambda value: value, in_list, in_object])
def test_what_json_does_not_have_is_refused(
    value: struct_pb2.Value,
    said: str,
    wrapped: Callable[[struct_pb2.Value], struct_pb2.Value],
) -> None:
    with pytest.raises(OcelliError) as caught:
        read_payload(message(good=number(1), bad=wrapped(value)), "merge")
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "merge")
    assert "'bad'" in caught.value.message
    assert said in caught.value.message


def in_digits(count: int) -> struct_pb2.Struct:
    return payload_message({"x": [1] * count})


def test_the_largest_payload_is_read() -> None:
    # "1," over and over: no JSON text grows more as protobuf.
    assert len(read_payload(in_digits(MAX_PAYLOAD_BYTES // 2))["x"]) == MAX_PAYLOAD_BYTES // 2


def test_a_payload_that_cannot_fit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    large = in_digits(MAX_PAYLOAD_BYTES)
    monkeypatch.setattr(payload, "_read", None)
    with pytest.raises(OcelliError) as caught:
        read_payload(large, "replace")
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "replace")
    assert f"at most {MAX_PAYLOAD_BYTES}" in caught.value.message
