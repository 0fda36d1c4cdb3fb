"""The batches of a GPU, with the CPU in its place: the same calls of onnxruntime."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from ocelli.edge.triton.local.onnxruntime_backend.gpu_batches import GpuBatches

_DIMS = ["n", "width"]


def batches(
    path: Path, max_batch_size: int, *, folds: bool = False
) -> tuple[GpuBatches, list[int]]:
    """The sum of two inputs [n, width], or one row of all; and what was opened."""
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, _DIMS) for name in "ab"]
    nodes = [helper.make_node("Add", ["a", "b"], ["sum"])]
    nodes += (
        [helper.make_node("ReduceSum", ["sum"], ["y"], keepdims=1)]
        if folds
        else [helper.make_node("Identity", ["sum"], ["y"])]
    )
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
    model = helper.make_model(
        helper.make_graph(nodes, "sum", inputs, outputs),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=9,
    )
    path.write_bytes(model.SerializeToString())
    opened: list[int] = []

    def session() -> ort.InferenceSession:
        opened.append(1)
        return ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    return GpuBatches(session(), session, "cpu", 0, max_batch_size), opened


def rows(*values: float) -> np.ndarray:
    return np.array([[value, -value] for value in values], np.float32)


def test_each_request_gets_its_own_rows_whatever_the_size(tmp_path: Path) -> None:
    graph, opened = batches(tmp_path / "model.onnx", 6)
    assert len(opened) == 4  # 1, 2, 4 and 6
    for sizes in ([1], [2, 1], [1, 1, 1, 1, 1], [3], [6], [1]):
        total = sum(sizes)
        values = np.arange(1.0, total + 1)
        split = np.split(rows(*values), np.cumsum(sizes)[:-1])
        (result,) = graph.run(["y"], {"a": split, "b": [10 * part for part in split]})
        np.testing.assert_array_equal(result, 11 * rows(*values))


def test_another_type_or_inner_shape_takes_new_memory(tmp_path: Path) -> None:
    graph, _ = batches(tmp_path / "model.onnx", 2)
    for width in (3, 2, 4):
        value = np.full((1, width), 2, np.float32)
        (result,) = graph.run(["y"], {"a": [value, value], "b": [value, value]})
        np.testing.assert_array_equal(result, np.full((2, width), 4))


def test_without_a_batch_axis_tensors_go_as_they_are(tmp_path: Path) -> None:
    graph, opened = batches(tmp_path / "model.onnx", 0)
    assert len(opened) == 1
    (result,) = graph.run(["y"], {"a": [rows(1, 2, 3)], "b": [rows(1, 1, 1)]})
    np.testing.assert_array_equal(result, rows(2, 3, 4))


def test_a_graph_that_folds_the_batch_is_told(tmp_path: Path) -> None:
    graph, _ = batches(tmp_path / "model.onnx", 4, folds=True)
    with pytest.raises(ValueError, match="output 'y' has 1 rows for a batch of 4"):
        graph.run(["y"], {"a": [rows(1, 2, 3)], "b": [rows(1, 2, 3)]})
