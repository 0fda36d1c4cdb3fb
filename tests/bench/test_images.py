from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.images import (
    COUNT,
    HEIGHT_PX,
    WIDTH_PX,
    make_images,
    make_raw_frames,
    read_images,
    read_messages,
)
from ocelli.edge.vision.header import read_header
from tests.vision.preparing import LIMITS

PHOTOS = "astronaut.png motorcycle.png cat.png diners.jpg coffee.png pagoda.jpg flower.jpg bin.jpg"


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """Smooth photographs, each of a colour of its own."""
    random = np.random.default_rng(7)
    for name in PHOTOS.split():
        coarse = random.integers(0, 255, (12, 16, 3), np.uint8)
        cv2.imwrite(str(tmp_path / name), cv2.resize(coarse, (640, 480)))
    return tmp_path


def test_images_are_full_hd_differ_and_are_the_same_every_time(media: Path, tmp_path: Path) -> None:
    images = read_images(make_images(media, tmp_path / "first"))
    assert len(set(images)) == COUNT
    for image in images:
        header = read_header(image, LIMITS)
        assert (header.width, header.height) == (WIDTH_PX, HEIGHT_PX)
        assert len(image) <= 300_000
    assert images == read_images(make_images(media, tmp_path / "second"))


def test_images_of_another_size_have_that_size(media: Path, tmp_path: Path) -> None:
    for image in read_images(make_images(media, tmp_path / "small", (640, 360))):
        header = read_header(image, LIMITS)
        assert (header.width, header.height) == (640, 360)


def test_raw_frames_are_the_same_images_as_rgb(media: Path, tmp_path: Path) -> None:
    images = make_images(media, tmp_path / "jpegs", (640, 360))
    frames = read_messages(make_raw_frames(images, tmp_path / "raw", (320, 180)))
    assert len(frames) == COUNT
    for frame, data in zip(frames, read_images(images), strict=True):
        assert (frame.raw.width, frame.raw.height) == (320, 180)
        pixels = np.frombuffer(frame.raw.data, np.uint8).reshape(180, 320, 3)
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        expected = image.mean(axis=(0, 1))[::-1]
        assert np.abs(pixels.mean(axis=(0, 1)) - expected).max() < 1


def test_a_missing_photograph_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"astronaut\.png is missing"):
        make_images(tmp_path, tmp_path / "images")
