"""The assembled embedder against an unfused forward pass in NumPy."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from ocelli.models import pth

Floats = NDArray[np.floating[Any]]
Image = NDArray[np.uint8]
SIDE = 224

# Kernel and stride of each block's depthwise convolution.
BLOCKS = [
    *((3, 1), (3, 2), (3, 1), (5, 2), (5, 1), (3, 2), (3, 1), (3, 1)),
    *((5, 1), (5, 1), (5, 1), (5, 2), (5, 1), (5, 1), (5, 1), (3, 1)),
]


def square(image: Image) -> Image:
    """The centre of a BGR image as the model takes it, RGB."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    crop = image[top : top + side, left : left + side]
    return np.ascontiguousarray(
        cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[..., ::-1]
    ).astype(np.uint8)


class Reference:
    """EfficientNet-Lite0 layer by layer, batch normalisation apart, NCHW."""

    def __init__(self, checkpoint: Path) -> None:
        self.weights: dict[str, Any] = pth.read(checkpoint)

    def embed(self, image: Image) -> Floats:
        x: Floats = (image.transpose(2, 0, 1)[None].astype(np.float32) - 127) / 128
        x = self.relu6(self.norm(self.conv(x, "_conv_stem", 2), "_bn0"))
        for number, (kernel, stride) in enumerate(BLOCKS):
            name = f"_blocks.{number}"
            y = x
            if f"{name}._expand_conv.weight" in self.weights:
                y = self.relu6(self.norm(self.conv(y, f"{name}._expand_conv"), f"{name}._bn0"))
            y = self.depthwise(y, f"{name}._depthwise_conv", kernel, stride)
            y = self.relu6(self.norm(y, f"{name}._bn1"))
            y = self.norm(self.conv(y, f"{name}._project_conv"), f"{name}._bn2")
            x = x + y if stride == 1 and x.shape == y.shape else y
        x = self.relu6(self.norm(self.conv(x, "_conv_head"), "_bn1"))
        pooled: Floats = x.mean((2, 3))
        return pooled

    def classify(self, embedding: Floats) -> int:
        logits = embedding @ self.weights["_fc.weight"].T + self.weights["_fc.bias"]
        return int(logits.argmax())

    def conv(self, x: Floats, name: str, stride: int = 1) -> Floats:
        weight = self.weights[f"{name}.weight"]
        patches = self.windows(x, weight.shape[2], stride)
        mixed: Floats = np.einsum("ncyxij,ocij->noyx", patches, weight, optimize=True)
        return mixed

    def depthwise(self, x: Floats, name: str, kernel: int, stride: int) -> Floats:
        weight = self.weights[f"{name}.weight"]
        assert weight.shape == (x.shape[1], 1, kernel, kernel)
        result: Floats = np.zeros((), np.float32)
        patches = self.windows(x, kernel, stride)
        for row in range(kernel):
            for column in range(kernel):
                result = result + patches[..., row, column] * weight[:, 0, row, column, None, None]
        return result

    def norm(self, x: Floats, name: str) -> Floats:
        scale, shift, mean, variance = (
            self.weights[f"{name}.{part}"][:, None, None]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        normalised: Floats = (x - mean) / np.sqrt(variance + 0.001) * scale + shift
        return normalised

    @staticmethod
    def relu6(x: Floats) -> Floats:
        return np.clip(x, 0, 6)

    @staticmethod
    def windows(x: Floats, kernel: int, stride: int) -> Floats:
        """TensorFlow's SAME: the output is ceil(input / stride), odd padding goes after."""
        size = x.shape[2]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        before = (total // 2, total - total // 2)
        padded = np.pad(x, [(0, 0), (0, 0), before, before])
        windows = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), (2, 3))
        return windows[:, :, ::stride, ::stride]


@pytest.fixture(scope="module")
def reference(sources: dict[str, Path]) -> Reference:
    return Reference(sources["efficientnet_lite0"] / "efficientnet-lite0-57934424.pth")


@pytest.fixture(scope="module")
def session(
    sessions: dict[str, onnxruntime.InferenceSession],
) -> onnxruntime.InferenceSession:
    return sessions["efficientnet_lite0"]


@pytest.mark.parametrize("name", ["cat", "coffee", "diners"])
def test_embeddings_are_those_of_the_published_network(
    name: str,
    reference: Reference,
    session: onnxruntime.InferenceSession,
    photos: dict[str, Image],
) -> None:
    image = square(photos[name])
    (embedding,) = session.run(["embedding"], {"images": image[None]})
    np.testing.assert_allclose(embedding, reference.embed(image), atol=2e-3)
    assert embedding.std() > 0.1


@pytest.mark.parametrize(
    ("name", "classes"),
    [  # ImageNet's numbers
        ("cat", {281, 282, 285}),  # tabby, tiger cat, Egyptian cat
        ("coffee", {967, 968, 504}),  # espresso, cup, coffee mug
        ("motorcycle", {670, 665}),  # motor scooter, moped
    ],
)
def test_the_classifier_it_was_cut_from_recognises_the_image(
    name: str,
    classes: set[int],
    reference: Reference,
    session: onnxruntime.InferenceSession,
    photos: dict[str, Image],
) -> None:
    (embedding,) = session.run(["embedding"], {"images": square(photos[name])[None]})
    assert reference.classify(embedding) in classes


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_batch_gives_what_its_images_give_alone(
    count: int, session: onnxruntime.InferenceSession, photos: dict[str, Image]
) -> None:
    batch = np.stack([square(image) for image in list(photos.values())[:count]])
    (together,) = session.run(["embedding"], {"images": batch})
    assert together.shape == (count, 1280)
    for index in range(count):
        (alone,) = session.run(["embedding"], {"images": batch[index : index + 1]})
        np.testing.assert_allclose(together[index], alone[0], atol=1e-4)


def test_a_cropped_flipped_recompressed_copy_is_nearest_to_its_original(
    session: onnxruntime.InferenceSession, photos: dict[str, Image]
) -> None:
    def embed(images: list[Image]) -> Floats:
        images = np.stack([square(image) for image in images])
        (vectors,) = session.run(["embedding"], {"images": images})
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    copies = []
    for image in photos.values():
        height, width = image.shape[:2]
        crop = image[height // 10 : -height // 10, width // 10 : -width // 10, :][:, ::-1]
        _, jpeg = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 60])
        decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
        assert decoded is not None
        copies.append(decoded.astype(np.uint8))
    similarity = embed(copies) @ embed(list(photos.values())).T
    assert similarity.argmax(1).tolist() == list(range(len(photos)))
