"""Triton's tensor types and numpy's.

Types: Open Inference Protocol, "Tensor Data Types".
"""

import numpy as np
from numpy.typing import NDArray

_NUMPY = {
    "BOOL": np.dtype(np.bool_),
    "UINT8": np.dtype(np.uint8),
    "UINT16": np.dtype(np.uint16),
    "UINT32": np.dtype(np.uint32),
    "UINT64": np.dtype(np.uint64),
    "INT8": np.dtype(np.int8),
    "INT16": np.dtype(np.int16),
    "INT32": np.dtype(np.int32),
    "INT64": np.dtype(np.int64),
    "FP16": np.dtype(np.float16),
    "FP32": np.dtype(np.float32),
    "FP64": np.dtype(np.float64),
}


def from_raw(raw: bytes, datatype: str, shape: tuple[int, ...]) -> NDArray[np.generic]:
    """A read-only view of `raw` as an array of `shape`.

    Raises:
        ValueError: the type has no numpy form or the bytes do not fill the shape.
    """
    dtype = _NUMPY.get(datatype)
    if dtype is None:
        raise ValueError(f"tensor type {datatype} cannot be read")
    return np.frombuffer(raw, dtype).reshape(shape)
