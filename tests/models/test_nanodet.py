"""The assembled detector against a direct execution of the published graph in NumPy."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Image = NDArray[np.uint8]
Json = dict[str, Any]
Values = dict[str, NDArray[Any] | list[NDArray[Any]]]
Detect = Callable[..., tuple[Floats, Floats, NDArray[np.int32]]]
SIDE = 416
LABELS = {0: "person", 3: "motorcycle", 15: "cat"}


def letterboxed(image: Image) -> Image:
    ratio = SIDE / max(image.shape[:2])
    height, width = (round(side * ratio) for side in image.shape[:2])
    canvas = np.full((SIDE, SIDE, 3), 114, np.uint8)
    canvas[:height, :width] = cv2.resize(image, (width, height))
    return canvas


@pytest.fixture(scope="module")
def inputs(photos: dict[str, Image]) -> dict[str, Image]:
    return {name: letterboxed(image) for name, image in photos.items()}


@pytest.fixture(scope="module")
def detect(
    sessions: dict[str, onnxruntime.InferenceSession],
) -> Detect:
    def run(*images: Image) -> tuple[Floats, Floats, NDArray[np.int32]]:
        outputs = sessions["nanodet_coco80"].run(
            ["boxes", "scores", "classes"], {"images": np.stack(images)}
        )
        return tuple(outputs)

    return run


class PublishedGraph:
    """Interprets the TensorFlow.js graph as TensorFlow defines its operations, in NHWC."""

    def __init__(self, folder: Path) -> None:
        document = json.loads((folder / "nanodet.json").read_text())
        self.nodes = {node["name"]: node for node in document["modelTopology"]["node"]}
        self.weights = dict(self._weights(document, (folder / "nanodet.bin").read_bytes()))

    @staticmethod
    def _weights(document: Json, data: bytes) -> Iterator[tuple[str, NDArray[Any]]]:
        position = 0
        for spec in document["weightsManifest"][0]["weights"]:
            kind = "<f2" if "quantization" in spec else "<i4"
            size = int(np.prod(spec["shape"], dtype=int)) * int(kind[-1])
            raw = data[position : position + size]
            array = np.frombuffer(raw, kind).reshape(spec["shape"])
            yield spec["name"], array.astype(np.float32 if kind == "<f2" else np.int64)
            position += size

    def __call__(self, pixels: Floats) -> list[Floats]:
        values: Values = {"input_1": pixels}
        return [self._value(f"Identity_{k}" if k else "Identity", values) for k in range(6)]

    def _value(self, reference: str, values: Values) -> NDArray[Any]:
        name, _, port = reference.partition(":")
        if name not in values:
            node = self.nodes[name]
            if node["op"] == "Const":
                values[name] = self.weights[name]
            else:
                arguments = [self._value(source, values) for source in node["input"]]
                values[name] = OPERATIONS[node["op"]](node["attr"], *arguments)
        value = values[name]
        return value[int(port or 0)] if isinstance(value, list) else value


def windows(attributes: Json, x: Floats, sides: tuple[int, ...]) -> Floats:
    assert base64.b64decode(attributes["padding"]["s"]) == b"VALID"
    _, down, across, _ = (int(step) for step in attributes["strides"]["list"]["i"])
    return np.lib.stride_tricks.sliding_window_view(x, sides, (1, 2))[:, ::down, ::across]


def conv(attributes: Json, x: Floats, kernel: Floats) -> NDArray[Any]:
    patches = windows(attributes, x, kernel.shape[:2])
    result: NDArray[Any] = np.einsum("nyxcij,ijco->nyxo", patches, kernel, optimize=True)
    return result


def max_pool(attributes: Json, x: Floats) -> NDArray[Any]:
    sides = [int(side) for side in attributes["ksize"]["list"]["i"][1:3]]
    result: NDArray[Any] = windows(attributes, x, tuple(sides)).max((-2, -1))
    return result


def resize(_: Json, x: Floats, size: NDArray[np.int64]) -> NDArray[Any]:
    rows, columns = resampling(x.shape[1], int(size[0])), resampling(x.shape[2], int(size[1]))
    result: NDArray[Any] = np.einsum("yh,xw,nhwc->nyxc", rows, columns, x, optimize=True)
    return result


def dense(_: Json, indices: Floats, shape: Floats, values: Floats, default: Floats) -> NDArray[Any]:
    result = np.full(shape, default)
    for index, value in zip(indices, values, strict=True):
        result[tuple(index)] = value
    return result


OPERATIONS: dict[str, Callable[..., NDArray[Any] | list[NDArray[Any]]]] = {
    "Identity": lambda _, x: x,
    "Add": lambda _, x, y: x + y,
    "AddV2": lambda _, x, y: x + y,
    "Transpose": lambda _, x, order: np.transpose(x, order),
    "Reshape": lambda _, x, shape: np.reshape(x, shape),
    "ConcatV2": lambda _, *parts: np.concatenate(parts[:-1], parts[-1]),
    "SplitV": lambda _, x, sizes, axis: np.split(x, np.cumsum(sizes)[:-1], axis),
    "Sigmoid": lambda _, x: 1 / (1 + np.exp(-x)),
    "LeakyRelu": lambda attributes, x: np.where(x > 0, x, x * np.float32(attributes["alpha"]["f"])),
    "Pad": lambda _, x, widths: np.pad(x, widths),
    "PadV2": lambda _, x, widths, value: np.pad(x, widths, constant_values=value),
    "SparseToDense": dense,
    "Conv2D": conv,
    "MaxPool": max_pool,
    "ResizeBilinear": resize,
}


def resampling(source: int, target: int) -> Floats:
    """Matrix of linear interpolation between pixel centres, `[target, source]`."""
    matrix = np.zeros((target, source), np.float32)
    for index in range(target):
        centre = (index + 0.5) * source / target - 0.5
        below = int(np.floor(centre))
        for neighbour, weight in ((below, below + 1 - centre), (below + 1, centre - below)):
            matrix[index, min(max(neighbour, 0), source - 1)] += weight
    return matrix


@pytest.fixture(scope="module")
def published(sources: dict[str, Path]) -> PublishedGraph:
    return PublishedGraph(sources["nanodet_coco80"])


def reference(published: PublishedGraph, image: Image) -> tuple[Floats, Floats]:
    """Scores `[cells, 80]` and decoded boxes `[cells, 4]` of one uint8 BGR image."""
    pixels = (image - np.array([103.53, 116.28, 123.675])) / np.array([57.375, 57.12, 58.395])
    outputs = published(pixels.transpose(2, 0, 1)[None].astype(np.float32))
    scores, boxes = [], []
    for stride, level_scores, level_distances in zip(
        (8, 16, 32), outputs[:3], outputs[3:], strict=True
    ):
        cells_per_row = SIDE // stride
        for cell, logits in enumerate(level_distances[0].reshape(-1, 4, 11)):
            row, column = divmod(cell, cells_per_row)
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            weights = np.exp(logits - logits.max(1, keepdims=True))
            left, top, right, bottom = (weights @ np.arange(11)) / weights.sum(1) * stride
            boxes.append([x - left, y - top, x + right, y + bottom])
        scores.append(level_scores[0])
    return np.concatenate(scores), np.array(boxes, np.float32)


@pytest.mark.parametrize("name", ["diners", "cat"])
def test_candidates_are_those_of_the_published_graph(
    name: str,
    published: PublishedGraph,
    inputs: dict[str, Image],
    detect: Detect,
) -> None:
    expected_scores, expected_boxes = reference(published, inputs[name])
    boxes, scores, classes = (output[0] for output in detect(inputs[name]))

    best = np.sort(expected_scores, axis=None)[::-1][:100]
    np.testing.assert_allclose(scores, best, atol=2e-4)
    found = set()
    for box, score, number in zip(boxes, scores, classes, strict=True):
        same = np.abs(expected_scores[:, number] - score) < 5e-4
        distance = np.abs(expected_boxes - box).max(1) + np.where(same, 0, np.inf)
        assert distance.min() < 0.05
        found.add((int(distance.argmin()), int(number)))
    assert len(found) == 100


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_batch_gives_what_its_images_give_alone(
    count: int,
    inputs: dict[str, Image],
    detect: Detect,
) -> None:
    batch = list(inputs.values())[:count]
    together = detect(*batch)
    assert [output.shape for output in together] == [(count, 100, 4), (count, 100), (count, 100)]
    for index, image in enumerate(batch):
        boxes, scores, classes = (output[0] for output in detect(image))
        np.testing.assert_allclose(together[1][index], scores, atol=1e-4)
        sure = scores > 0.2
        np.testing.assert_array_equal(together[2][index][sure], classes[sure])
        np.testing.assert_allclose(together[0][index][sure], boxes[sure], atol=0.05)


def test_scores_fall_and_classes_are_numbers_of_labels(
    inputs: dict[str, Image],
    detect: Detect,
) -> None:
    _, scores, classes = detect(*inputs.values())
    assert (np.diff(scores, axis=1) <= 0).all()
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert classes.dtype == np.int32
    assert classes.min() >= 0
    assert classes.max() < 80


@pytest.mark.parametrize(
    ("name", "label", "drawn"),
    [  # boxes drawn by hand on the images, in their own pixels
        ("cat", "cat", (0, 0, 440, 298)),
        ("motorcycle", "motorcycle", (100, 88, 688, 455)),
        ("astronaut", "person", (20, 12, 365, 505)),
        ("photographer", "person", (0, 68, 320, 512)),
    ],
)
def test_the_best_candidate_is_what_a_person_sees(
    name: str,
    label: str,
    drawn: tuple[int, int, int, int],
    photos: dict[str, Image],
    detect: Detect,
) -> None:
    image = photos[name]
    boxes, scores, classes = detect(letterboxed(image))
    assert LABELS[classes[0, 0]] == label
    assert scores[0, 0] > 0.5
    found = boxes[0, 0] * max(image.shape[:2]) / SIDE
    assert overlap(found, np.array(drawn)) > 0.8


def overlap(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Intersection over union."""
    sides = np.minimum(one, other)[2:] - np.maximum(one, other)[:2]
    areas = [float((box[2:] - box[:2]).prod()) for box in (one, other)]
    common = float(sides.clip(0).prod())
    return common / (sum(areas) - common)
