"""Building graphs."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from ocelli.models.graph import Graph


def ops(graph: Graph, tensor: str, rank: int) -> list[str]:
    model = graph.model(
        "test",
        [("x", TensorProto.FLOAT, ["N", 2, 3, 4])],
        [(tensor, ("y", TensorProto.FLOAT, ["?"] * rank))],
    )
    return [node.op_type for node in model.graph.node]


def test_a_transpose_and_its_inverse_leave_nothing() -> None:
    graph = Graph()
    there = graph.transpose("x", (0, 3, 1, 2))
    assert graph.transpose(there, (0, 2, 3, 1)) == "x"


def test_transposes_join_into_one() -> None:
    graph = Graph()
    twice = graph.transpose(graph.transpose("x", (0, 2, 3, 1)), (0, 2, 3, 1))
    assert ops(graph, twice, 4) == ["Transpose", "Identity"]


def test_what_no_output_needs_is_left_out() -> None:
    graph = Graph()
    graph.add("Add", "x", graph.constant(np.ones(4, np.float32)))
    needed = graph.add("Relu", "x")
    assert ops(graph, needed, 4) == ["Relu", "Identity"]


def test_an_output_must_have_the_shape_it_states() -> None:
    graph = Graph()
    with pytest.raises(onnx.shape_inference.InferenceError):
        ops(graph, graph.add("Relu", "x"), 3)
