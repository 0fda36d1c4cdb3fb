"""The assembled embedders and the classifier against an unfused forward pass in NumPy."""

from collections.abc import Mapping, Sequence
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
Sessions = Mapping[str, onnxruntime.InferenceSession]
CHECKPOINTS = {
    "efficientnet_lite0": "efficientnet-lite0-57934424.pth",
    "efficientnet_lite2": "efficientnet-lite2-9656183e.pth",
}
NAMES = list(CHECKPOINTS)
SIDES = {"efficientnet_lite0": 224, "efficientnet_lite2": 260}

# Kernel and stride of each block's depthwise convolution.
BLOCKS = {
    "efficientnet_lite0": [
        *((3, 1), (3, 2), (3, 1), (5, 2), (5, 1), (3, 2), (3, 1), (3, 1)),
        *((5, 1), (5, 1), (5, 1), (5, 2), (5, 1), (5, 1), (5, 1), (3, 1)),
    ],
    "efficientnet_lite2": [
        *((3, 1), (3, 2), (3, 1), (3, 1), (5, 2), (5, 1), (5, 1)),
        *((3, 2), (3, 1), (3, 1), (3, 1), (5, 1), (5, 1), (5, 1), (5, 1)),
        *((5, 2), (5, 1), (5, 1), (5, 1), (5, 1), (3, 1)),
    ],
}


def square(image: Image, pixels: int, share: float = 1.0) -> Image:
    """The centre of a BGR image as the model takes it, RGB."""
    height, width = image.shape[:2]
    side = round(min(height, width) * share)
    top, left = (height - side) // 2, (width - side) // 2
    crop = image[top : top + side, left : left + side]
    return np.ascontiguousarray(
        cv2.resize(crop, (pixels, pixels), interpolation=cv2.INTER_AREA)[..., ::-1]
    ).astype(np.uint8)


class Reference:
    """An EfficientNet-Lite layer by layer, batch normalisation apart, NCHW."""

    def __init__(self, checkpoint: Path, blocks: Sequence[tuple[int, int]]) -> None:
        self.weights: dict[str, Any] = pth.read(checkpoint)
        self.blocks = blocks

    def embed(self, image: Image) -> Floats:
        x: Floats = (image.transpose(2, 0, 1)[None].astype(np.float32) - 127) / 128
        x = self.relu6(self.norm(self.conv(x, "_conv_stem", 2), "_bn0"))
        for number, (kernel, stride) in enumerate(self.blocks):
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

    def classify(self, embedding: Floats) -> Floats:
        """Probabilities of the classes."""
        logits = embedding @ self.weights["_fc.weight"].T + self.weights["_fc.bias"]
        weights: Floats = np.exp(logits - logits.max(1, keepdims=True))
        return weights / weights.sum(1, keepdims=True)

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
def references(sources: Mapping[str, Mapping[str, Path]]) -> Mapping[str, Reference]:
    return {
        name: Reference(sources[name][checkpoint], BLOCKS[name])
        for name, checkpoint in CHECKPOINTS.items()
    }


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.parametrize("name", ["cat", "coffee", "diners"])
def test_embeddings_are_those_of_the_published_network(
    name: str,
    model: str,
    references: Mapping[str, Reference],
    sessions: Sessions,
    photos: Mapping[str, Image],
) -> None:
    image = square(photos[name], SIDES[model])
    (embedding,) = sessions[model].run(["embedding"], {"images": image[None]})
    np.testing.assert_allclose(embedding, references[model].embed(image), atol=2e-3)
    assert embedding.std() > 0.1


CLASSES = [  # ImageNet's numbers
    ("cat", {281, 282, 285}),  # tabby, tiger cat, Egyptian cat
    ("coffee", {967, 968, 504}),  # espresso, cup, coffee mug
    ("motorcycle", {670, 665}),  # motor scooter, moped
]


@pytest.mark.parametrize(("name", "classes"), CLASSES)
def test_the_classifier_it_was_cut_from_recognises_the_image(
    name: str,
    classes: set[int],
    references: Mapping[str, Reference],
    sessions: Sessions,
    photos: Mapping[str, Image],
) -> None:
    image = square(photos[name], SIDES["efficientnet_lite0"])
    (embedding,) = sessions["efficientnet_lite0"].run(["embedding"], {"images": image[None]})
    assert references["efficientnet_lite0"].classify(embedding).argmax() in classes


@pytest.mark.parametrize(("name", "classes"), CLASSES)
def test_the_classifier_gives_the_probabilities_of_the_published_network(
    name: str,
    classes: set[int],
    references: Mapping[str, Reference],
    sessions: Sessions,
    photos: Mapping[str, Image],
) -> None:
    image = square(photos[name], SIDES["efficientnet_lite2"], 260 / 292)
    (found,) = sessions["efficientnet_lite2_classes"].run(
        ["probabilities"], {"images": image[None]}
    )
    reference = references["efficientnet_lite2"]
    np.testing.assert_allclose(found, reference.classify(reference.embed(image)), atol=1e-3)
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert found.argmax() in classes


def test_the_labels_are_the_first_names_of_the_classes(models_dir: Path) -> None:
    labels = (models_dir / "efficientnet_lite2_classes" / "labels.txt").read_text().splitlines()
    assert len(labels) == 1000
    assert [labels[number] for number in (0, 281, 504, 967)] == [
        *("tench", "tabby", "coffee mug", "espresso")
    ]


@pytest.mark.parametrize("model", [*NAMES, "efficientnet_lite2_classes"])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_a_batch_gives_what_its_images_give_alone(
    count: int, model: str, sessions: Sessions, photos: Mapping[str, Image]
) -> None:
    side = SIDES[model.removesuffix("_classes")]
    batch = np.stack([square(image, side) for image in list(photos.values())[:count]])
    (together,) = sessions[model].run(None, {"images": batch})
    assert together.shape[0] == count
    for index in range(count):
        (alone,) = sessions[model].run(None, {"images": batch[index : index + 1]})
        np.testing.assert_allclose(together[index], alone[0], atol=1e-4)


@pytest.mark.parametrize("model", NAMES)
def test_a_cropped_flipped_recompressed_copy_is_nearest_to_its_original(
    model: str, sessions: Sessions, photos: Mapping[str, Image]
) -> None:
    def embed(images: Sequence[Image]) -> Floats:
        batch = np.stack([square(image, SIDES[model]) for image in images])
        (vectors,) = sessions[model].run(["embedding"], {"images": batch})
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
