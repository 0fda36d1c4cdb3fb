"""Vectors of the contract as arrays, and back.

The values of a packed field lie on the wire as they lie in a little-endian float32 array, so both
directions copy bytes: protobuf's container makes a Python float of every value, which takes some
twenty times as long.
"""

import numpy as np

from ocelli.edge.index.points import Vector
from ocelli.edge.varint import varint
from ocelli.v1 import vector_pb2

_TAG = b"\x0a"
"""Field 1, length-delimited."""


def read_vector(message: vector_pb2.Vector) -> Vector:
    """float32 [D]; read-only."""
    count = len(message.values)
    if not count:
        return np.empty(0, np.float32)
    start = len(_TAG) + len(varint(4 * count))
    # Fields that are unknown here come after those that are known. A slice is aligned.
    return np.frombuffer(message.SerializeToString()[start : start + 4 * count], "<f4")


def vector_message(vector: Vector | None) -> vector_pb2.Vector | None:
    """A vector as the contract has it; None stays unset."""
    if vector is None:
        return None
    data = vector.astype("<f4", copy=False).tobytes()
    return vector_pb2.Vector.FromString(b"".join((_TAG, varint(len(data)), data)))
