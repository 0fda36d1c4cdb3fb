"""Vectors survive the wire, bit by bit."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ocelli.client import InvalidRequest
from ocelli.client.vector import pack_vector, unpack_vector
from ocelli.v1 import vector_pb2

vectors = arrays.arrays(np.float32, st.integers(0, 300), elements=st.floats(width=32))


@given(vectors)
def test_what_is_packed_is_what_protobuf_would_pack_and_comes_back_as_it_was(
    values: np.ndarray,
) -> None:
    packed = pack_vector(values)
    assert packed.SerializeToString() == vector_pb2.Vector(values=values).SerializeToString()
    back = unpack_vector(packed)
    assert back.dtype == np.float32
    assert back.tobytes() == values.tobytes()
    back[:] = 0  # it is the caller's own


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.5, -3],
        (1, 2.5, -3),
        np.array([1, 2.5, -3]),
        np.array([1, 2.5, -3], ">f4"),
        np.array([1, 0, 2.5, 0, -3], np.float16)[::2],
    ],
)
def test_every_kind_of_numbers_is_taken(values: Any) -> None:
    assert list(pack_vector(values).values) == [1, 2.5, -3]


def test_whole_numbers_are_taken() -> None:
    assert list(pack_vector(np.arange(3)).values) == [0, 1, 2]


def test_what_float32_cannot_hold_is_infinite_and_left_to_the_server() -> None:
    assert list(pack_vector([1e300]).values) == [np.inf]


@pytest.mark.parametrize("values", [["a"], "abc", [None], [[1, 2]], 7, [1j], [[1], [2, 3]]])
def test_what_is_no_vector_is_refused(values: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        pack_vector(values)
    assert caught.value.field_violations[0].field == "vector"


def test_fields_of_a_newer_contract_do_no_harm() -> None:
    newer = pack_vector([1, 2]).SerializeToString() + b"\x12\x03abc"
    for data in (newer, newer[-5:] + newer[:-5]):
        assert unpack_vector(vector_pb2.Vector.FromString(data)).tolist() == [1, 2]
