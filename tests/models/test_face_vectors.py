"""The face embedder against its layers in NumPy, and persons told apart."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from demo.alignment import aligned
from ocelli.client import Keypoint
from ocelli.models.face_vectors import TEMPLATE_PX

Floats = NDArray[np.floating[Any]]
Image = NDArray[np.uint8]
Embed = Callable[..., Floats]

# Where the points of faces are in the photos, read off by eye: the person's right eye first.
FACES = {
    "astronaut": [(203, 101), (247, 104), (225, 125), (204, 141), (245, 141)],
    "diners": [(244, 109), (263, 112), (254, 124), (247, 132), (258, 133)],
}


@pytest.fixture(scope="module")
def embed(sessions: Mapping[str, onnxruntime.InferenceSession]) -> Embed:
    def run(*images: Image) -> Floats:
        (vectors,) = sessions["face_vectors"].run(["embedding"], {"images": np.stack(images)})
        found: Floats = vectors
        return found

    return run


class Reference:
    """The network as its package computes it, in NHWC, every layer by itself."""

    def __init__(self, manifest: Path) -> None:
        (group,) = json.loads(manifest.read_text())
        (shard,) = group["paths"]
        data = (manifest.parent / shard).read_bytes()
        self.weights: dict[str, Floats] = {}
        position = 0
        for spec in group["weights"]:
            count = int(np.prod(spec["shape"]))
            quantised = spec.get("quantization")
            values = np.frombuffer(data, np.uint8 if quantised else "<f4", count, position)
            position += values.nbytes
            if quantised:
                values = values * quantised["scale"] + quantised["min"]
            self.weights[spec["name"]] = values.reshape(spec["shape"])
        assert position == len(data)

    def embed(self, image: Image) -> Floats:
        x: Floats = (image.astype(np.float64) - (122.782, 117.001, 104.298)) / 256
        x = self.relu(self.conv(x, "conv32_down", 2))
        windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (0, 1))
        x = windows[::2, ::2].max((-2, -1))
        for name in ("32_1", "32_2", "32_3"):
            x = self.block(x, f"conv{name}")
        for stage, more in (("64", 3), ("128", 2), ("256", 2)):
            x = self.halving(x, f"conv{stage}_down")
            for number in range(1, more + 1):
                x = self.block(x, f"conv{stage}_{number}")
        x = self.halving(x, "conv256_down_out")
        vector: Floats = x.mean((0, 1)) @ self.weights["fc"]
        return vector

    def block(self, x: Floats, name: str) -> Floats:
        y = self.relu(self.conv(x, f"{name}/conv1", 1))
        return self.relu(self.conv(y, f"{name}/conv2", 1) + x)

    def halving(self, x: Floats, name: str) -> Floats:
        y = self.conv(self.relu(self.conv(x, f"{name}/conv1", 2)), f"{name}/conv2", 1)
        side = len(x) // 2
        pooled = x[: 2 * side, : 2 * side].reshape(side, 2, side, 2, -1).mean((1, 3))
        total = np.zeros((side, side, y.shape[2]))
        total[: y.shape[0], : y.shape[1]] += y
        total[..., : pooled.shape[2]] += pooled
        return self.relu(total)

    def conv(self, x: Floats, name: str, stride: int) -> Floats:
        kernel = self.weights[f"{name}/conv/filters"]
        if stride == 1:
            rim = len(kernel) // 2
            x = np.pad(x, [(rim, rim), (rim, rim), (0, 0)])
        windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape[:2], (0, 1))
        result: Floats = np.einsum(
            "yxcij,ijco->yxo", windows[::stride, ::stride], kernel, optimize=True
        )
        result = result + self.weights[f"{name}/conv/bias"]
        return result * self.weights[f"{name}/scale/weights"] + self.weights[f"{name}/scale/biases"]

    @staticmethod
    def relu(x: Floats) -> Floats:
        return np.maximum(x, 0)


def face(photo: Image, name: str) -> Image:
    """The face of a BGR photo as the model takes it."""
    points = [Keypoint(key, *place) for key, place in zip(TEMPLATE_PX, FACES[name], strict=True)]
    return aligned(np.ascontiguousarray(photo[..., ::-1]), points)


def test_vectors_are_those_of_the_published_network(
    sources: Mapping[str, Mapping[str, Path]], photos: Mapping[str, Image], embed: Embed
) -> None:
    manifest = sources["face_vectors"]["face_recognition_model-weights_manifest.json"]
    image = face(photos["astronaut"], "astronaut")
    np.testing.assert_allclose(embed(image)[0], Reference(manifest).embed(image), atol=1e-3)


def test_a_batch_gives_what_its_images_give_alone(
    photos: Mapping[str, Image], embed: Embed
) -> None:
    faces = [face(photos[name], name) for name in FACES]
    together = embed(*faces)
    for index, image in enumerate(faces):
        np.testing.assert_allclose(together[index], embed(image)[0], atol=1e-4)


def test_a_person_is_near_to_herself_and_far_from_others(
    photos: Mapping[str, Image], embed: Embed
) -> None:
    one, other = (face(photos[name], name) for name in FACES)
    mirrored = np.ascontiguousarray(one[:, ::-1])
    darker = (one * 0.45).astype(np.uint8)
    _, poor = cv2.imencode(".jpg", one, [cv2.IMWRITE_JPEG_QUALITY, 40])
    recompressed = np.asarray(cv2.imdecode(poor, cv2.IMREAD_COLOR), np.uint8)
    vectors = embed(one, mirrored, darker, recompressed, other)
    distances = np.linalg.norm(vectors - vectors[0], axis=1)
    assert (distances[1:4] < 0.45).all()
    assert distances[4] > 0.55


def test_an_aligned_face_has_its_points_where_the_template_says() -> None:
    places = np.array(list(TEMPLATE_PX.values()))
    turned = places @ np.array([[0.6, 0.8], [-0.8, 0.6]]) * 2 + (150, 60)
    canvas = np.zeros((500, 500, 3), np.uint8)
    for x, y in turned:
        cv2.circle(canvas, (round(x), round(y)), 6, (255, 255, 255), -1)
    points = [Keypoint(name, *place) for name, place in zip(TEMPLATE_PX, turned, strict=True)]
    chip = aligned(canvas, points)
    for x, y in places:
        assert chip[round(y), round(x)].min() > 200
