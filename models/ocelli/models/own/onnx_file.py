"""What an ONNX file says of itself, without its weights."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import onnx

from ocelli.models.errors import InstallError

_MAX_BYTES = 2 << 30
"""Beyond it protobuf cannot parse a file; its weights belong into files beside it."""
_TYPES: dict[int, str] = {
    onnx.TensorProto.FLOAT: "FP32",
    onnx.TensorProto.FLOAT16: "FP16",
    onnx.TensorProto.BFLOAT16: "BF16",
    onnx.TensorProto.DOUBLE: "FP64",
    onnx.TensorProto.UINT8: "UINT8",
    onnx.TensorProto.INT8: "INT8",
    onnx.TensorProto.INT32: "INT32",
    onnx.TensorProto.INT64: "INT64",
    onnx.TensorProto.BOOL: "BOOL",
    onnx.TensorProto.STRING: "STRING",
}


@dataclass(frozen=True, slots=True)
class FileTensor:
    """An input or output.

    Attributes:
        name: of the tensor.
        datatype: as Triton names it.
        dims: with the batch axis, if it has one; −1 for any size.
    """

    name: str
    datatype: str
    dims: tuple[int, ...]

    def __str__(self) -> str:
        sizes = ", ".join("?" if size < 0 else str(size) for size in self.dims)
        return f"{self.name} {self.datatype}[{sizes}]"


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """A file.

    Attributes:
        path: where it is.
        inputs: those that are not constants.
        outputs: all.
        metadata: what its exporter left, by key.
        producer: who wrote it.
        opset: version of the standard operators that it uses.
    """

    path: Path
    inputs: tuple[FileTensor, ...]
    outputs: tuple[FileTensor, ...]
    metadata: Mapping[str, str]
    producer: str
    opset: int

    @property
    def names(self) -> tuple[str, ...]:
        """Class names as Ultralytics leaves them in `names`; empty if there are none."""
        try:
            names = ast.literal_eval(self.metadata.get("names", "{}"))
            if isinstance(names, dict):
                return tuple(str(names[number]) for number in range(len(names)))
            return tuple(map(str, names))
        except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
            return ()

    @property
    def labels(self) -> str:
        """Class names as the key `labels` takes them; empty if there are none."""
        names = [" ".join(name.split()) for name in self.names]
        if len(names) == 1:  # nothing would tell its commas from those between names
            return names[0].replace(",", "")
        return ("\n" if any("," in name for name in names) else ",").join(names)


def read(path: Path) -> OnnxFile:
    """Reads a file's signature and metadata.

    Raises:
        InstallError: it is missing, too large, no ONNX, or uses operators that are not known yet.
    """
    try:
        size_bytes = path.stat().st_size
    except OSError as error:
        raise InstallError(f"{path} cannot be read: {error.strerror}") from error
    if size_bytes > _MAX_BYTES:
        raise InstallError(
            f"{path} has {size_bytes / 2**30:.1f} GiB, and a single ONNX file at most 2; export it "
            "with its weights in files of their own (external data)"
        )
    try:
        model = onnx.load(str(path), load_external_data=False)
        graph = model.graph
        constants = {tensor.name for tensor in graph.initializer}
        inputs = tuple(_tensor(value) for value in graph.input if value.name not in constants)
        outputs = tuple(map(_tensor, graph.output))
    except Exception as error:  # protobuf and onnx raise nothing narrower
        raise InstallError(
            f"{path} is no ONNX model; export yours to ONNX, such as with torch.onnx.export"
        ) from error
    if not inputs or not outputs:
        raise InstallError(
            f"{path} is no ONNX model that can be served: it has no inputs or outputs"
        )
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    newest = onnx.defs.onnx_opset_version()
    if opset > newest:
        raise InstallError(
            f"{path} uses opset {opset}, and the newest that is known here is {newest}; export it "
            f"with opset {newest} or lower"
        )
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    return OnnxFile(path, inputs, outputs, metadata, model.producer_name, opset)


def _tensor(value: onnx.ValueInfoProto) -> FileTensor:
    tensor = value.type.tensor_type
    dims = tuple(
        dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else -1
        for dim in tensor.shape.dim
    )
    kind = onnx.TensorProto.DataType.Name(tensor.elem_type)
    return FileTensor(value.name, _TYPES.get(tensor.elem_type, kind), dims)
