"""A model of one's own: a folder dropped into the repository, loaded, used, without new code."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ocelli.client import OcelliError

SIDE, CELLS = 64, 8
CONFIG = """
backend: "onnxruntime"
max_batch_size: 8
input [ { name: "images" data_type: TYPE_FP32 dims: [3, 64, 64] } ]
output [ { name: "output0" data_type: TYPE_FP32 dims: [6, 8] } ]
dynamic_batching { }
instance_group [ { kind: KIND_CPU count: 1 } ]
parameters { key: "ocelli.task" value { string_value: "detect" } }
parameters { key: "ocelli.adapter" value { string_value: "yolov8" } }
parameters { key: "ocelli.labels" value { string_value: "reddish,blueish" } }
"""


def write_yolov8(folder: Path) -> None:
    """A head as Ultralytics exports it: [N, 4 + 2 classes, 8 cells].

    Every cell proposes the same box, 16 to 48 pixels in x and 8 to 24 in y; the scores of its two
    classes are the mean red and the mean blue of the image.
    """
    boxes = np.tile(np.array([[32], [16], [32], [16]], np.float32), (1, 1, CELLS))
    constants = {
        "boxes": boxes,
        "tail": np.array([4, CELLS], np.int64),
        "cells": np.array([1, 1, CELLS], np.int64),
        "channels": np.array([0, 2], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Gather", ["means", "channels"], ["redblue"], axis=1),
        helper.make_node("Unsqueeze", ["redblue", "axis"], ["column"]),
        helper.make_node("Tile", ["column", "cells"], ["scores"]),
        helper.make_node("Shape", ["images"], ["batch"], start=0, end=1),
        helper.make_node("Concat", ["batch", "tail"], ["shape"], axis=0),
        helper.make_node("Expand", ["boxes", "shape"], ["all_boxes"]),
        helper.make_node("Concat", ["all_boxes", "scores"], ["output0"], axis=1),
    ]
    constants["axis"] = np.array([2], np.int64)
    graph = helper.make_graph(
        nodes,
        "yolov8",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["N", 6, CELLS])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (folder / "1").mkdir(parents=True)
    onnx.save(model, folder / "1" / "model.onnx")


def test_a_dropped_yolov8_folder_is_usable_after_load(client: Any, edge: Any) -> None:
    folder = edge.models_dir / "dropped"
    write_yolov8(folder)
    (folder / "config.pbtxt").write_text(CONFIG)
    loaded = client.models.load("dropped")
    assert (loaded.task, loaded.adapter) == ("detect", "yolov8")
    assert (loaded.input.datatype, loaded.input.layout) == ("FP32", "NCHW")

    red = np.zeros((50, 100, 3), np.uint8)
    red[..., 0] = 204
    (found,) = client.detect(red, model="dropped").detections
    assert found.label == "reddish"
    # 100×50 fits 64×64 at .64, 32 high, centred: 16 rows of padding of value 114 above and below.
    assert found.score == pytest.approx((204 + 114) / 2 / 255, abs=0.01)
    assert list(found.box) == pytest.approx([25, 0, 75, 12.5], abs=0.01)

    client.models.unload("dropped")
    with pytest.raises(OcelliError) as failed:
        client.detect(red, model="dropped")
    assert failed.value.reason == "MODEL_NOT_LOADED"


@pytest.mark.parametrize(
    ("wrong", "right", "complaint"),
    [
        ('"ocelli.task"', '"task"', "parameter ocelli.task is missing; expected one of detect"),
        ('"yolov8"', '"yolov99"', "parameter ocelli.adapter is 'yolov99'; expected one of"),
        ('"reddish,blueish"', '"red,green,blue"', "the model has output0 FP32"),
        ('"ocelli.labels"', '"ocelli.default"', "ocelli.default is 'reddish,blueish'"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused_by_name_and_the_others_serve_on(
    client: Any, edge: Any, photo: Any, wrong: str, right: str, complaint: str
) -> None:
    name = f"refused-{abs(hash(right)) % 10000}"
    folder = edge.models_dir / name
    write_yolov8(folder)
    (folder / "config.pbtxt").write_text(CONFIG.replace(wrong, right))
    with pytest.raises(OcelliError) as failed:
        client.models.load(name)
    assert failed.value.reason == "MODEL_REFUSED"
    assert complaint in failed.value.message
    assert name in failed.value.message
    assert client.detect(photo("cat")).detections[0].label == "cat"
    assert next(model for model in client.models.list() if model.name == name).message
    client.models.unload(name)
