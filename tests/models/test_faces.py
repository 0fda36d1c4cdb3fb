"""The face detectors against the published graphs, and on photos through the edge's adapters."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision.adapters import DETECT_ADAPTERS
from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec
from ocelli.edge.vision.boxes import Candidates
from ocelli.models.card import Card

Image = NDArray[np.uint8]
Sessions = Mapping[str, onnxruntime.InferenceSession]
Sources = Mapping[str, Mapping[str, Path]]


def letterboxed(image: Image, side: int) -> tuple[Image, float]:
    """A BGR image in the middle of the input, RGB, and its scale; both sides get half the rest."""
    scale = side / max(image.shape[:2])
    height, width = (round(size * scale) for size in image.shape[:2])
    canvas = np.zeros((side, side, 3), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    resized = cv2.resize(image, (width, height))
    canvas[top : top + height, left : left + width] = resized[..., ::-1]
    return canvas, scale


def decode(card: Card, outputs: Mapping[str, NDArray[Any]]) -> Candidates:
    """The candidates of one image, as the edge reads them."""
    names = card.parameters["keypoints"].split(",")
    side = card.inputs[0].dims[0]
    signature = ModelSignature(
        outputs=tuple(TensorSpec(one.name, one.datatype, (-1, *one.dims)) for one in card.outputs),
        input_width=side,
        input_height=side,
        label_count=1,
        keypoint_count=len(names),
    )
    adapter = DETECT_ADAPTERS[card.parameters["adapter"]](signature)
    return adapter.decode(outputs, float(card.parameters["score_threshold"]))


def run(session: onnxruntime.InferenceSession, images: Image) -> dict[str, NDArray[Any]]:
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {"images": images}), strict=True))


def test_centerface_gives_the_maps_of_the_published_graph(
    sessions: Sessions, sources: Sources, photos: Mapping[str, Image]
) -> None:
    source = onnx.load(sources["centerface"]["centerface.onnx"])
    for tensor in (*source.graph.input, *source.graph.output):
        if tensor.name not in {one.name for one in source.graph.initializer}:
            for dim in tensor.type.tensor_type.shape.dim:
                dim.Clear()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    reference = onnxruntime.InferenceSession(source.SerializeToString(), options)
    image, _ = letterboxed(photos["diners"], 640)
    expected = reference.run(
        ["537", "538", "539", "540"],
        {"input.1": image.transpose(2, 0, 1)[None].astype(np.float32)},
    )
    found = run(sessions["centerface"], image[None])
    for name, wanted in zip(("heat", "scale", "offset", "points"), expected, strict=True):
        np.testing.assert_allclose(found[name], wanted, atol=1e-3)


def test_blazeface_gives_the_values_of_the_published_graph(
    sessions: Sessions, sources: Sources, photos: Mapping[str, Image]
) -> None:
    path = sources["blazeface"]["face_detection_back_256x256_barracuda.onnx"]
    image, _ = letterboxed(photos["astronaut"], 256)
    near, far, near_values, far_values = onnxruntime.InferenceSession(path).run(
        ["Identity:0", "Identity_1:0", "Identity_2:0", "Identity_3:0"],
        {"input:0": image[None].astype(np.float32) / np.float32(127.5) - 1},
    )
    found = run(sessions["blazeface"], image[None])
    np.testing.assert_allclose(
        found["values"], np.concatenate((near_values, far_values), axis=1), atol=1e-2
    )
    np.testing.assert_allclose(found["logits"], np.concatenate((near, far), axis=1), atol=1e-3)


@pytest.mark.parametrize("model", ["centerface", "blazeface"])
@pytest.mark.parametrize("count", [2, 3])
def test_a_batch_gives_what_its_images_give_alone(
    model: str,
    count: int,
    sessions: Sessions,
    cards: Mapping[str, Card],
    photos: Mapping[str, Image],
) -> None:
    side = cards[model].inputs[0].dims[0]
    batch = np.stack([letterboxed(image, side)[0] for image in list(photos.values())[:count]])
    together = run(sessions[model], batch)
    for index in range(count):
        alone = run(sessions[model], batch[index : index + 1])
        for name, values in alone.items():
            np.testing.assert_allclose(together[name][index], values[0], atol=1e-3)


@pytest.mark.parametrize("model", ["centerface", "blazeface"])
def test_the_astronauts_face_is_found_with_its_points(
    model: str, sessions: Sessions, cards: Mapping[str, Card], photos: Mapping[str, Image]
) -> None:
    side = cards[model].inputs[0].dims[0]
    image, scale = letterboxed(photos["astronaut"], side)
    candidates = decode(cards[model], run(sessions[model], image[None]))
    best = int(candidates.scores.argmax())
    assert candidates.scores[best] > 0.85
    x_min, y_min, x_max, y_max = candidates.boxes[best] / scale
    assert 165 < x_min < 190
    assert 50 < y_min < 85
    assert 260 < x_max < 285
    assert 165 < y_max < 190
    assert candidates.keypoints is not None
    names = cards[model].parameters["keypoints"].split(",")
    points = dict(zip(names, candidates.keypoints[best, :, :2] / scale, strict=True))
    for name, place in (("right_eye", (203, 101)), ("left_eye", (247, 104)), ("nose", (225, 125))):
        assert np.abs(points[name] - place).max() < 8, name


def test_centerface_finds_faces_and_nothing_else_in_the_photos(
    sessions: Sessions, cards: Mapping[str, Card], photos: Mapping[str, Image]
) -> None:
    found = {}
    for name, photo in photos.items():
        outputs = run(sessions["centerface"], letterboxed(photo, 640)[0][None])
        found[name] = len(decode(cards["centerface"], outputs).scores)
    assert {name for name, count in found.items() if count} == {
        *("astronaut", "diners", "photographer")
    }
