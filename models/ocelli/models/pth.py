"""Legacy PyTorch checkpoints without PyTorch.

Before version 1.6 `torch.save` wrote a run of pickles (magic number, protocol version, system
information, the object, the storage keys) followed by the raw storages, each behind its element
count. A pickle can name any callable, so this reader knows only the few that a state dict of plain
tensors needs and refuses the rest.
"""

import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ocelli.models.graph import Array

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


class CheckpointError(ValueError):
    """The file is not a state dict of plain tensors in the legacy format."""


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: "np.dtype[Any]"


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


_ALLOWED: dict[tuple[str, str], object] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in _ALLOWED:
            raise CheckpointError(f"the checkpoint asks for {module}.{name}, which is refused")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: tuple[Any, ...]) -> _Storage:
        kind, dtype, key = pid[:3]
        if kind != "storage" or not isinstance(dtype, np.dtype):
            raise CheckpointError(f"the checkpoint refers to {kind!r}; only storages are known")
        return _Storage(key, dtype)


def read(path: Path) -> dict[str, Array]:
    """Reads a state dict.

    Returns:
        float32 and int64 arrays by parameter name.

    Raises:
        CheckpointError: if the file holds anything but plain tensors.
    """
    with path.open("rb") as file:
        try:
            magic, protocol, _system, tensors, keys = (_Unpickler(file).load() for _ in range(5))
        except (pickle.UnpicklingError, EOFError) as error:
            raise CheckpointError(f"{path.name} is not a legacy checkpoint: {error}") from error
        if (magic, protocol) != (_MAGIC, _PROTOCOL):
            raise CheckpointError(f"{path.name} is not a legacy checkpoint: wrong magic number")
        dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
        storages = {key: _storage(file, dtypes[key]) for key in keys}
    return {name: _view(tensor, storages[tensor.storage.key]) for name, tensor in tensors.items()}


def _storage(file: BinaryIO, dtype: "np.dtype[Any]") -> Array:
    header = file.read(8)
    count = struct.unpack("<q", header)[0] if len(header) == 8 else 0
    data = file.read(max(count, 0) * dtype.itemsize)
    if len(header) != 8 or len(data) != count * dtype.itemsize:
        raise CheckpointError("the checkpoint ends inside a tensor")
    return np.frombuffer(data, dtype)


def _view(tensor: _Tensor, storage: Array) -> Array:
    last = tensor.offset + sum(
        (size - 1) * stride for size, stride in zip(tensor.shape, tensor.strides, strict=True)
    )
    if min(tensor.offset, *tensor.shape, *tensor.strides, 0) < 0 or last >= len(storage):
        raise CheckpointError("a tensor reaches outside its storage")
    strides = [stride * storage.itemsize for stride in tensor.strides]
    return np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides).copy()
