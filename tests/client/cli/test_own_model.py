"""`ocelli models inspect`, `add` and `adapters`, from an exported file to boxes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import helper
from PIL import Image

from tests.edge.test_own_model import write_yolov8

Ocelli = Callable[..., Any]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """As Ultralytics exports a detector with `dynamic=True`."""
    write_yolov8(tmp_path / "folder")
    model = onnx.load(tmp_path / "folder" / "1" / "model.onnx")
    shape = model.graph.input[0].type.tensor_type.shape
    shape.dim[2].dim_param, shape.dim[3].dim_param = "height", "width"
    names = "{0: 'reddish', 1: 'blueish'}"
    metadata = {"task": "detect", "stride": "32", "names": names, "imgsz": "[64, 64]"}
    helper.set_model_props(model, metadata)
    onnx.save(model, tmp_path / "best.onnx")
    return tmp_path / "best.onnx"


def test_a_file_is_inspected_before_anything_is_written(offline: Ocelli, exported: Path) -> None:
    shown = offline("models", "inspect", exported).out
    for text in ("images FP32[?, 3, ?, ?]", "Ultralytics, detect", "yolov8", "reddish,blueish"):
        assert text in shown
    (line,) = offline("models", "inspect", exported, "--json").lines
    assert (line["adapter"], line["keys"]["labels"]) == ("yolov8", "reddish,blueish")
    assert line["outputs"] == ["output0 FP32[?, 6, 8]"]


def test_one_command_leads_from_an_export_to_boxes(
    ocelli: Ocelli, edge: Any, exported: Path, tmp_path: Path
) -> None:
    add = ("models", "add", exported, "--models", edge.models_dir)
    shown = ocelli(*add, "--name", "added").out
    assert "added: Ultralytics, detect, read by yolov8" in shown
    assert "added: ready, version 1, 2 labels" in shown
    red = np.zeros((50, 100, 3), np.uint8)
    red[..., 0] = 204
    Image.fromarray(red).save(tmp_path / "red.png")
    (line,) = ocelli("detect", tmp_path / "red.png", "--model", "added", "--json").lines
    assert line["detections"][0]["label"] == "reddish"
    ocelli(*add, "--name", "added").says("is there already", 1)
    ocelli(*add, "--name", "added", "--replace", "--set", "ocelli.score_threshold=0.9")
    (line,) = ocelli("detect", tmp_path / "red.png", "--model", "added", "--json").lines
    assert line["detections"] == []
    ocelli("models", "unload", "added")


def test_what_is_wrong_is_one_line(offline: Ocelli, exported: Path, tmp_path: Path) -> None:
    (tmp_path / "best.pt").write_bytes(b"PK\x03\x04")
    offline("models", "add", tmp_path / "best.pt").says("is no ONNX model", 1)
    offline("models", "inspect", tmp_path / "none.onnx").says("cannot be read", 1)
    offline("models", "add", exported, "--set", "labels").says("is no KEY=VALUE", 2)


def test_the_adapters_are_listed(offline: Ocelli) -> None:
    listed = {
        line["adapter"]: line["task"] for line in offline("models", "adapters", "--json").lines
    }
    assert listed["yolox"] == "detect"
    assert listed["embedding"] == "embed"
    assert "yolox" in offline("models", "adapters").out
