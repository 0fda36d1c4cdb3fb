"""TensorFlow.js graphs executed as TensorFlow defines their operations, in NumPy and in NHWC."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Json = dict[str, Any]
Values = dict[str, NDArray[Any] | list[NDArray[Any]]]

_STORED = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}


class PublishedGraph:
    """A graph model as it lies on disk, by the path of its JSON file."""

    def __init__(self, path: Path) -> None:
        document = json.loads(path.read_text())
        (group,) = document["weightsManifest"]
        data = b"".join((path.parent / name).read_bytes() for name in group["paths"])
        self.nodes = {node["name"]: node for node in document["modelTopology"]["node"]}
        self.weights = dict(self._weights(group["weights"], data))

    @staticmethod
    def _weights(specs: Sequence[Json], data: bytes) -> Iterator[tuple[str, NDArray[Any]]]:
        position = 0
        for spec in specs:
            kind = _STORED[spec.get("quantization", {}).get("dtype", spec["dtype"])]
            size = int(np.prod(spec["shape"], dtype=int)) * int(kind[-1])
            raw = data[position : position + size]
            array = np.frombuffer(raw, kind).reshape(spec["shape"])
            yield spec["name"], array.astype(np.int64 if kind == "<i4" else np.float32)
            position += size

    def __call__(
        self, inputs: Mapping[str, NDArray[Any]], outputs: Sequence[str]
    ) -> list[NDArray[Any]]:
        """The outputs, if these tensors take the place of the nodes of their names."""
        values: Values = dict(inputs)
        return [self._value(name, values) for name in outputs]

    def _value(self, reference: str, values: Values) -> NDArray[Any]:
        name, _, port = reference.partition(":")
        if name not in values:
            node = self.nodes[name]
            if node["op"] == "Const":
                values[name] = self.weights[name]
            else:
                arguments = [self._value(source, values) for source in node["input"]]
                values[name] = OPERATIONS[node["op"]](node["attr"], *arguments)
        value = values[name]
        return value[int(port or 0)] if isinstance(value, list) else value


def text(value: str | Sequence[int]) -> bytes:
    return base64.b64decode(value) if isinstance(value, str) else bytes(value)


def windows(attributes: Json, x: Floats, sides: tuple[int, ...]) -> Floats:
    _, down, across, _ = (int(step) for step in attributes["strides"]["list"]["i"])
    if text(attributes["padding"]["s"]) == b"SAME":
        # The output is the input over the stride, rounded up, and odd padding goes after.
        before_after = []
        for size, step, side in zip(x.shape[1:3], (down, across), sides, strict=True):
            total = max((-(-size // step) - 1) * step + side - size, 0)
            before_after.append((total // 2, total - total // 2))
        x = np.pad(x, [(0, 0), *before_after, (0, 0)])
    return np.lib.stride_tricks.sliding_window_view(x, sides, (1, 2))[:, ::down, ::across]


def conv(attributes: Json, x: Floats, kernel: Floats) -> NDArray[Any]:
    patches = windows(attributes, x, kernel.shape[:2])
    result: NDArray[Any] = np.einsum("nyxcij,ijco->nyxo", patches, kernel, optimize=True)
    return result


def depthwise(attributes: Json, x: Floats, kernel: Floats) -> NDArray[Any]:
    assert kernel.shape[3] == 1
    patches = windows(attributes, x, kernel.shape[:2])
    result: NDArray[Any] = np.zeros((), np.float32)
    for row, column in np.ndindex(kernel.shape[:2]):
        result = result + patches[..., row, column] * kernel[row, column, :, 0]
    return result


def batch_norm(
    attributes: Json, x: Floats, gain: Floats, shift: Floats, mean: Floats, variance: Floats
) -> NDArray[Any]:
    deviation = np.sqrt(variance + np.float32(attributes["epsilon"]["f"]))
    result: NDArray[Any] = (x - mean) / deviation * gain + shift
    return result


def max_pool(attributes: Json, x: Floats) -> NDArray[Any]:
    sides = [int(side) for side in attributes["ksize"]["list"]["i"][1:3]]
    assert text(attributes["padding"]["s"]) == b"VALID"
    result: NDArray[Any] = windows(attributes, x, tuple(sides)).max((-2, -1))
    return result


def resize(_: Json, x: Floats, size: NDArray[np.int64]) -> NDArray[Any]:
    rows, columns = resampling(x.shape[1], int(size[0])), resampling(x.shape[2], int(size[1]))
    result: NDArray[Any] = np.einsum("yh,xw,nhwc->nyxc", rows, columns, x, optimize=True)
    return result


def resampling(source: int, target: int) -> Floats:
    """Matrix of linear interpolation between pixel centres, `[target, source]`."""
    matrix = np.zeros((target, source), np.float32)
    for index in range(target):
        centre = (index + 0.5) * source / target - 0.5
        below = int(np.floor(centre))
        for neighbour, weight in ((below, below + 1 - centre), (below + 1, centre - below)):
            matrix[index, min(max(neighbour, 0), source - 1)] += weight
    return matrix


def dense(_: Json, indices: Floats, shape: Floats, values: Floats, default: Floats) -> NDArray[Any]:
    result = np.full(shape, default)
    for index, value in zip(indices, values, strict=True):
        result[tuple(index)] = value
    return result


OPERATIONS: dict[str, Callable[..., NDArray[Any] | list[NDArray[Any]]]] = {
    "Identity": lambda _, x: x,
    "Add": lambda _, x, y: x + y,
    "AddN": lambda _, *parts: sum(parts[1:], parts[0]),
    "AddV2": lambda _, x, y: x + y,
    "BiasAdd": lambda _, x, y: x + y,
    "Mul": lambda _, x, y: x * y,
    "Transpose": lambda _, x, order: np.transpose(x, order),
    "Reshape": lambda _, x, shape: np.reshape(x, shape),
    "Shape": lambda _, x: np.array(x.shape),
    "StridedSlice": lambda _, x, begin, end, step: x[begin[0] : end[0] : step[0]][0],
    "Pack": lambda _, *parts: np.stack(parts),
    "ConcatV2": lambda _, *parts: np.concatenate(parts[:-1], parts[-1]),
    "SplitV": lambda _, x, sizes, axis: np.split(x, np.cumsum(sizes)[:-1], axis),
    "Sigmoid": lambda _, x: 1 / (1 + np.exp(-x)),
    "Relu6": lambda _, x: np.clip(x, 0, 6),
    "LeakyRelu": lambda attributes, x: np.where(x > 0, x, x * np.float32(attributes["alpha"]["f"])),
    "Pad": lambda _, x, widths: np.pad(x, widths),
    "PadV2": lambda _, x, widths, value: np.pad(x, widths, constant_values=value),
    "SparseToDense": dense,
    "Conv2D": conv,
    "DepthwiseConv2dNative": depthwise,
    "FusedBatchNorm": batch_norm,
    "MaxPool": max_pool,
    "ResizeBilinear": resize,
}


def overlap(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Intersection over union of two boxes."""
    sides = np.minimum(one, other)[2:] - np.maximum(one, other)[:2]
    areas = [float((box[2:] - box[:2]).prod()) for box in (one, other)]
    common = float(sides.clip(0).prod())
    return common / (sum(areas) - common)
