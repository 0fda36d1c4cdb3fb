"""An image to measure with, where the user has none at hand. Needs the extra `media`."""

import numpy as np
import numpy.typing as npt

from ocelli.client.media import cv2

WIDTH_PX, HEIGHT_PX = 1920, 1080

_SEED = 8500
_SHAPES = 40
_FINEST_CELL_PX = 4
_GRAIN = 4.0
_JPEG_QUALITY = 85


def make_scene() -> bytes:
    """Makes a JPEG of 1920×1080 that costs about as much to decode as a photo; always the same.

    Noise in octaves, each half as strong as the next coarser one, has a photo's falling spectrum;
    shapes add edges and grain adds a sensor's noise.
    """
    random_numbers = np.random.default_rng(_SEED)
    pixels = _clouds(random_numbers)
    for _ in range(_SHAPES):
        _draw_shape(pixels, random_numbers)
    pixels += random_numbers.normal(0, _GRAIN, pixels.shape[:2])[:, :, None].astype(np.float32)
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    return cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), quality)[1].tobytes()


def _clouds(random_numbers: np.random.Generator) -> npt.NDArray[np.float32]:
    """Values from 0 to 255 of shape (H, W, 3)."""
    clouds = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.float32)
    cell_px, strength = HEIGHT_PX // 2, 0.5
    while cell_px >= _FINEST_CELL_PX:
        shape = (HEIGHT_PX // cell_px + 2, WIDTH_PX // cell_px + 2, 3)
        coarse = random_numbers.uniform(0, 255 * strength, shape).astype(np.float32)
        clouds += cv2.resize(coarse, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
        cell_px, strength = cell_px // 2, strength / 2
    return clouds


def _draw_shape(pixels: npt.NDArray[np.float32], random_numbers: np.random.Generator) -> None:
    x, y = (int(random_numbers.integers(edge)) for edge in (WIDTH_PX, HEIGHT_PX))
    width, height = (int(random_numbers.integers(20, 300)) for _ in range(2))
    color = [float(value) for value in random_numbers.uniform(0, 255, 3)]
    if random_numbers.random() < 0.5:
        cv2.rectangle(pixels, (x, y), (x + width, y + height), color, cv2.FILLED)
    else:
        cv2.ellipse(pixels, (x, y), (width, height), 0, 0, 360, color, cv2.FILLED, cv2.LINE_AA)
