"""Runs a graph on a GPU in batches of few sizes.

CUDA's convolutions are planned anew whenever a session meets another shape than in its run before:
a tenth of a second for a detector. So batches are filled up to the next power of two, and each of
these sizes has a session of its own, planned at load, with tensors on the device that stay.

Like its neighbour it runs in Triton's stub, and imports nothing of the edge.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import onnxruntime as ort

_Array: TypeAlias = np.ndarray[Any, Any]
_NUMPY = {
    "tensor(bool)": np.bool_,
    "tensor(uint8)": np.uint8,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(float16)": np.float16,
    "tensor(float)": np.float32,
}


class GpuBatches:
    """A graph in every batch size that it is run in.

    Args:
        first: the graph, loaded.
        open_session: loads it once more.
        device: onnxruntime's name of the device, such as `cuda`.
        device_id: which one.
        max_batch_size: largest batch; 0 for a graph without a batch axis.
    """

    def __init__(
        self,
        first: ort.InferenceSession,
        open_session: Callable[[], ort.InferenceSession],
        device: str,
        device_id: int,
        max_batch_size: int,
    ) -> None:
        self._batches = max_batch_size > 0
        self._sized = {
            size: _Sized(first if size == 1 else open_session(), device, device_id, size)
            for size in _sizes(max_batch_size)
        }

    def run(
        self, names: Sequence[str], columns: Mapping[str, Sequence[_Array]]
    ) -> Sequence[_Array]:
        """Answers several requests in one run.

        Args:
            names: the outputs to return.
            columns: for each input the tensors of all requests.

        Returns:
            The outputs, their rows those of the requests in order.

        Raises:
            ValueError: an output has another number of rows than the batch.
        """
        if not self._batches:
            return self._sized[1].run(names, columns)
        rows = sum(array.shape[0] for array in next(iter(columns.values())))
        size = next(size for size in self._sized if size >= rows)
        results = self._sized[size].run(names, columns)
        check_rows(names, results, size)
        return [result[:rows] for result in results]


def check_rows(names: Sequence[str], results: Sequence[_Array], rows: int) -> None:
    """Holds the first axes of outputs against the batch.

    Reshapes with a constant batch size fold it into another axis.

    Raises:
        ValueError: they differ.
    """
    for name, result in zip(names, results, strict=True):
        if result.shape[0] != rows:
            raise ValueError(
                f"output {name!r} has {result.shape[0]} rows for a batch of {rows}; the graph does "
                "not take batches"
            )


class _Sized:
    """The graph in one batch size."""

    def __init__(
        self, session: ort.InferenceSession, device: str, device_id: int, size: int
    ) -> None:
        self.session = session
        self._device = (device, device_id)
        self._size = size
        self._binding = session.io_binding()
        self._sent: dict[str, tuple[_Array, ort.OrtValue]] = {}
        self._plan()

    def run(
        self, names: Sequence[str], columns: Mapping[str, Sequence[_Array]]
    ) -> Sequence[_Array]:
        for name, arrays in columns.items():
            self._send(name, arrays)
        self._binding.clear_binding_outputs()
        for name in names:
            self._binding.bind_output(name, *self._device)
        self.session.run_with_iobinding(self._binding)
        results: list[_Array] = self._binding.copy_outputs_to_cpu()
        return results

    def _plan(self) -> None:
        """A first run, if the shapes are known: it takes as long as a hundred later ones."""
        columns: dict[str, list[_Array]] = {}
        for tensor in self.session.get_inputs():
            inner = tensor.shape[1:]
            if tensor.type not in _NUMPY or not all(isinstance(dim, int) for dim in inner):
                return
            first = tensor.shape[0] if tensor.shape and isinstance(tensor.shape[0], int) else None
            columns[tensor.name] = [np.zeros([first or self._size, *inner], _NUMPY[tensor.type])]
        # What does not run on zeros is planned by its first request.
        with contextlib.suppress(Exception):
            self.run([tensor.name for tensor in self.session.get_outputs()], columns)

    def _send(self, name: str, arrays: Sequence[_Array]) -> None:
        """Copies an input of all requests to the device, through memory that is kept."""
        first = arrays[0]
        rows = sum(array.shape[0] for array in arrays) if first.ndim else 0
        shape = (max(rows, self._size), *first.shape[1:]) if first.ndim else ()
        kept = self._sent.get(name)
        if kept is None or kept[0].shape != shape or kept[0].dtype != first.dtype:
            buffer = np.zeros(shape, first.dtype)
            _join(arrays, buffer)
            value = ort.OrtValue.ortvalue_from_numpy(buffer, *self._device)
            self._binding.bind_ortvalue_input(name, value)
            self._sent[name] = buffer, value
            return
        _join(arrays, kept[0])
        kept[1].update_inplace(kept[0])


def _join(arrays: Sequence[_Array], buffer: _Array) -> None:
    """Writes the rows of all; what is left of the buffer keeps the rows of a run before."""
    if not buffer.ndim:
        buffer[...] = arrays[0]
        return
    start = 0
    for array in arrays:
        buffer[start : start + array.shape[0]] = array
        start += array.shape[0]


def _sizes(max_batch_size: int) -> list[int]:
    """1, 2, 4 … up to the largest batch, which is one of them."""
    sizes = [1]
    while sizes[-1] < max_batch_size:
        sizes.append(min(2 * sizes[-1], max_batch_size))
    return sizes
