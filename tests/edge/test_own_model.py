"""A model of one's own: a folder dropped into the repository, loaded, used, without new code."""

from pathlib import Path
from typing import Any

import grpc
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ocelli.client import OcelliError
from ocelli.v1 import detect_pb2, detect_pb2_grpc, image_pb2

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
    ("name", "wrong", "right", "complaint"),
    [
        (
            "refused-task",
            '"ocelli.task"',
            '"task"',
            "parameter ocelli.task is missing; expected one of detect",
        ),
        (
            "refused-adapter",
            '"yolov8"',
            '"yolov99"',
            "parameter ocelli.adapter is 'yolov99'; expected one of",
        ),
        ("refused-labels", '"reddish,blueish"', '"red,green,blue"', "the model has output0 FP32"),
        (
            "refused-default",
            '"ocelli.labels"',
            '"ocelli.default"',
            "ocelli.default is 'reddish,blueish'",
        ),
    ],
)
def test_a_model_that_contradicts_itself_is_refused_by_name_and_the_others_serve_on(
    client: Any, edge: Any, photo: Any, name: str, wrong: str, right: str, complaint: str
) -> None:
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


DETR_CONFIG = """
backend: "onnxruntime"
max_batch_size: 8
input [
  { name: "orig_target_sizes" data_type: TYPE_INT64 dims: [2] },
  { name: "images" data_type: TYPE_FP32 dims: [3, 64, 64] }
]
output [
  { name: "labels" data_type: TYPE_INT64 dims: [1] },
  { name: "boxes" data_type: TYPE_FP32 dims: [1, 4] },
  { name: "scores" data_type: TYPE_FP32 dims: [1] }
]
dynamic_batching { }
instance_group [ { kind: KIND_CPU count: 1 } ]
parameters { key: "ocelli.task" value { string_value: "detect" } }
parameters { key: "ocelli.adapter" value { string_value: "detr_postprocessed" } }
parameters { key: "ocelli.resize" value { string_value: "stretch" } }
parameters { key: "ocelli.labels" value { string_value: "thing" } }
"""


def write_detr(folder: Path, sizes: str = "orig_target_sizes") -> None:
    """As RT-DETR's authors export it: the box, a quarter to a half, times the sizes given.

    The score is the mean of the image, so that the image is known to have arrived, too.
    """
    constants = {
        "box": np.array([[[0.25, 0.25, 0.5, 0.5]]], np.float32),
        "at_one": np.array([1], np.int64),
    }
    nodes = [
        helper.make_node("Cast", [sizes], ["as_float"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["as_float", "as_float"], ["sides"], axis=1),
        helper.make_node("Unsqueeze", ["sides", "at_one"], ["scale"]),
        helper.make_node("Mul", ["scale", "box"], ["boxes"]),
        helper.make_node("ReduceMean", ["images"], ["means"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["means", "at_one"], ["scores"]),
        helper.make_node("Sub", ["scores", "scores"], ["zeros"]),
        helper.make_node("Cast", ["zeros"], ["labels"], to=TensorProto.INT64),
    ]
    graph = helper.make_graph(
        nodes,
        "detr",
        [
            helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 3, SIDE, SIDE]),
            helper.make_tensor_value_info(sizes, TensorProto.INT64, ["N", 2]),
        ],
        [
            helper.make_tensor_value_info("labels", TensorProto.INT64, ["N", 1]),
            helper.make_tensor_value_info("boxes", TensorProto.FLOAT, ["N", 1, 4]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 1]),
        ],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (folder / "1").mkdir(parents=True)
    onnx.save(model, folder / "1" / "model.onnx")


def test_inputs_beside_the_image_are_filled(client: Any, edge: Any) -> None:
    folder = edge.models_dir / "sized"
    write_detr(folder)
    (folder / "config.pbtxt").write_text(DETR_CONFIG)
    client.models.load("sized")
    grey = np.full((50, 100, 3), 204, np.uint8)
    for _ in range(3):
        (found,) = client.detect(grey, model="sized").detections
        assert (found.label, found.score) == ("thing", pytest.approx(204 / 255, abs=0.01))
        assert list(found.box) == pytest.approx([25, 12.5, 50, 25], abs=0.01)
    client.models.unload("sized")


def test_an_input_of_another_name_is_refused_until_a_key_says_what_it_is(
    client: Any, edge: Any
) -> None:
    folder = edge.models_dir / "renamed"
    write_detr(folder, "target_wh")
    config = DETR_CONFIG.replace("orig_target_sizes", "target_wh")
    (folder / "config.pbtxt").write_text(config)
    with pytest.raises(OcelliError) as failed:
        client.models.load("renamed")
    assert failed.value.reason == "MODEL_REFUSED"
    assert "ocelli.extra_inputs does not say what goes into input 'target_wh'" in str(failed.value)
    key = 'parameters { key: "ocelli.extra_inputs" value { string_value: "target_wh=size_wh" } }\n'
    (folder / "config.pbtxt").write_text(config + key)
    client.models.load("renamed")
    (found,) = client.detect(np.full((50, 100, 3), 204, np.uint8), model="renamed").detections
    assert list(found.box) == pytest.approx([25, 12.5, 50, 25], abs=0.01)
    client.models.unload("renamed")


def write_pose(folder: Path) -> None:
    """A head of `-pose`: a box and two points, of which the second's score is half the first's."""
    column = np.array([32, 32, 32, 16, 0, 16, 24, 0.8, 48, 40, 0.4], np.float32)
    constants = {
        "column": np.tile(column[None, :, None], (1, 1, CELLS)),
        "row": np.eye(11, dtype=np.float32)[4][None, :, None],
        "axes": np.array([1, 2], np.int64),
    }
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["means"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Unsqueeze", ["means", "axes"], ["mean"]),
        helper.make_node("Mul", ["mean", "row"], ["score"]),
        helper.make_node("Add", ["column", "score"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "pose",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, ["N", 11, CELLS])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (folder / "1").mkdir(parents=True)
    onnx.save(model, folder / "1" / "model.onnx")


def test_keypoints_come_back_by_name_in_the_pixels_of_the_image(client: Any, edge: Any) -> None:
    folder = edge.models_dir / "posed"
    write_pose(folder)
    config = CONFIG.replace("[6, 8]", "[11, 8]").replace('"yolov8"', '"yolov8_pose"')
    config = config.replace('"reddish,blueish"', '"person"')
    config += 'parameters { key: "ocelli.keypoints" value { string_value: "nose,tail" } }\n'
    (folder / "config.pbtxt").write_text(config)
    client.models.load("posed")
    request = detect_pb2.DetectRequest(model="posed")
    white = np.full((50, 100, 3), 255, np.uint8)
    request.image.raw.CopyFrom(
        image_pb2.RawImage(
            data=white.tobytes(), width=100, height=50, format=image_pb2.PIXEL_FORMAT_RGB
        )
    )
    with grpc.insecure_channel(edge.address) as channel:
        answer = detect_pb2_grpc.DetectServiceStub(channel).Detect(request)
    (found,) = answer.result.detections
    # 100×50 fits 64×64 at .64 with 16 rows above.
    assert [(point.name, point.x, point.y, point.score) for point in found.keypoints] == [
        ("nose", pytest.approx(25), pytest.approx(12.5), pytest.approx(0.8)),
        ("tail", pytest.approx(75), pytest.approx(37.5), pytest.approx(0.4)),
    ]
    client.models.unload("posed")
