"""Files that people bring: recognised, and served by a config that the edge reads."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from google.protobuf import text_format
from onnx import TensorProto, helper
from tritonclient.grpc import model_config_pb2

from ocelli.edge.tasks.registry import TASKS
from ocelli.edge.triton.describe import describe
from ocelli.edge.vision.letterbox import Resize
from ocelli.models.errors import InstallError
from ocelli.models.own.add import add, config_of, keys_of
from ocelli.models.own.onnx_file import read
from ocelli.models.own.recognise import recognise, said_to_be
from tests.vision.adapters.heads import HEADS, LABELS
from tests.vision.adapters.test_heads import objects_in, place, write

ULTRALYTICS = {
    "yolov8": ("detect", {}),
    "yolov8_seg": ("segment", {}),
    "yolov8_pose": ("pose", {"kpt_shape": "[5, 3]"}),
    "yolov8_obb": ("obb", {}),
    "yolo_nms": ("detect", {"end2end": "True"}),
    "yolo_nms_seg": ("segment", {"end2end": "True"}),
    "yolo_nms_pose": ("pose", {"kpt_shape": "[5, 3]"}),
    "yolo_nms_obb": ("obb", {}),
    "rtdetr": ("detect", {"head": "RTDETRDecoder"}),
    "rtdetr, best class": ("detect", {"head": "RTDETRDecoder"}),
}
SAID = {
    "detr": {"activation": "softmax", "mean": "0.485,0.456,0.406", "std": "0.229,0.224,0.225"},
    "detr with sigmoid": {"activation": "sigmoid", "mean": "0", "std": "1"},
    "nanodet": {"labels": ",".join(LABELS)},
    "paddle": {"mean": "0", "std": "1"},
    "torchvision": {"first_class": "1"},
    "yolox": {"decoded": "false"},
    "yolox, decoded": {"decoded": "true"},
}


def write_head(name: str, path: Path) -> str:
    """A file of a head as its exporter leaves it; returns the adapter that reads it."""
    adapter, make = HEADS[name]
    side = 128 if name == "blazeface" else 640
    faces = make(objects_in(place(Resize.STRETCH, side)[1], side, faces=True)).labels == ("face",)
    head = make(objects_in(place(Resize.STRETCH, side)[1], side, faces=faces))
    write(path, head.outputs, head.side)
    model = onnx.load(path)
    if name in ULTRALYTICS:
        task, more = ULTRALYTICS[name]
        names = str(dict(enumerate(LABELS)))
        metadata = {"task": task, "stride": "32", "names": names, "imgsz": "[640, 640]", **more}
        helper.set_model_props(model, metadata)
    if adapter == "paddle":
        sized = helper.make_tensor_value_info("scale_factor", TensorProto.FLOAT, [1, 2])
        model.graph.input.append(sized)
    onnx.save(model, path)
    return adapter


@pytest.mark.parametrize("name", HEADS)
def test_every_head_is_recognised_and_its_config_is_read_by_the_edge(
    name: str, tmp_path: Path
) -> None:
    adapter = write_head(name, tmp_path / "best.onnx")
    file = read(tmp_path / "best.onnx")
    recognised = recognise(file)
    assert recognised.adapter == adapter
    said = SAID.get(name, {})
    assert set(recognised.asks) <= set(said)
    config = model_config_pb2.ModelConfig()
    text_format.Parse(config_of("best", file, keys_of(file, recognised, said)), config)
    spec = describe(config, "1", TASKS)
    assert spec.adapter_name == adapter
    if name in ULTRALYTICS:
        assert spec.head.labels == LABELS  # type: ignore[attr-defined]  # a detector's


def test_what_a_file_does_not_say_is_asked_for_by_key(tmp_path: Path) -> None:
    adapter = write_head("detr", tmp_path / "detr.onnx")
    file = read(tmp_path / "detr.onnx")
    with pytest.raises(InstallError, match="--set activation=…: softmax"):
        keys_of(file, recognise(file), {})
    # RT-DETR takes pixels from 0 to 1, DETR normalised ones, and both have these outputs.
    with pytest.raises(InstallError, match=r"--set mean=…: 0 .*--set std=…: 1 "):
        keys_of(file, recognise(file), {"activation": "sigmoid"})
    assert keys_of(file, recognise(file), SAID["detr"])["adapter"] == adapter


def test_paddle_is_asked_how_it_was_normalised(tmp_path: Path) -> None:
    # PP-YOLOE+ takes pixels from 0 to 1, PP-YOLOE and PicoDet normalised ones, of like files.
    write_head("paddle", tmp_path / "paddle.onnx")
    file = read(tmp_path / "paddle.onnx")
    with pytest.raises(InstallError, match=r"--set mean=…: 0 \(PP-YOLOE\+\).*--set std=…: 1 "):
        keys_of(file, recognise(file), {})


@pytest.mark.parametrize("name", ["paddle", "yolo_nas_flat", "yolov7_end2end"])
def test_lists_of_all_images_are_not_batched(tmp_path: Path, name: str) -> None:
    # Exports for any batch leave the first axis of every tensor open, and here it counts objects.
    write_head(name, tmp_path / "best.onnx")
    model = onnx.load(tmp_path / "best.onnx")
    for tensor in (*model.graph.input, *model.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = f"{tensor.name}_0"
    onnx.save(model, tmp_path / "best.onnx")
    file = read(tmp_path / "best.onnx")
    keys = keys_of(file, recognise(file), SAID.get(name, {}))
    config = config_of("best", file, keys)
    assert "max_batch_size: 0" in config
    parsed = model_config_pb2.ModelConfig()
    text_format.Parse(config, parsed)
    assert describe(parsed, "1", TASKS).adapter_name == name


def with_names(path: Path, names: tuple[str, ...], **metadata: str) -> None:
    """Gives a file the metadata of Ultralytics."""
    model = onnx.load(path)
    numbered = str(dict(enumerate(names)))
    helper.set_model_props(model, {"stride": "32", "names": numbered, **metadata})
    onnx.save(model, path)


@pytest.mark.parametrize("names", [("cat, or kitten", "dog", "cup"), ("a", "b\tc", "d")])
def test_names_with_commas_stay_whole(tmp_path: Path, names: tuple[str, ...]) -> None:
    path = tmp_path / "best.onnx"
    write_head("yolov8", path)
    with_names(path, names, task="detect")
    file = read(path)
    config = model_config_pb2.ModelConfig()
    text_format.Parse(config_of("best", file, keys_of(file, recognise(file), {})), config)
    expected = tuple(" ".join(name.split()) for name in names)
    assert describe(config, "1", TASKS).head.labels == expected  # type: ignore[attr-defined]


def test_the_only_name_is_one_name(tmp_path: Path) -> None:
    path = tmp_path / "best.onnx"
    write(path, {"output0": np.zeros((1, 5, 8400), np.float32)}, 640)
    with_names(path, ("cat, or kitten",), task="detect")
    assert recognise(read(path)).keys["labels"] == "cat or kitten"


@pytest.mark.parametrize(("height", "resize"), [(224, None), (160, "stretch")])
def test_a_classifier_of_ultralytics_is_fitted_as_its_predictor_does(
    tmp_path: Path, height: int, resize: str | None
) -> None:
    path = tmp_path / "best.onnx"
    write(path, {"output0": np.zeros((1, 3), np.float32)}, 224)
    with_names(path, LABELS, task="classify")
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_value = height
    onnx.save(model, path)
    found = recognise(read(path))
    assert (found.adapter, found.keys["activation"]) == ("classifier", "none")
    assert found.keys.get("resize") == resize


def test_six_columns_are_not_guessed(tmp_path: Path) -> None:
    write_head("yolo_nms", tmp_path / "best.onnx")
    model = onnx.load(tmp_path / "best.onnx")
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "bare.onnx")
    file = read(tmp_path / "bare.onnx")
    assert recognise(file).adapter == ""
    with pytest.raises(InstallError, match="--set adapter=…: yolo_nms"):
        keys_of(file, recognise(file), {})


def test_a_file_that_is_said_to_be_yolox_is_prepared_for_as_yolox(tmp_path: Path) -> None:
    # Of exports for any batch nothing is left of the output's shape.
    write_head("yolox", tmp_path / "best.onnx")
    model = onnx.load(tmp_path / "best.onnx")
    for axis, dim in enumerate(model.graph.output[0].type.tensor_type.shape.dim):
        dim.dim_param = f"axis_{axis}"
    onnx.save(model, tmp_path / "best.onnx")
    file = read(tmp_path / "best.onnx")
    with pytest.raises(InstallError, match="--set adapter=NAME"):
        recognise(file)
    keys = keys_of(file, said_to_be("yolox"), {"adapter": "yolox", "decoded": "false"})
    assert (keys["color_order"], keys["scale"], keys["letterbox_anchor"]) == (
        "BGR",
        "1",
        "top_left",
    )
    assert said_to_be("yolov8").keys == {}


def test_dynamic_axes_need_a_size(tmp_path: Path) -> None:
    write_head("yolov8", tmp_path / "best.onnx")
    model = onnx.load(tmp_path / "best.onnx")
    for dim, name in zip(model.graph.input[0].type.tensor_type.shape.dim, "nchw", strict=True):
        if name != "c":
            dim.dim_param = name
    model.graph.output[0].type.tensor_type.shape.dim[0].dim_param = "n"
    onnx.save(model, tmp_path / "dynamic.onnx")
    file = read(tmp_path / "dynamic.onnx")
    keys = keys_of(file, recognise(file), {})
    assert (keys["width"], keys["height"]) == ("640", "640")  # from the metadata
    assert "max_batch_size: 16" in config_of("best", file, keys)
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "bare.onnx")
    file = read(tmp_path / "bare.onnx")
    recognised = recognise(read(tmp_path / "best.onnx"))
    with pytest.raises(InstallError, match=r"--set height=…: pixels.*--set width=…"):
        keys_of(file, recognised, {})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no ONNX model"),
        (b"PK\x03\x04 a checkpoint of torch", "is no ONNX model"),
        (json.dumps({"model": "yolo"}).encode(), "is no ONNX model"),
    ],
)
def test_other_files_are_refused_in_a_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "best.pt").write_bytes(content)
    with pytest.raises(InstallError, match=complaint) as refused:
        read(tmp_path / "best.pt")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_missing_or_too_new_is_refused_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="cannot be read: No such file"):
        read(tmp_path / "best.onnx")
    write_head("yolov8", tmp_path / "best.onnx")
    model = onnx.load(tmp_path / "best.onnx")
    model.opset_import[0].version = 999
    onnx.save(model, tmp_path / "new.onnx")
    with pytest.raises(InstallError, match="uses opset 999"):
        read(tmp_path / "new.onnx")


def test_a_file_of_more_than_2_gib_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate((2 << 30) + 1)
    with pytest.raises(InstallError, match=r"2\.0 GiB, and a single ONNX file at most 2"):
        read(path)


def test_what_has_no_known_head_is_refused_with_its_outputs(tmp_path: Path) -> None:
    values = {"depth": np.zeros((1, 1, 224, 224), np.float32)}
    write(tmp_path / "depth.onnx", values, 224)
    with pytest.raises(InstallError, match=r"depth FP32\[1, 1, 224, 224\] are those of no head"):
        recognise(read(tmp_path / "depth.onnx"))


def test_a_classifier_is_asked_what_its_values_and_classes_are(tmp_path: Path) -> None:
    path = tmp_path / "classifier.onnx"
    write(path, {"logits": np.zeros((1, 3), np.float32)}, 224)
    found = recognise(read(path))
    assert (found.adapter, found.keys["task"]) == ("classifier", "classify")
    assert set(found.asks) == {"activation", "labels"}
    with pytest.raises(InstallError, match="--set activation=…: softmax"):
        keys_of(read(path), found, {})
    keys = keys_of(read(path), found, {"activation": "softmax", "labels": "a,b,c"})
    assert (keys["task"], keys["labels"]) == ("classify", "a,b,c")


def test_a_folder_is_written_whole_and_replaced_only_if_asked(tmp_path: Path) -> None:
    write_head("yolov8", tmp_path / "best.onnx")
    file = read(tmp_path / "best.onnx")
    keys = keys_of(file, recognise(file), {})
    models = tmp_path / "models"
    folder = add(file, "helmets", keys, models)
    assert {path.name for path in folder.rglob("*")} == {"1", "model.onnx", "config.pbtxt"}
    with pytest.raises(InstallError, match="is there already"):
        add(file, "helmets", keys, models)
    with pytest.raises(InstallError, match="is no model name"):
        add(file, "../helmets", keys, models)
    add(file, "helmets", {**keys, "score_threshold": "0.5"}, models, replace=True)
    assert "score_threshold" in (folder / "config.pbtxt").read_text()
    assert [path.name for path in models.iterdir()] == ["helmets"]
