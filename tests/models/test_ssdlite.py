"""The assembled detector against a direct execution of the published graph in NumPy."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from tests.models.published_graph import PublishedGraph, overlap

Floats = NDArray[np.float32]
Image = NDArray[np.uint8]
Detect = Callable[..., tuple[Floats, Floats, NDArray[np.int32]]]
SIDE = 300
UNUSED = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
LABELS = {0: "person", 3: "motorcycle", 15: "cat", 41: "cup"}


def stretched(image: Image) -> Image:
    """A BGR image as the model takes it, RGB."""
    resized = cv2.resize(image, (SIDE, SIDE))
    return np.ascontiguousarray(resized[..., ::-1]).astype(np.uint8)


@pytest.fixture(scope="module")
def detect(sessions: Mapping[str, onnxruntime.InferenceSession]) -> Detect:
    def run(*images: Image) -> tuple[Floats, Floats, NDArray[np.int32]]:
        outputs = sessions["ssdlite_coco80"].run(
            ["boxes", "scores", "classes"], {"images": np.stack(images)}
        )
        return tuple(outputs)

    return run


@pytest.fixture(scope="module")
def published(sources: Mapping[str, Mapping[str, Path]]) -> PublishedGraph:
    return PublishedGraph(sources["ssdlite_coco80"]["model.json"])


def reference(published: PublishedGraph, image: Image) -> tuple[Floats, Floats]:
    """Scores `[anchors, 80]` and decoded boxes `[anchors, 4]` of one image of the model's size."""
    pixels = (image.astype(np.float32) * np.float32(1 / 127.5) - 1)[None]
    encodings, logits = published({"Preprocessor/sub": pixels}, ["concat", "concat_1"])
    used = [number for number in range(1, 91) if number not in UNUSED]
    scores = 1 / (1 + np.exp(-logits[0][:, used]))
    boxes = []
    anchors = published.weights["Postprocessor/ExpandDims"][0]
    for (top, left, bottom, right), (ty, tx, th, tw) in zip(
        anchors, encodings[0].reshape(-1, 4), strict=True
    ):
        height, width = bottom - top, right - left
        y, x = top + height / 2 + ty / 10 * height, left + width / 2 + tx / 10 * width
        height, width = height * np.exp(th / 5), width * np.exp(tw / 5)
        boxes.append([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
    return scores, np.array(boxes, np.float32) * SIDE


@pytest.mark.parametrize("name", ["diners", "coffee"])
def test_candidates_are_those_of_the_published_graph(
    name: str, published: PublishedGraph, photos: Mapping[str, Image], detect: Detect
) -> None:
    image = stretched(photos[name])
    expected_scores, expected_boxes = reference(published, image)
    boxes, scores, classes = (output[0] for output in detect(image))

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
    count: int, photos: Mapping[str, Image], detect: Detect
) -> None:
    batch = [stretched(image) for image in list(photos.values())[:count]]
    together = detect(*batch)
    assert [output.shape for output in together] == [(count, 100, 4), (count, 100), (count, 100)]
    for index, image in enumerate(batch):
        boxes, scores, classes = (output[0] for output in detect(image))
        np.testing.assert_allclose(together[1][index], scores, atol=1e-4)
        sure = scores > 0.2
        np.testing.assert_array_equal(together[2][index][sure], classes[sure])
        np.testing.assert_allclose(together[0][index][sure], boxes[sure], atol=0.05)


def test_scores_fall_and_classes_are_numbers_of_labels(
    photos: Mapping[str, Image], detect: Detect
) -> None:
    _, scores, classes = detect(*(stretched(image) for image in photos.values()))
    assert (np.diff(scores, axis=1) <= 0).all()
    assert scores.min() >= 0
    assert scores.max() <= 1
    assert classes.dtype == np.int32
    assert classes.min() >= 0
    assert classes.max() < 80


@pytest.mark.parametrize(
    ("name", "label", "least", "drawn"),
    [  # boxes drawn by hand on the images, in their own pixels
        ("cat", "cat", 0.9, (0, 0, 440, 298)),
        ("coffee", "cup", 0.9, (172, 18, 415, 250)),
        ("motorcycle", "motorcycle", 0.9, (100, 88, 688, 455)),
        ("astronaut", "person", 0.6, (20, 12, 365, 505)),
        ("photographer", "person", 0.8, (0, 68, 320, 512)),
    ],
)
def test_the_best_candidate_is_what_a_person_sees(
    name: str,
    label: str,
    least: float,
    drawn: tuple[int, int, int, int],
    photos: Mapping[str, Image],
    detect: Detect,
) -> None:
    image = photos[name]
    boxes, scores, classes = detect(stretched(image))
    assert LABELS[classes[0, 0]] == label
    assert scores[0, 0] > least
    height, width = image.shape[:2]
    found = boxes[0, 0] * np.array([width, height] * 2) / SIDE
    assert overlap(found, np.array(drawn)) > 0.8


def test_labels_are_those_of_the_other_detector(cards: Mapping[str, Any]) -> None:
    assert cards["ssdlite_coco80"].labels == cards["nanodet_coco80"].labels
