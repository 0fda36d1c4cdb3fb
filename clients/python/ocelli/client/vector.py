"""Vectors: numpy arrays on this side, packed float32 on the wire.

The values of a packed field lie on the wire as they lie in a little-endian float32 array, so both
directions copy bytes. Going through protobuf's container costs 20 times as much: it makes a Python
float of every value.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ocelli.client.errors import invalid_request
from ocelli.v1 import vector_pb2

FloatVector: TypeAlias = npt.NDArray[np.float32]
"""float32, shape (dimension,)."""
VectorLike: TypeAlias = Sequence[float] | npt.NDArray[np.floating] | npt.NDArray[np.integer]
"""A vector as calls accept it: an array of shape (dimension,), or a sequence of numbers."""

_VALUES_TAG = b"\x0a"
"""Field 1, length-delimited."""


def pack_vector(values: VectorLike) -> vector_pb2.Vector:
    """Packs a vector.

    Raises:
        InvalidRequest: the values are not numbers, or not in one row.
    """
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, which is refused
            array = np.asarray(values).astype("<f4", casting="same_kind", copy=False)
    except (TypeError, ValueError) as error:
        raise invalid_request(f"a vector that is not numbers: {error}", field="vector") from error
    if array.ndim != 1:
        raise invalid_request(
            f"a vector of shape {array.shape}; expected (dimension,)", field="vector"
        )
    data = array.tobytes()
    return vector_pb2.Vector.FromString(b"".join((_VALUES_TAG, _varint(len(data)), data)))


def unpack_vector(message: vector_pb2.Vector) -> FloatVector:
    """Unpacks a vector: float32, shape (dimension,)."""
    count = len(message.values)
    data = message.SerializeToString()
    start = len(_VALUES_TAG) + len(_varint(4 * count))
    return np.frombuffer(data, "<f4", count, start if count else 0).astype(np.float32)


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
