"""The images of the benchmark: JPEGs of real photographs, and raw frames.

A folder holds the images of one kind: `*.jpg`, or `*.rgb`, which are raw frames named for their
size (`1280x720_0.rgb`).
"""

from itertools import islice
from math import ceil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.v1 import image_pb2

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


def make_images(media: Path, folder: Path, size: tuple[int, int] = (WIDTH_PX, HEIGHT_PX)) -> Path:
    """Writes the images, the same ones every time, unless they stand there already.

    Each is a mosaic of six photographs, baseline 4:2:0, at the best quality that stays below 300 KB
    at 1920×1080, and below as much per pixel at any other size.

    Args:
        media: where the photographs are.
        folder: where the images go; made if it is missing.
        size: width and height, in pixels.

    Returns:
        `folder`.
    """
    paths = [folder / f"{number}.jpg" for number in range(COUNT)]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        photos = [_read(media / name) for name in _PHOTOS]
        max_bytes = _TARGET_BYTES * size[0] * size[1] // (WIDTH_PX * HEIGHT_PX)
        for number, path in enumerate(paths):
            # Strides of 1 and 3 give neighbours that differ from image to image.
            order = [(number + step * (1 + 2 * (number % 2))) % len(photos) for step in range(6)]
            mosaic = _mosaic([photos[index] for index in order], size)
            path.write_bytes(_encode(mosaic, max_bytes))
    return folder


def make_raw_frames(images: Path, folder: Path, size: tuple[int, int]) -> Path:
    """Writes the JPEGs of `images` as raw RGB frames of `size` (width, height), in pixels.

    Returns:
        `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted(images.glob("*.jpg"))):
        frame = cv2.resize(_read(path), size, interpolation=cv2.INTER_AREA)
        pixels = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB).tobytes()
        (folder / f"{size[0]}x{size[1]}_{number}.rgb").write_bytes(pixels)
    return folder


def read_images(folder: Path) -> list[bytes]:
    """The JPEG files of `folder`, in the order of their names."""
    return [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]


def read_messages(folder: Path) -> list[image_pb2.Image]:
    """The images of `folder` as the edge takes them, in the order of their names."""
    return [image_pb2.Image(encoded=data) for data in read_images(folder)] + [
        image_pb2.Image(raw=_raw(path)) for path in sorted(folder.glob("*.rgb"))
    ]


def _raw(path: Path) -> image_pb2.RawImage:
    width, height = map(int, path.stem.split("_")[0].split("x"))
    return image_pb2.RawImage(
        data=path.read_bytes(),
        width=width,
        height=height,
        format=image_pb2.PIXEL_FORMAT_RGB,
    )


def _read(path: Path) -> NDArray[np.uint8]:
    photo = cv2.imread(str(path)) if path.exists() else None
    if photo is None:
        raise FileNotFoundError(f"{path} is missing; run 'make models' first")
    return np.asarray(photo, np.uint8)


def _mosaic(photos: list[NDArray[np.uint8]], size: tuple[int, int]) -> NDArray[np.uint8]:
    tile = (ceil(size[0] / _COLUMNS), ceil(size[1] / _ROWS))
    tiles = iter([_cover(photo, *tile) for photo in photos])
    mosaic = np.vstack([np.hstack(list(islice(tiles, _COLUMNS))) for _ in range(_ROWS)])
    return mosaic[: size[1], : size[0]]


def _cover(photo: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    scale = max(width / photo.shape[1], height / photo.shape[0])
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    scaled = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return scaled[y : y + height, x : x + width]


def _encode(image: NDArray[np.uint8], max_bytes: int) -> bytes:
    for quality in range(95, 20, -1):
        encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(encoded) <= max_bytes:
            break
    return encoded
