"""Building an ONNX graph node by node."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

# Opset 17 with IR 8 is read by every ONNX Runtime since 1.14, hence by Triton containers of 2023.
OPSET = 17
IR_VERSION = 8

Array: TypeAlias = NDArray[np.generic]
Attribute: TypeAlias = int | float | str | Sequence[int]
ValueInfo: TypeAlias = tuple[str, int, Sequence[int | str]]
"""Name, `onnx.TensorProto` data type, and dimensions of an input or output."""


class Graph:
    """A graph under construction; tensors are known by their names.

    A transpose that undoes an earlier one costs no node, and nodes that no output needs are left
    out of the model.
    """

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._transposed: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._count = 0

    def constant(self, array: Array) -> str:
        """Stores an array in the graph and returns its tensor name."""
        name = self._name("const")
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def add(self, op: str, *inputs: str, **attributes: Attribute) -> str:
        """Appends a node with one output and returns the output's tensor name."""
        return self.split(op, *inputs, outputs=1, **attributes)[0]

    def split(self, op: str, *inputs: str, outputs: int, **attributes: Attribute) -> list[str]:
        """Appends a node with several outputs and returns their tensor names."""
        names = [self._name(op.lower()) for _ in range(outputs)]
        node = helper.make_node(op, list(inputs), names)
        node.attribute.extend(helper.make_attribute(key, at) for key, at in attributes.items())
        self._nodes.append(node)
        return names

    def transpose(self, tensor: str, permutation: Sequence[int]) -> str:
        """Reorders the dimensions of a tensor, looking through a transpose that made it.

        An empty permutation leaves them as they are.
        """
        source, first = self.origin(tensor)
        order = tuple(first[axis] for axis in permutation) if first else tuple(permutation)
        if order == tuple(range(len(order))):
            return source
        result = self.add("Transpose", source, perm=order)
        self._transposed[result] = (source, order)
        return result

    def origin(self, tensor: str) -> tuple[str, tuple[int, ...]]:
        """What a tensor was transposed from, and how; itself and () if it was not."""
        return self._transposed.get(tensor, (tensor, ()))

    def model(
        self, name: str, inputs: Sequence[ValueInfo], outputs: Sequence[tuple[str, ValueInfo]]
    ) -> onnx.ModelProto:
        """Finishes the graph.

        Args:
            name: of the graph.
            inputs: what the model takes.
            outputs: pairs of the tensor in this graph and how the model offers it.

        Returns:
            The model, checked against the ONNX specification, shapes included.
        """
        for tensor, (public, _, _) in outputs:
            self._nodes.append(helper.make_node("Identity", [tensor], [public]))
        wanted = {public for _, (public, _, _) in outputs}
        kept: list[onnx.NodeProto] = []
        for node in reversed(self._nodes):
            if wanted.intersection(node.output):
                wanted.update(node.input)
                kept.append(node)
        graph = helper.make_graph(
            kept[::-1],
            name,
            [helper.make_tensor_value_info(*info) for info in inputs],
            [helper.make_tensor_value_info(*info) for _, info in outputs],
            [tensor for key, tensor in self._constants.items() if key in wanted],
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="ocelli",
        )
        onnx.checker.check_model(model, full_check=True)
        return model

    def _name(self, hint: str) -> str:
        self._count += 1
        return f"{hint}_{self._count}"
