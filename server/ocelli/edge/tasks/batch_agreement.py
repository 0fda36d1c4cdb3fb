"""Whether a model answers an input in a batch as it answers it alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_TOLERANCE = 0.05
"""Of an output's largest value. Models of eight bits choose their scales by the batch, and GPUs
their kernels: they answer a little differently in another."""
_MAX_DIFFERENT = 0.1
"""Share of the values that may differ by more."""
_MAX_OF_ANOTHER = 0.5
"""What was sorted may differ by this share of what lies between the answers to two inputs."""


def agrees(alone: NDArray[Any], batched: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether `batched` is the answer to the same input as `alone`.

    Models that sort what they find let near-equals change places, and take others in at the end of
    the list, on the smallest difference in arithmetic. So values that differ place by place are
    compared again in the order of their size, against how far apart the answers to two inputs are.

    Args:
        alone: one output for an input alone, without its batch axis.
        batched: the same output for that input within a batch.
        other: the same output for another input alone.
    """
    if alone.shape != batched.shape:
        return False
    if not alone.size:
        return True
    one, same = alone.astype(np.float64), batched.astype(np.float64)
    tolerance = _TOLERANCE * float(np.abs(one).max()) + 1e-3
    if (np.abs(one - same) > tolerance).mean() <= _MAX_DIFFERENT:
        return True
    if not alone.ndim or alone.shape != other.shape:
        return False
    axis = int(np.argmax(alone.shape))
    ordered = np.sort(one, axis)
    own = np.abs(ordered - np.sort(same, axis)).mean()
    between = np.abs(ordered - np.sort(other.astype(np.float64), axis)).mean()
    return bool(own <= _MAX_OF_ANOTHER * between)
