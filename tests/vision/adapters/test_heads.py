"""Every head: known objects, through an ONNX file and letterbox, and back within a pixel."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ocelli.edge.vision.adapters import DETECT_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.boxes import Detections, select
from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import InputSpec, Placement, Resize, letterbox
from tests.vision.adapters.heads import HEADS, Head, Objects

WIDTH, HEIGHT = 451, 300
# In pixels of the image. No two have their centres in one cell of 64 pixels of a model.
BOXES = np.array([[30, 40, 130, 140], [200, 60, 330, 210], [60, 80, 160, 180]], np.float32)
SCORES = np.array([0.9, 0.8, 0.7], np.float32)
POINTS = BOXES[:, None, :2] + np.array([[20, 30], [60, 30], [40, 50], [25, 70], [55, 70]])
TYPES = {"float32": "FP32", "float16": "FP16", "int32": "INT32", "int64": "INT64"}


def place(resize: Resize, side: int) -> tuple[NDArray[np.uint8], Placement]:
    """The input of a model, and where the image lies in it."""
    spec = InputSpec(side, side, resize=resize)
    tensor = np.empty((side, side, 3), np.uint8)
    whole = Region(0, 0, WIDTH, HEIGHT)
    pixels = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    return tensor, letterbox(pixels, spec, tensor, covers=whole, bounds=whole)


def objects_in(placement: Placement, side: int, *, faces: bool) -> Objects:
    scale = np.array((placement.scale_x, placement.scale_y), np.float32)
    offset = np.array((placement.offset_x, placement.offset_y), np.float32)
    chosen = slice(0, 2) if faces else slice(0, 3)  # faces have one class, and must not overlap
    return Objects(
        boxes=BOXES[chosen] * np.tile(scale, 2) + np.tile(offset, 2),
        scores=SCORES[chosen],
        classes=np.zeros(2, np.int64) if faces else np.array([0, 2, 1]),
        points=(POINTS[chosen] * scale + offset).astype(np.float32),
        angles=np.array([0.3, -0.7, 0.1], np.float32)[chosen],
        side=side,
    )


def write(path: Path, outputs: Mapping[str, NDArray[np.generic]], side: int) -> None:
    """A graph that answers so to any image."""
    taken = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, side, side])
    nodes = [helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0)]
    nodes.append(helper.make_node("Mul", ["mean", "zero"], ["nothing"]))
    constants = [numpy_helper.from_array(np.float32(0), "zero")]
    given = []
    for name, values in outputs.items():
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), f"{name}_is"))
        nodes.append(helper.make_node("Cast", ["nothing"], [f"{name}_none"], to=kind))
        nodes.append(helper.make_node("Add", [f"{name}_is", f"{name}_none"], [name]))
        given.append(helper.make_tensor_value_info(name, kind, values.shape))
    graph = helper.make_graph(nodes, "head", [taken], given, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)


def signature_of(head: Head, options: Mapping[str, str]) -> ModelSignature:
    specs = tuple(
        TensorSpec(name, TYPES[str(values.dtype)], values.shape)
        for name, values in head.outputs.items()
    )
    return ModelSignature(
        outputs=specs,
        input_width=head.side,
        input_height=head.side,
        label_count=len(head.labels),
        options=options,
    )


def detect(head: Head, adapter: str, path: Path, resize: Resize) -> Detections:
    tensor, placement = place(resize, head.side)
    reader = DETECT_ADAPTERS[adapter](signature_of(head, head.options))
    write(path, head.outputs, head.side)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = list(reader.output_names)
    image = tensor.transpose(2, 0, 1)[None].astype(np.float32) / 255
    answers = dict(zip(names, session.run(names, {"images": image}), strict=True))
    return select(
        reader.decode(answers, 0.25),
        placement,
        score_threshold=0.25,
        iou_threshold=0.45,
        max_detections=100,
        masks=True,
    )


@pytest.mark.parametrize("resize", [Resize.LETTERBOX, Resize.STRETCH])
@pytest.mark.parametrize("name", HEADS)
def test_known_objects_come_back(name: str, resize: Resize, tmp_path: Path) -> None:
    adapter, make = HEADS[name]
    side = 128 if name == "blazeface" else 640
    _, placement = place(resize, side)
    faces = make(objects_in(placement, side, faces=True)).labels == ("face",)
    objects = objects_in(placement, side, faces=faces)
    found = detect(make(objects), adapter, tmp_path / "head.onnx", resize)
    assert found.classes.tolist() == objects.classes.tolist()
    assert found.scores.tolist() == pytest.approx(objects.scores.tolist(), abs=1e-3)
    if found.oriented is None:
        assert np.abs(found.boxes - BOXES[: len(found.boxes)]).max() < 1
    if found.keypoints is not None:
        assert np.abs(found.keypoints[:, :5, :2] - POINTS[: len(found.boxes)]).max() < 1
    assert (found.keypoints is None) == (faces is False and "pose" not in adapter)
    assert (found.oriented is None) == ("obb" not in adapter)
    if found.masks is not None:
        for mask, box in zip(found.masks, BOXES, strict=True):
            width = mask.inside.shape[1]
            inside = mask.inside.mean(axis=0)
            assert abs(mask.x_min - box[0]) <= 1
            assert abs(mask.y_min - box[1]) <= 1
            # The left half, but for the steps of the map, which are 2.8 pixels.
            assert inside[3 : width // 2 - 3].min() > 0.95
            assert inside[width // 2 + 3 :].max() < 0.05
    if found.oriented is not None and resize is Resize.LETTERBOX:
        centers = (BOXES[:, :2] + BOXES[:, 2:]) / 2
        assert np.abs(found.oriented[:, :2] - centers).max() < 1
        assert np.abs(found.oriented[:, 2:4] - (BOXES[:, 2:] - BOXES[:, :2])).max() < 1
        assert found.oriented[:, 4].tolist() == pytest.approx(
            np.degrees(objects.angles).tolist(), abs=0.1
        )


def test_every_adapter_has_its_head() -> None:
    assert {adapter for adapter, _ in HEADS.values()} == set(DETECT_ADAPTERS)
