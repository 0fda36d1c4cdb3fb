"""Small models whose answers are known: they tell colours, in images and in words."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models.graph import Graph, ValueInfo

SIDE_PX = 32
COLORS = ("red", "green", "blue")
SPACE = "toy"

Build = Callable[[Graph, str], str]
"""Adds what makes a vector of the means of the channels, [N, 3] from 0 to 1; returns its name."""


def same_for_all(graph: Graph, means: str) -> str:
    """The same vector, whatever the image."""
    none = graph.add("Mul", means, graph.constant(np.array(0, np.float32)))
    return graph.add("Add", none, graph.constant(np.array([[1, 2, 3]], np.float32)))


def write_classifier(models_dir: Path, name: str = "colors", **parameters: str) -> Path:
    """A classifier: ten times the mean of each channel, from 0 to 1, as logits."""
    graph = Graph()
    logits = graph.add("Mul", _means(graph), graph.constant(np.array(10, np.float32)))
    model = graph.model(name, [_IMAGES], [(logits, ("logits", TensorProto.FLOAT, ["N", 3]))])
    keys = {"task": "classify", "adapter": "classifier", "activation": "softmax"}
    return _write(models_dir, name, model, {**keys, "labels": ",".join(COLORS), **parameters})


def write_versions(models_dir: Path, name: str, versions: int, **parameters: str) -> Path:
    """The same classifier in so many versions, of which the newest two serve."""
    folder = write_classifier(models_dir, name, **parameters)
    config = folder / "config.pbtxt"
    config.write_text(f"{config.read_text()}version_policy: {{ latest: {{ num_versions: 2 }} }}\n")
    for version in range(2, versions + 1):
        shutil.copytree(folder / "1", folder / str(version), dirs_exist_ok=True)
    return folder


def write_image_embedder(
    models_dir: Path,
    name: str = "toy_images",
    build: Build = lambda _, means: means,
    **parameters: str,
) -> Path:
    """An embedder of images in the space `toy`: the mean of each channel, or what is made of it."""
    graph = Graph()
    model = graph.model(name, [_IMAGES], [(build(graph, _means(graph)), _VECTOR)])
    keys = {"task": "embed", "adapter": "embedding", "space": SPACE}
    return _write(models_dir, name, model, {**keys, **parameters})


def write_text_embedder(models_dir: Path, name: str = "toy_texts", **parameters: str) -> Path:
    """An embedder of texts in the space `toy`: the mean of the colours that a text names."""
    graph = Graph()
    table = np.vstack((np.full((2, 3), 0.01), np.eye(3))).astype(np.float32)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    weights = graph.add("Unsqueeze", mask, graph.constant(np.array([2])))
    values = graph.add("Mul", graph.add("Gather", graph.constant(table), "input_ids"), weights)
    axes = graph.constant(np.array([1]))
    summed = graph.add("ReduceSum", values, axes, keepdims=0)
    vector = graph.add("Div", summed, graph.add("ReduceSum", weights, axes, keepdims=0))
    inputs: list[ValueInfo] = [
        (key, TensorProto.INT64, ["N", "L"]) for key in ("input_ids", "attention_mask")
    ]
    model = graph.model(name, inputs, [(vector, _VECTOR)])
    keys = {"task": "embed", "adapter": "embedding", "space": SPACE}
    folder = _write(models_dir, name, model, {**keys, **parameters})
    words = {"[PAD]": 0, "[UNK]": 1, **{color: 2 + at for at, color in enumerate(COLORS)}}
    tokenizer: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": words, "unk_token": "[UNK]"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder


def write_segmenter(
    models_dir: Path, name: str = "halves", class_id: int = 0, **parameters: str
) -> Path:
    """A head as Ultralytics' -seg with `nms=True`: one object, whose mask is the left half.

    The object's box is 8 to 24 in x and in y; its score is the mean red.
    """
    graph = Graph()
    red = _red(graph)
    # Of the coefficients that follow the class only the first prototype counts.
    rows = _object(graph, red, (8, 8, 24, 24), (class_id, 1, *(0,) * 31))
    prototypes = np.zeros((1, 32, 32, 32), np.float32)
    prototypes[:, 0, :, :16], prototypes[:, 0, :, 16:] = 1, -1
    tall = graph.add("Unsqueeze", red, graph.constant(np.array([2, 3])))
    maps = graph.add(
        "Add",
        graph.add("Mul", tall, graph.constant(np.array(0, np.float32))),
        graph.constant(prototypes),
    )
    model = graph.model(
        name,
        [_IMAGES],
        [
            (rows, ("output0", TensorProto.FLOAT, ["N", 1, 38])),
            (maps, ("output1", TensorProto.FLOAT, ["N", 32, 32, 32])),
        ],
    )
    keys = {"task": "detect", "adapter": "yolo_nms_seg", "labels": "half", "resize": "stretch"}
    return _write(models_dir, name, model, {**keys, **parameters})


def write_pose(models_dir: Path, name: str = "points", **parameters: str) -> Path:
    """A head as Ultralytics' -pose with `nms=True`: one object with three points.

    The object is that of `write_segmenter`. The model is sure of two points, not of the third.
    """
    graph = Graph()
    points = (12, 12, 0.9, 20, 12, 0.8, 16, 20, 0.1)
    rows = _object(graph, _red(graph), (8, 8, 24, 24), (0, *points))
    outputs = [(rows, ("output0", TensorProto.FLOAT, ["N", 1, 15]))]
    model = graph.model(name, [_IMAGES], outputs)
    keys = {"task": "detect", "adapter": "yolo_nms_pose", "labels": "face", "resize": "stretch"}
    return _write(models_dir, name, model, {**keys, "keypoints": "left,right,chin", **parameters})


def write_oriented(models_dir: Path, name: str = "turned", **parameters: str) -> Path:
    """A head as Ultralytics' -obb with `nms=True`: one object, turned clockwise by 30 degrees.

    The object's centre is 16 in x and in y, its sides are 16 and 8; its score is the mean red.
    """
    graph = Graph()
    rows = _object(graph, _red(graph), (16, 16, 16, 8), (0, np.pi / 6))
    outputs = [(rows, ("output0", TensorProto.FLOAT, ["N", 1, 7]))]
    model = graph.model(name, [_IMAGES], outputs)
    keys = {"task": "detect", "adapter": "yolo_nms_obb", "labels": "boat", "resize": "stretch"}
    return _write(models_dir, name, model, {**keys, **parameters})


_IMAGES: ValueInfo = ("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])
_VECTOR: ValueInfo = ("embedding", TensorProto.FLOAT, ["N", 3])


def _means(graph: Graph) -> str:
    floats = graph.add("Cast", "images", to=TensorProto.FLOAT)
    means = graph.add("ReduceMean", floats, axes=[1, 2], keepdims=0)
    return graph.add("Div", means, graph.constant(np.array(255, np.float32)))


def _red(graph: Graph) -> str:
    return graph.add("Slice", _means(graph), *_ends(graph, 0, 1))


def _object(graph: Graph, score: str, before: Sequence[float], after: Sequence[float]) -> str:
    """Rows [N, 1, columns] of one object: what comes before its score, the score, and the rest."""
    first, last = (np.array([values], np.float32) for values in (before, after))
    row = graph.add("Concat", _like(graph, score, first), score, _like(graph, score, last), axis=1)
    return graph.add("Unsqueeze", row, graph.constant(np.array([1])))


def _ends(graph: Graph, begin: int, end: int) -> tuple[str, str, str]:
    """Start, end and axis of a slice of columns."""
    return tuple(graph.constant(np.array([at])) for at in (begin, end, 1))  # type: ignore[return-value]


def _like(graph: Graph, column: str, row: np.ndarray) -> str:
    """A row repeated for each image of a column [N, 1]."""
    none = graph.add("Mul", column, graph.constant(np.array(0, np.float32)))
    return graph.add("Add", none, graph.constant(row))


def _write(
    models_dir: Path, name: str, model: onnx.ModelProto, parameters: Mapping[str, str]
) -> Path:
    folder = models_dir / name
    (folder / "1").mkdir(parents=True, exist_ok=True)
    (folder / "1" / "model.onnx").write_bytes(model.SerializeToString())
    write_config(folder, model, parameters)
    return folder


def write_config(
    folder: Path, model: onnx.ModelProto, parameters: Mapping[str, str], more: Sequence[str] = ()
) -> None:
    """The config of a model that batches."""
    lines = [f'name: "{folder.name}"', 'backend: "onnxruntime"', "max_batch_size: 8"]
    for kind, tensors in (("input", model.graph.input), ("output", model.graph.output)):
        for tensor in tensors:
            shown = TensorProto.DataType.Name(tensor.type.tensor_type.elem_type)
            shown = {"FLOAT": "FP32"}.get(shown, shown)
            dims = [dim.dim_value or -1 for dim in tensor.type.tensor_type.shape.dim[1:]]
            lines.append(
                f'{kind} [{{ name: "{tensor.name}" data_type: TYPE_{shown} dims: {dims} }}]'
            )
    lines += ["dynamic_batching { }", "instance_group [{ kind: KIND_CPU count: 1 }]", *more]
    for key, value in parameters.items():
        lines.append(f'parameters {{ key: "ocelli.{key}" value {{ string_value: "{value}" }} }}')
    (folder / "config.pbtxt").write_text("\n".join(lines) + "\n")


def write_all(models_dir: Path) -> list[Path]:
    """One of each kind: `colors`, `toy_images`, `toy_texts`, `halves`, `points` and `turned`."""
    embedders = (write_image_embedder, write_text_embedder)
    detectors = (write_segmenter, write_pose, write_oriented)
    return [write(models_dir) for write in (write_classifier, *embedders, *detectors)]


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
