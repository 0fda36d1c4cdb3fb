"""Vectors of the contract as arrays, and back."""

import numpy as np

from ocelli.edge.index.points import Vector
from ocelli.v1 import vector_pb2


def read_vector(message: vector_pb2.Vector) -> Vector:
    """float32 [D]."""
    return np.fromiter(message.values, np.float32, len(message.values))


def vector_message(vector: Vector | None) -> vector_pb2.Vector | None:
    """A vector as the contract has it; None stays unset."""
    return None if vector is None else vector_pb2.Vector(values=vector.tolist())
