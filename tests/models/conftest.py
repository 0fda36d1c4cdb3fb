"""Models and media as a user installs them, under `$OCELLI_HOME`."""

import os
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from ocelli.models.card import Card, available
from ocelli.models.fetch import exclusive, fetch_all
from ocelli.models.install import install
from ocelli.models.media import Media, install_media
from ocelli.models.progress import silent

Image = NDArray[np.uint8]


@pytest.fixture(scope="session")
def home() -> Path:
    default = Path(__file__).parents[2] / ".ocelli"
    return Path(os.environ.get("OCELLI_HOME", default))


@pytest.fixture(scope="session")
def cards() -> dict[str, Card]:
    return {card.name: card for card in available()}


@pytest.fixture(scope="session")
def sources(home: Path, cards: dict[str, Card]) -> dict[str, Mapping[str, Path]]:
    """Paths of the source files by model and by their names."""
    downloads = home / "downloads"
    with exclusive(downloads):
        return {name: fetch_all(card.sources, downloads, silent) for name, card in cards.items()}


@pytest.fixture(scope="session")
def models_dir(home: Path) -> Path:
    install([], home / "models", home / "downloads")
    return home / "models"


@pytest.fixture(scope="session")
def media(home: Path) -> Media:
    return install_media(home / "media", home / "downloads")


@pytest.fixture(scope="session")
def photos(media: Media) -> dict[str, Image]:
    """BGR images by the stem of their file name."""
    images = {}
    for photo in media.photos:
        image = cv2.imread(str(photo.path), cv2.IMREAD_COLOR)
        assert image is not None, photo.path
        images[photo.path.stem] = image.astype(np.uint8)
    return images


@pytest.fixture(scope="session")
def sessions(models_dir: Path) -> dict[str, onnxruntime.InferenceSession]:
    """The installed models, loaded, by name."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return {
        path.name: onnxruntime.InferenceSession(path / "1" / "model.onnx", options)
        for path in models_dir.iterdir()
        if (path / "MODEL_CARD.toml").is_file()
    }
