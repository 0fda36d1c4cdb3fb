"""The pictures of the benchmark: full-HD JPEGs of real photographs, a camera's size."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX = 1920, 1080
COUNT = 8

_COLUMNS, _ROWS = 3, 2
_TARGET_BYTES = 300_000
_PHOTOS = (
    "astronaut.png",
    "motorcycle.png",
    "cat.png",
    "diners.jpg",
    "coffee.png",
    "pagoda.jpg",
    "flower.jpg",
    "bin.jpg",
)


def make_pictures(media: Path, folder: Path) -> Path:
    """Writes the pictures, the same ones every time, unless they stand there already.

    Each is a mosaic of six photographs, 1920×1080, baseline 4:2:0, at the best quality that stays
    below 300 KB.

    Args:
        media: where the photographs are.
        folder: where the pictures go; made if it is missing.

    Returns:
        `folder`.
    """
    paths = [folder / f"{number}.jpg" for number in range(COUNT)]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        photos = [_read(media / name) for name in _PHOTOS]
        for number, path in enumerate(paths):
            # Strides of 1 and 3 give neighbours that differ from picture to picture.
            order = [(number + step * (1 + 2 * (number % 2))) % len(photos) for step in range(6)]
            path.write_bytes(_encode(_mosaic([photos[index] for index in order])))
    return folder


def read_pictures(folder: Path) -> list[bytes]:
    """The JPEG files of `folder`, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]


def _read(path: Path) -> NDArray[np.uint8]:
    photo = cv2.imread(str(path)) if path.exists() else None
    if photo is None:
        raise FileNotFoundError(f"{path} is missing; run 'make models' first")
    return np.asarray(photo, np.uint8)


def _mosaic(photos: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    size = (WIDTH_PX // _COLUMNS, HEIGHT_PX // _ROWS)
    tiles = iter([_cover(photo, *size) for photo in photos])
    return np.vstack([np.hstack(list(islice(tiles, _COLUMNS))) for _ in range(_ROWS)])


def _cover(photo: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    scale = max(width / photo.shape[1], height / photo.shape[0])
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    scaled = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return scaled[y : y + height, x : x + width]


def _encode(picture: NDArray[np.uint8]) -> bytes:
    for quality in range(95, 20, -1):
        encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(encoded) <= _TARGET_BYTES:
            break
    return encoded
