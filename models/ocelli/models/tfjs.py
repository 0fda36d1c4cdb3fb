"""Translating TensorFlow.js graph models to ONNX.

Only the operations that our models use are translated; any other is refused by name.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ocelli.models import tfjs_node
from ocelli.models.graph import Array, Graph
from ocelli.models.tfjs_file import GraphModel, Node, UnsupportedGraphError
from ocelli.models.tfjs_layers import Layers
from ocelli.models.tfjs_order import ancestors, sources


def append(
    model: GraphModel, graph: Graph, inputs: Mapping[str, str], outputs: Sequence[str]
) -> list[str]:
    """Appends a graph model, or a part of it, to a graph under construction.

    The source may be frozen to a batch of one by reshapes to `[1, …]`. They become `[0, …]`, which
    copies the batch dimension, so the result takes any batch.

    Args:
        model: the source.
        graph: where its nodes go.
        inputs: for nodes of the source, the tensors that take their place. What lies before them
            is left out.
        outputs: node names of the source.

    Returns:
        The tensors that hold the outputs, in their order.

    Raises:
        UnsupportedGraphError: at the first operation that is not known.
    """
    translation = _Translation(model.weights, graph, inputs)
    for node in ancestors(model.nodes, inputs, outputs):
        translation.translate(node)
    return [translation.tensor(name) for name in outputs]


class _Translation:
    def __init__(
        self, weights: Mapping[str, Array], graph: Graph, inputs: Mapping[str, str]
    ) -> None:
        self._weights = weights
        self._graph = graph
        self._layers = Layers(graph)
        self._tensors: dict[str, str] = dict(inputs)
        self._constants: dict[str, Array] = {}
        self._shapes: set[str] = set()
        self._batch_sizes: set[str] = set()
        self._translators: Mapping[str, Callable[[Node, list[str]], str]] = {
            "Identity": lambda _, names: self.tensor(names[0]),
            "Transpose": self._transpose,
            "Conv2D": self._conv,
            "DepthwiseConv2dNative": self._depthwise,
            "FusedBatchNorm": self._batch_norm,
            "BiasAdd": self._add,
            "Add": self._add,
            "AddN": self._add_all,
            "Mul": self._multiply,
            "Pad": self._pad,
            "PadV2": self._pad,
            "MaxPool": self._max_pool,
            "LeakyRelu": self._leaky_relu,
            "Relu6": self._relu6,
            "Sigmoid": lambda _, names: self._layers.elementwise("Sigmoid", self._all(names)),
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
            raise UnsupportedGraphError(f"{name} is no tensor")
        return self._tensors[name]

    def translate(self, node: Node) -> None:
        """Appends what one source node computes."""
        name, op = node["name"], node["op"]
        inputs = sources(node)
        if op == "Const":
            self._constants[name] = self._weights[name]
        elif op == "SparseToDense":
            self._constants[name] = self._dense(inputs)
        elif op == "AddV2" and all(source in self._constants for source in inputs):
            left, right = (self._integer_constant(source) for source in inputs)
            self._constants[name] = left + right
        elif op == "Shape":
            self._shapes.add(name)
        elif op == "StridedSlice" and self._is_batch_size(node, inputs):
            self._batch_sizes.add(name)
        elif op == "Pack":
            self._constants[name] = self._packed(inputs)
        elif op in self._translators:
            self._tensors[name] = self._translators[op](node, inputs)
        else:
            raise UnsupportedGraphError(f"operation {op} of node {name} has no translation")

    def _all(self, names: Sequence[str]) -> list[str]:
        return [self.tensor(name) for name in names]

    def _integer_constant(self, name: str) -> NDArray[np.int64]:
        if name not in self._constants:
            raise UnsupportedGraphError(f"{name} must be a constant")
        return self._constants[name].astype(np.int64)

    def _dense(self, inputs: list[str]) -> NDArray[np.int64]:
        indices, shape, values, default = (self._integer_constant(name) for name in inputs)
        dense = np.full(shape, default)
        dense[tuple(indices.reshape(-1, len(shape)).T)] = values
        return dense

    def _is_batch_size(self, node: Node, inputs: list[str]) -> bool:
        """Whether it is the first number of a tensor's shape."""
        begin, end = (self._integer_constant(name).tolist() for name in inputs[1:3])
        shrinks = tfjs_node.mask(node, "shrink_axis_mask") == 1
        return inputs[0] in self._shapes and (begin, end) == ([0], [1]) and shrinks

    def _packed(self, inputs: list[str]) -> NDArray[np.int64]:
        """Numbers as one array; for a batch size 0, which in ONNX's Reshape copies it."""
        numbers = [
            0 if name in self._batch_sizes else int(self._integer_constant(name)) for name in inputs
        ]
        return np.array(numbers)

    def _transpose(self, _: Node, inputs: list[str]) -> str:
        return self._graph.transpose(
            self.tensor(inputs[0]), self._integer_constant(inputs[1]).tolist()
        )

    def _conv(self, node: Node, inputs: list[str]) -> str:
        kernel = self._constants[inputs[1]]
        return self._layers.conv(self.tensor(inputs[0]), kernel, tfjs_node.window(node))

    def _depthwise(self, node: Node, inputs: list[str]) -> str:
        kernel = self._constants[inputs[1]]
        return self._layers.depthwise(self.tensor(inputs[0]), kernel, tfjs_node.window(node))

    def _batch_norm(self, node: Node, inputs: list[str]) -> str:
        if tfjs_node.flag(node, "is_training"):
            raise UnsupportedGraphError(f"{node['name']} takes its statistics from the batch")
        gain, shift, mean, variance = (
            self._constants[name].astype(np.float64) for name in inputs[1:5]
        )
        scale = gain / np.sqrt(variance + tfjs_node.number(node, "epsilon"))
        return self._layers.affine(self.tensor(inputs[0]), scale, shift - mean * scale)

    def _add(self, _: Node, inputs: list[str]) -> str:
        return self._along_channels("Add", inputs)

    def _multiply(self, _: Node, inputs: list[str]) -> str:
        return self._along_channels("Mul", inputs)

    def _along_channels(self, op: str, inputs: list[str]) -> str:
        """A sum or product, whose operands may stand in either order."""
        tensors = [name for name in inputs if name not in self._constants]
        vectors = [self._constants[name] for name in inputs if name in self._constants]
        if len(tensors) == len(vectors) == 1 and vectors[0].ndim == 1:
            scale, shift = (vectors[0], None) if op == "Mul" else (None, vectors[0])
            return self._layers.affine(self.tensor(tensors[0]), scale, shift)
        return self._layers.elementwise(op, self._all(inputs))

    def _add_all(self, _: Node, inputs: list[str]) -> str:
        total, *others = self._all(inputs)
        for other in others:
            total = self._layers.elementwise("Add", [total, other])
        return total

    def _pad(self, _: Node, inputs: list[str]) -> str:
        value = float(self._constants[inputs[2]]) if len(inputs) > 2 else 0.0
        return self._layers.pad(self.tensor(inputs[0]), self._integer_constant(inputs[1]), value)

    def _max_pool(self, node: Node, inputs: list[str]) -> str:
        sides = tfjs_node.spatial(node, "ksize")
        return self._layers.max_pool(self.tensor(inputs[0]), sides, tfjs_node.window(node))

    def _leaky_relu(self, node: Node, inputs: list[str]) -> str:
        alpha = tfjs_node.number(node, "alpha")
        return self._layers.elementwise("LeakyRelu", self._all(inputs), alpha=alpha)

    def _relu6(self, _: Node, inputs: list[str]) -> str:
        limits = [self._graph.constant(np.array(limit, np.float32)) for limit in (0, 6)]
        return self._layers.elementwise("Clip", self._all(inputs), *limits)

    def _concat(self, _: Node, inputs: list[str]) -> str:
        axis = int(self._integer_constant(inputs[-1]))
        return self._graph.add("Concat", *self._all(inputs[:-1]), axis=axis)

    def _resize(self, node: Node, inputs: list[str]) -> str:
        if not tfjs_node.flag(node, "half_pixel_centers") or tfjs_node.flag(node, "align_corners"):
            raise UnsupportedGraphError(f"{node['name']}: only half-pixel centres are known")
        return self._layers.resize(self.tensor(inputs[0]), self._integer_constant(inputs[1]))

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
        if shape.flat[0] not in {0, 1}:
            raise UnsupportedGraphError(f"{node['name']}: reshape to {shape} folds the batch")
        shape[0] = 0
        return self._graph.add("Reshape", self.tensor(inputs[0]), self._graph.constant(shape))
