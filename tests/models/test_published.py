"""Published graphs inside others: operators converted, sizes freed."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from ocelli.models import published
from ocelli.models.graph import OPSET, Graph


def old_model() -> onnx.ModelProto:
    """Of operator set 9, with a batch of one and the weights among its inputs, as exported."""
    weights = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(3, 2), "weights")
    nodes = [
        helper.make_node("MatMul", ["x", "weights"], ["product"]),
        helper.make_node("Unsqueeze", ["product"], ["wide"], axes=[0]),
        helper.make_node("Softmax", ["wide"], ["soft"], axis=2),
    ]
    graph = helper.make_graph(
        nodes,
        "old",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3]),
            helper.make_tensor_value_info("weights", TensorProto.FLOAT, [3, 2]),
        ],
        [helper.make_tensor_value_info("soft", TensorProto.FLOAT, [1, 1, 2])],
        [weights],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4)


@pytest.mark.parametrize("count", [1, 4])
def test_it_computes_the_same_for_any_batch(count: int) -> None:
    source, graph = old_model(), Graph()
    before = source.SerializeToString()
    doubled = graph.add("Mul", "x", graph.constant(np.float32(2)))
    (tensor,) = published.append(source, graph, {"x": doubled}, ["soft"])
    assert source.SerializeToString() == before
    model = graph.model(
        "new",
        [("x", TensorProto.FLOAT, ["N", 3])],
        [(tensor, ("y", TensorProto.FLOAT, [1, "N", 2]))],
    )
    assert [opset.version for opset in model.opset_import] == [OPSET]
    x = np.random.default_rng(0).normal(size=(count, 3)).astype(np.float32)
    (found,) = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": x})
    logits = 2 * x @ np.arange(6, dtype=np.float32).reshape(3, 2)
    weights = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(found[0], weights / weights.sum(1, keepdims=True), atol=1e-5)
