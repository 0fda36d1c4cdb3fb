"""ONNX graphs as published, made part of a graph under construction."""

from collections.abc import Mapping, Sequence

import onnx
from onnx import helper, numpy_helper, version_converter

from ocelli.models.graph import OPSET, Graph


def append(
    model: onnx.ModelProto, graph: Graph, inputs: Mapping[str, str], outputs: Sequence[str]
) -> list[str]:
    """Appends all nodes of a model, converted to the operator set of the graph.

    Args:
        model: the source; it stays as it is. What it states of shapes is not taken over.
        graph: where its nodes go.
        inputs: for each input of the source, the tensor that takes its place.
        outputs: tensors of the source.

    Returns:
        The tensors that hold the outputs, in their order.
    """
    source = version_converter.convert_version(_without_shapes(model), OPSET).graph
    tensors = {"": "", **inputs}
    for tensor in source.initializer:
        tensors[tensor.name] = graph.constant(numpy_helper.to_array(tensor))
    for node in source.node:
        attributes = {one.name: helper.get_attribute_value(one) for one in node.attribute}
        operands = [tensors[name] for name in node.input]
        made = graph.split(node.op_type, *operands, outputs=len(node.output), **attributes)
        tensors.update(zip(node.output, made, strict=True))
    return [tensors[name] for name in outputs]


def _without_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy whose tensors may have any size: exporters write down those of their example."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.value_info[:]
    for tensor in (*copy.graph.input, *copy.graph.output):
        for dim in tensor.type.tensor_type.shape.dim:
            dim.Clear()
    return copy
