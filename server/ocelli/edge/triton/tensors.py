"""Triton's tensor types and numpy's.

Types: Open Inference Protocol, "Tensor Data Types".
"""

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import model_config_pb2

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


def datatype_of(tensor: model_config_pb2.ModelInput | model_config_pb2.ModelOutput) -> str:
    """Type of a tensor in a model's config, without `TYPE_`."""
    name: str = model_config_pb2.DataType.Name(tensor.data_type)
    return name.removeprefix("TYPE_")


def from_raw(raw: bytes, datatype: str, shape: tuple[int, ...]) -> NDArray[np.generic]:
    """A read-only view of `raw` as an array of `shape`.

    Raises:
        ValueError: the type has no numpy form or the bytes do not fill the shape.
    """
    if datatype == "BF16":  # the upper half of an FP32
        halves = np.frombuffer(raw, np.uint16).astype(np.uint32) << 16
        return halves.view(np.float32).reshape(shape)
    dtype = _NUMPY.get(datatype)
    if dtype is None:
        raise ValueError(f"tensor type {datatype} cannot be read")
    return np.frombuffer(raw, dtype).reshape(shape)
