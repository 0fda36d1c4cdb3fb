"""The assembled detector against a direct execution of the published graph in NumPy."""

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.models.published_graph import PublishedGraph, overlap

Floats = NDArray[np.float32]
Image = NDArray[np.uint8]
Detect = Callable[..., tuple[Floats, Floats, NDArray[np.int32]]]
SIDE = 416
OUTPUTS = ["Identity", *(f"Identity_{number}" for number in range(1, 6))]
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


@pytest.fixture(scope="module")
def published(sources: Mapping[str, Mapping[str, Path]]) -> PublishedGraph:
    return PublishedGraph(sources["nanodet_coco80"]["nanodet.json"])


def reference(published: PublishedGraph, image: Image) -> tuple[Floats, Floats]:
    """Scores `[cells, 80]` and decoded boxes `[cells, 4]` of one uint8 BGR image."""
    pixels = (image - np.array([103.53, 116.28, 123.675])) / np.array([57.375, 57.12, 58.395])
    placeholder = pixels.transpose(2, 0, 1)[None].astype(np.float32)
    outputs = published({"input_1": placeholder}, OUTPUTS)
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
