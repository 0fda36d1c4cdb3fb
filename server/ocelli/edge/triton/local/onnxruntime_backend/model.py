"""Triton backend for ONNX models, for a Triton without the native one.

Triton's Python stub runs this file, one process per model instance, with numpy 1 and onnxruntime:
it is not part of the edge and imports nothing from it. It reads the same `config.pbtxt` and
`<version>/model.onnx` as Triton's native backend of the same name. Of that backend's parameters it
honours `intra_op_thread_count` and `inter_op_thread_count`; both are 1 unless set, because model
instances use the cores better than threads inside one run do. An instance on a GPU runs there if
this environment's onnxruntime has CUDA (see `gpu_batches.py`); what CUDA has no kernel for runs on
the CPU.

It does not ask whether a request was cancelled: Triton drops those that wait in its queue, and the
question costs a quarter of a millisecond each, a message to Triton and back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found]  # Triton's own
from gpu_batches import GpuBatches, check_rows  # type: ignore[import-not-found]  # lies beside this file

_ONNX_TYPES = {
    "TYPE_BOOL": "tensor(bool)",
    "TYPE_UINT8": "tensor(uint8)",
    "TYPE_UINT16": "tensor(uint16)",
    "TYPE_UINT32": "tensor(uint32)",
    "TYPE_UINT64": "tensor(uint64)",
    "TYPE_INT8": "tensor(int8)",
    "TYPE_INT16": "tensor(int16)",
    "TYPE_INT32": "tensor(int32)",
    "TYPE_INT64": "tensor(int64)",
    "TYPE_FP16": "tensor(float16)",
    "TYPE_FP32": "tensor(float)",
    "TYPE_FP64": "tensor(double)",
}
_Array: TypeAlias = np.ndarray[Any, Any]
_CUDA = "CUDAExecutionProvider"
_QUIET = 3  # errors only: onnxruntime warns about initialisers that it optimises away


class _Tensor(Protocol):
    def name(self) -> str: ...
    def as_numpy(self) -> _Array: ...


class _Request(Protocol):
    def inputs(self) -> Sequence[_Tensor]: ...
    def requested_output_names(self) -> Sequence[str]: ...


class TritonPythonModel:
    """One instance of a model, as Triton's Python backend wants it."""

    def initialize(self, args: Mapping[str, str]) -> None:
        """Loads the graph and holds the config against it.

        Args:
            args: Triton's: `model_config` (JSON), `model_repository` (the model's folder),
                `model_version`, `model_name`, `model_instance_kind`, `model_instance_device_id`.

        Raises:
            TritonModelException: the file does not load, or contradicts the config.
        """
        config = json.loads(args["model_config"])
        name = config.get("default_model_filename") or "model.onnx"
        path = Path(args["model_repository"], args["model_version"], name)
        gpu = _gpu(args)
        self._session = _load(path, config.get("parameters", {}), gpu)
        self._on_gpu = None
        if gpu is not None and _CUDA not in self._session.get_providers():
            pb_utils.Logger.log_warn(f"CUDA's libraries did not load: {path} runs on the CPU")
            gpu = None
        self._batches = config["max_batch_size"] > 0
        _check(config["input"], self._session.get_inputs(), "input", batches=self._batches)
        _check(config["output"], self._session.get_outputs(), "output", batches=self._batches)
        if not config["output"]:
            known = ", ".join(tensor.name for tensor in self._session.get_outputs())
            raise pb_utils.TritonModelException(
                f"config.pbtxt names no output; the graph has {known}"
            )
        self._inputs = [tensor.name for tensor in self._session.get_inputs()]
        self._outputs = [tensor["name"] for tensor in config["output"]]
        missing = set(self._inputs) - {tensor["name"] for tensor in config["input"]}
        if missing:
            raise pb_utils.TritonModelException(
                f"{path.name} has inputs that config.pbtxt lacks: {', '.join(sorted(missing))}"
            )
        if gpu is not None:
            self._on_gpu = GpuBatches(
                self._session,
                lambda: _load(path, config.get("parameters", {}), gpu),
                "cuda",
                gpu,
                config["max_batch_size"],
            )

    def execute(self, requests: Sequence[_Request]) -> list[object]:
        """Answers requests, joined into as few runs as their shapes allow.

        Returns:
            One response per request, in order; a request that fails carries its own error.
        """
        responses: list[object] = [None] * len(requests)
        groups: dict[Any, list[tuple[int, list[_Array]]]] = {}
        for index, request in enumerate(requests):
            try:
                feeds = [self._read(request, name) for name in self._inputs]
                rows = {array.shape[0] for array in feeds} if self._batches else {0}
                if len(rows) != 1:
                    raise ValueError(f"its inputs disagree on the batch size: {sorted(rows)}")
            except ValueError as error:
                responses[index] = _refusal(error)
                continue
            alike = tuple(array.shape[1:] for array in feeds) if self._batches else index
            groups.setdefault(alike, []).append((index, feeds))
        for members in groups.values():
            self._run_group(members, requests, responses)
        return responses

    def finalize(self) -> None:
        """Frees the graph."""
        del self._session, self._on_gpu

    def _read(self, request: _Request, name: str) -> _Array:
        """The request's tensor, not copied: it lies in the memory shared with Triton."""
        tensor = pb_utils.get_input_tensor_by_name(request, name)
        if tensor is None:
            raise ValueError(f"its input {name!r} is missing")
        array: _Array = tensor.as_numpy()
        return array

    def _run_group(
        self,
        members: list[tuple[int, list[_Array]]],
        requests: Sequence[_Request],
        responses: list[object],
    ) -> None:
        """Runs requests of like shapes as one batch; if that fails, each alone."""
        wanted = {name for index, _ in members for name in requests[index].requested_output_names()}
        names = [name for name in self._outputs if name in wanted]
        try:
            results = self._run(names, [feeds for _, feeds in members])
        except Exception as error:  # noqa: BLE001 - onnxruntime's errors share no narrower base
            if len(members) == 1:
                responses[members[0][0]] = _refusal(error)
                return
            for member in members:
                self._run_group([member], requests, responses)
            return
        start = 0
        for index, feeds in members:
            stop = start + feeds[0].shape[0] if self._batches else None
            responses[index] = _response(names, [result[start:stop] for result in results])
            start = stop or 0

    def _run(self, names: Sequence[str], batches: Sequence[Sequence[_Array]]) -> Sequence[_Array]:
        columns = dict(zip(self._inputs, zip(*batches, strict=True), strict=True))
        if self._on_gpu is not None:
            results: Sequence[_Array] = self._on_gpu.run(names, columns)
            return results
        feeds = {
            name: column[0] if len(column) == 1 else np.concatenate(column)
            for name, column in columns.items()
        }
        results = self._session.run(names, feeds)
        if self._batches:
            check_rows(names, results, feeds[self._inputs[0]].shape[0])
        return results


def _gpu(args: Mapping[str, str]) -> int | None:
    """The GPU that the instance is for; None for the CPU."""
    if args.get("model_instance_kind") != "GPU":
        return None
    if _CUDA not in ort.get_available_providers():
        pb_utils.Logger.log_warn("onnxruntime has no CUDA here: the model runs on the CPU")
        return None
    ort.set_default_logger_severity(_QUIET)
    ort.preload_dlls()
    return int(args.get("model_instance_device_id", "0"))


def _load(
    path: Path, parameters: Mapping[str, Mapping[str, str]], gpu: int | None
) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = _QUIET
    options.intra_op_num_threads = _count(parameters, "intra_op_thread_count")
    options.inter_op_num_threads = _count(parameters, "inter_op_thread_count")
    try:
        return ort.InferenceSession(str(path), options, providers=_providers(gpu))
    except Exception as error:  # noqa: BLE001 - as above
        reason = str(error).partition("\n")[0]
        raise pb_utils.TritonModelException(f"{path} does not load: {reason}") from None


def _providers(gpu: int | None) -> list[object]:
    # An exhaustive search for the fastest convolution would take minutes for all sizes of batches.
    # Memory is taken as needed: else every session's arena doubles, and there are several.
    cuda = (
        _CUDA,
        {
            "device_id": str(gpu),
            "cudnn_conv_algo_search": "HEURISTIC",
            "arena_extend_strategy": "kSameAsRequested",
        },
    )
    return [*([] if gpu is None else [cuda]), "CPUExecutionProvider"]


def _count(parameters: Mapping[str, Mapping[str, str]], key: str) -> int:
    text = parameters.get(key, {}).get("string_value", "1")
    if not text.isdecimal():
        raise pb_utils.TritonModelException(
            f"parameter {key} is {text!r}; expected a number of threads, or 0 for one per core"
        )
    return int(text)


def _check(
    configured: Iterable[Mapping[str, Any]], graph: Iterable[Any], kind: str, *, batches: bool
) -> None:
    """Holds the config's tensors against the graph's: names, types and shapes."""
    known = {tensor.name: tensor for tensor in graph}
    for tensor in configured:
        name, data_type = tensor["name"], tensor["data_type"]
        if name not in known:
            raise pb_utils.TritonModelException(
                f"config.pbtxt names {kind} {name!r}, the graph has {', '.join(known)}"
            )
        if _ONNX_TYPES.get(data_type) != known[name].type:
            raise pb_utils.TritonModelException(
                f"{kind} {name!r} is {data_type} in config.pbtxt and {known[name].type} in the "
                f"graph; this backend serves numbers and bool"
            )
        dims = [dim if isinstance(dim, int) else -1 for dim in known[name].shape]
        expected = list(tensor.get("reshape", {}).get("shape", tensor["dims"]))
        expected = [-1, *expected] if batches else expected
        if kind == "output" and not dims:  # onnxruntime could not infer its shape
            continue
        if len(dims) != len(expected) or (batches and dims[0] != -1) or not _fit(dims, expected):
            raise pb_utils.TritonModelException(
                f"{kind} {name!r} has shape {dims} in the graph; config.pbtxt expects {expected}"
                + (" (max_batch_size > 0 puts a free batch dimension first)" if batches else "")
            )


def _fit(dims: Sequence[int], expected: Sequence[int]) -> bool:
    return all(-1 in pair or pair[0] == pair[1] for pair in zip(dims, expected, strict=True))


def _response(names: Sequence[str], arrays: Sequence[_Array]) -> object:
    tensors = [pb_utils.Tensor(name, array) for name, array in zip(names, arrays, strict=True)]
    return pb_utils.InferenceResponse(tensors)


def _refusal(error: Exception) -> object:
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))
