"""Translating TensorFlow.js graph models to ONNX.

Only the operations that our models use are translated; any other is refused by name.
"""

import base64
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ocelli.models.graph import Array, Graph
from ocelli.models.tfjs_file import GraphModel, Node, UnsupportedGraphError

NHWC_TO_NCHW = (0, 3, 1, 2)
NCHW_TO_NHWC = (0, 2, 3, 1)


def append(
    model: GraphModel, graph: Graph, inputs: Mapping[str, str], outputs: Sequence[str]
) -> list[str]:
    """Appends a graph model to a graph under construction.

    The source is frozen to a batch of one by reshapes to `[1, …]`. They become `[0, …]`, which
    copies the batch dimension, so the result takes any batch.

    Args:
        model: the source.
        graph: where its nodes go.
        inputs: for each placeholder of the source, the tensor that takes its place.
        outputs: node names of the source.

    Returns:
        The tensors that hold the outputs, in their order.

    Raises:
        UnsupportedGraphError: at the first operation that is not known.
    """
    translation = _Translation(model, graph, inputs)
    for node in model.nodes:
        translation.translate(node)
    return [translation.tensor(name) for name in outputs]


def _text(value: str) -> str:
    return base64.b64decode(value).decode()


def _integers(node: Node, attribute: str) -> list[int]:
    return [int(value) for value in node["attr"].get(attribute, {}).get("list", {}).get("i", [])]


def _nhwc_window(node: Node, attribute: str) -> list[int]:
    values = _integers(node, attribute) or [1, 1, 1, 1]
    if len(values) != 4 or values[0] != 1 or values[3] != 1:
        raise UnsupportedGraphError(f"{node['name']}: {attribute} {values} is not spatial")
    return values[1:3]


def _require_plain_nhwc(node: Node) -> None:
    layout, padding = (_text(node["attr"][key]["s"]) for key in ("data_format", "padding"))
    if (layout, padding) != ("NHWC", "VALID"):
        raise UnsupportedGraphError(f"{node['name']}: layout {layout} with {padding} padding")


class _Translation:
    def __init__(self, model: GraphModel, graph: Graph, inputs: Mapping[str, str]) -> None:
        self._weights = model.weights
        self._graph = graph
        self._inputs = inputs
        self._tensors: dict[str, str] = {}
        self._constants: dict[str, Array] = {}
        self._padded: dict[str, tuple[str, float, list[int]]] = {}
        self._unbiased: dict[str, tuple[str, str, dict[str, Sequence[int]]]] = {}
        self._translators: Mapping[str, Callable[[Node, list[str]], str]] = {
            "Placeholder": lambda node, _: self._inputs[node["name"]],
            "Identity": lambda _, names: self.tensor(names[0]),
            "Transpose": self._transpose,
            "Conv2D": self._conv,
            "Add": self._add,
            "Pad": self._pad,
            "PadV2": self._pad,
            "MaxPool": self._max_pool,
            "LeakyRelu": self._leaky_relu,
            "Sigmoid": lambda _, names: graph.add("Sigmoid", self.tensor(names[0])),
            "ConcatV2": self._concat,
            "ResizeBilinear": self._resize,
            "SplitV": self._split,
            "Reshape": self._reshape,
        }

    def tensor(self, name: str) -> str:
        """The ONNX tensor of a source node, materialised if it is a constant."""
        name = name.removesuffix(":0")
        if name in self._constants:
            return self._graph.constant(self._constants[name])
        if name not in self._tensors:
            raise UnsupportedGraphError(f"{name} is used before it is made")
        return self._tensors[name]

    def translate(self, node: Node) -> None:
        """Appends what one source node computes."""
        name, op = node["name"], node["op"]
        inputs = [source for source in node.get("input", []) if not source.startswith("^")]
        if op == "Const":
            self._constants[name] = self._weights[name]
        elif op == "SparseToDense":
            self._constants[name] = self._dense(inputs)
        elif op == "AddV2" and all(source in self._constants for source in inputs):
            left, right = (self._integer_constant(source) for source in inputs)
            self._constants[name] = left + right
        elif op in self._translators:
            self._tensors[name] = self._translators[op](node, inputs)
        else:
            raise UnsupportedGraphError(f"operation {op} of node {name} has no translation")

    def _integer_constant(self, name: str) -> NDArray[np.int64]:
        if name not in self._constants:
            raise UnsupportedGraphError(f"{name} must be a constant")
        return self._constants[name].astype(np.int64)

    def _dense(self, inputs: list[str]) -> NDArray[np.int64]:
        indices, shape, values, default = (self._integer_constant(name) for name in inputs)
        dense = np.full(shape, default)
        dense[tuple(indices.reshape(-1, len(shape)).T)] = values
        return dense

    def _transpose(self, _: Node, inputs: list[str]) -> str:
        return self._graph.transpose(
            self.tensor(inputs[0]), self._integer_constant(inputs[1]).tolist()
        )

    def _conv(self, node: Node, inputs: list[str]) -> str:
        _require_plain_nhwc(node)
        kernel = self._constants[inputs[1]].transpose(3, 2, 0, 1)
        source = self._graph.transpose(self.tensor(inputs[0]), NHWC_TO_NCHW)
        source, pads = self._unpadded(source, value=0.0)
        attributes: dict[str, Sequence[int]] = {
            "kernel_shape": kernel.shape[2:],
            "strides": _nhwc_window(node, "strides"),
            "dilations": _nhwc_window(node, "dilations"),
            "pads": pads,
        }
        weights = self._graph.constant(kernel)
        result = self._graph.add("Conv", source, weights, **attributes)
        nhwc = self._graph.transpose(result, NCHW_TO_NHWC)
        self._unbiased[nhwc] = (source, weights, attributes)
        return nhwc

    def _add(self, _: Node, inputs: list[str]) -> str:
        left = self.tensor(inputs[0])
        bias = self._constants.get(inputs[1])
        if left not in self._unbiased or bias is None or bias.ndim != 1:
            return self._graph.add("Add", left, self.tensor(inputs[1]))
        source, weights, attributes = self._unbiased[left]
        result = self._graph.add("Conv", source, weights, self._graph.constant(bias), **attributes)
        return self._graph.transpose(result, NCHW_TO_NHWC)

    def _pad(self, _: Node, inputs: list[str]) -> str:
        source = self.tensor(inputs[0])
        before_after = self._integer_constant(inputs[1])
        value = self._constants[inputs[2]] if len(inputs) > 2 else np.zeros((), np.float32)
        pads = self._graph.constant(before_after.T.reshape(-1))
        result = self._graph.add("Pad", source, pads, self._graph.constant(value))
        if len(before_after) == 4 and not before_after[:2].any():
            spatial = before_after[2:].T.reshape(-1).tolist()
            self._padded[result] = (source, float(value), spatial)
        return result

    def _unpadded(self, tensor: str, *, value: float) -> tuple[str, list[int]]:
        """Looks through a spatial padding with the value that the consumer itself pads with."""
        source, padding, pads = self._padded.get(tensor, (tensor, value, [0, 0, 0, 0]))
        return (source, pads) if padding == value else (tensor, [0, 0, 0, 0])

    def _max_pool(self, node: Node, inputs: list[str]) -> str:
        _require_plain_nhwc(node)
        source = self._graph.transpose(self.tensor(inputs[0]), NHWC_TO_NCHW)
        source, pads = self._unpadded(source, value=-math.inf)
        result = self._graph.add(
            "MaxPool",
            source,
            pads=pads,
            kernel_shape=_nhwc_window(node, "ksize"),
            strides=_nhwc_window(node, "strides"),
        )
        return self._graph.transpose(result, NCHW_TO_NHWC)

    def _leaky_relu(self, node: Node, inputs: list[str]) -> str:
        alpha = float(node["attr"]["alpha"]["f"])
        return self._graph.add("LeakyRelu", self.tensor(inputs[0]), alpha=alpha)

    def _concat(self, _: Node, inputs: list[str]) -> str:
        axis = int(self._integer_constant(inputs[-1]))
        return self._graph.add("Concat", *(self.tensor(name) for name in inputs[:-1]), axis=axis)

    def _resize(self, node: Node, inputs: list[str]) -> str:
        flags = (node["attr"].get(key, {}) for key in ("half_pixel_centers", "align_corners"))
        if [flag.get("b") for flag in flags] != [True, False]:
            raise UnsupportedGraphError(f"{node['name']}: only half-pixel centres are known")
        source = self._graph.transpose(self.tensor(inputs[0]), NHWC_TO_NCHW)
        batch_channels = self._graph.add("Shape", source, start=0, end=2)
        size = self._graph.constant(self._integer_constant(inputs[1]))
        result = self._graph.add(
            "Resize",
            source,
            "",
            "",
            self._graph.add("Concat", batch_channels, size, axis=0),
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        return self._graph.transpose(result, NCHW_TO_NHWC)

    def _split(self, node: Node, inputs: list[str]) -> str:
        sizes = self._integer_constant(inputs[1])
        parts = self._graph.split(
            "Split",
            self.tensor(inputs[0]),
            self._graph.constant(sizes),
            outputs=len(sizes),
            axis=int(self._integer_constant(inputs[2])),
        )
        for position, part in enumerate(parts[1:], start=1):
            self._tensors[f"{node['name']}:{position}"] = part
        return parts[0]

    def _reshape(self, node: Node, inputs: list[str]) -> str:
        shape = self._integer_constant(inputs[1]).copy()
        if shape[0] != 1:
            raise UnsupportedGraphError(f"{node['name']}: reshape to {shape} folds the batch")
        shape[0] = 0
        return self._graph.add("Reshape", self.tensor(inputs[0]), self._graph.constant(shape))
