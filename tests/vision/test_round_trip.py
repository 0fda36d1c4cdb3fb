"""A square painted into an image comes back where it was, whatever happens to the image."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision.image import (
    ColorOrder,
    EncodedImage,
    PixelFormat,
    RawImage,
    Region,
)
from ocelli.edge.vision.letterbox import Anchor, InputSpec, Placement, Resize
from tests.vision.preparing import Prepared, prepare

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]
Stored = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]
Floats = NDArray[np.float64]
Boxes = NDArray[np.float32]

SIZES = {
    "1:1": (600, 600),
    "wide": (1600, 200),
    "tall": (200, 1600),
    "tiny": (8, 8),
    "odd": (641, 427),
    "odd and large": (2005, 1333),
}
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
RESIZES = tuple(Resize)


def paint(width: int, height: int, anchor: Anchor = Anchor.CENTER):
    """A blue image with a red square near the anchor, where COVER shows it, and its box."""
    short = min(width, height)
    side = max(2, short // 4)
    x, y = (width - side) // 2 - short // 20, (height - side) // 2 + short // 16
    if anchor is Anchor.TOP_LEFT:
        x, y = short // 8, short // 5
    image = np.zeros((height, width, 3), np.uint8)
    image[:, :, 2] = 200
    image[y : y + side, x : x + side] = (255, 0, 0)
    return image, np.array([x, y, x + side, y + side], np.float32)


def detect_red(tensor: Pixels, color: ColorOrder):
    """Box of the red square in model pixels, its edges placed between pixels by their colour."""
    red = tensor[:, :, 0 if color is ColorOrder.RGB else 2].astype(np.float64) / 255
    columns, rows = red.max(axis=0), red.max(axis=1)
    return np.array([[*edges(columns), *edges(rows)]])[:, [0, 2, 1, 3]].astype(np.float32)


def edges(profile: Floats):
    """Where the profile first rises above one half and last falls below it.

    The value of a pixel belongs to its centre; between centres it is taken as linear.
    """
    above = np.flatnonzero(profile >= 0.5)
    first, last = above[0], above[-1]
    low, high = float(first), last + 1.0
    if first > 0:
        low = first + 0.5 - (profile[first] - 0.5) / (profile[first] - profile[first - 1])
    if last + 1 < len(profile):
        high = last + 0.5 + (profile[last] - 0.5) / (profile[last] - profile[last + 1])
    return low, high


def allowed_error(placement: Placement):
    """One image pixel, or half a model pixel where that is more: physics gives no better."""
    return max(1.0, 0.5 / min(placement.scale_x, placement.scale_y))


def check(prepared: Prepared, spec: InputSpec, box: Boxes, upright_size: tuple[int, int]):
    assert (prepared.width, prepared.height) == upright_size
    found = prepared.placement.to_source(detect_red(prepared.tensor, spec.color))[0]
    assert np.abs(found - box).max() <= allowed_error(prepared.placement)


@pytest.mark.parametrize("anchor", Anchor)
@pytest.mark.parametrize("size", SIZES)
def test_every_shape_and_way_of_fitting(size: str, anchor: Anchor, encode: Encode):
    image, box = paint(*SIZES[size], anchor)
    data = encode(image, "PNG")
    for resize in RESIZES:
        spec = InputSpec(320, 256, ColorOrder.BGR, resize, anchor, pad_value=0)
        check(prepare(EncodedImage(data), spec), spec, box, SIZES[size])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", FORMATS)
def test_every_orientation_and_format(kind: str, orientation: int, encode: Encode, stored: Stored):
    image, box = paint(641, 427, Anchor.TOP_LEFT)
    data = encode(stored(image, orientation), kind, orientation)
    for resize in RESIZES:
        spec = InputSpec(416, 416, ColorOrder.RGB, resize, Anchor.TOP_LEFT, pad_value=0)
        prepared = prepare(EncodedImage(data), spec)
        check(prepared, spec, box, (641, 427))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(2005, 1333), (1333, 2005), (2003, 2003), (1001, 997)])
def test_scaled_decode(size: tuple[int, int], orientation: int, encode: Encode, stored: Stored):
    image, box = paint(*size)
    spec = InputSpec(160, 128, ColorOrder.BGR, pad_value=0)
    data = encode(stored(image, orientation), "JPEG", orientation)
    check(prepare(EncodedImage(data), spec), spec, box, size)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_regions(kind: str, orientation: int, encode: Encode, stored: Stored):
    image, box = paint(2005, 1333)
    spec = InputSpec(160, 128, ColorOrder.RGB, pad_value=0)
    data = encode(stored(image, orientation), kind, orientation)
    region = Region(600.4, 400.7, 1391.2, 1021.9)
    prepared = prepare(EncodedImage(data, region), spec)
    check(prepared, spec, box, (2005, 1333))
    everything = np.array([[-999, -999, 999, 999]], np.float32)
    clipped = prepared.placement.to_source(everything)[0]
    assert clipped == pytest.approx([600.4, 400.7, 1391.2, 1021.9])


@pytest.mark.parametrize("pixel_format", PixelFormat)
@pytest.mark.parametrize("padding", [0, 10])
def test_raw_formats(pixel_format: PixelFormat, padding: int):
    width, height = 642, 428
    image, box = paint(width, height)
    spec = InputSpec(320, 320, ColorOrder.BGR, pad_value=0)
    if pixel_format is PixelFormat.GRAY:
        gray = image[:, :, 0]
        data = np.pad(gray, ((0, 0), (0, padding))).tobytes()
        raw = RawImage(data, width, height, pixel_format, width + padding)
    elif pixel_format in {PixelFormat.RGB, PixelFormat.BGR}:
        pixels = image if pixel_format is PixelFormat.RGB else image[:, :, ::-1]
        rows = np.pad(pixels.reshape(height, -1), ((0, 0), (0, padding)))
        raw = RawImage(rows.tobytes(), width, height, pixel_format, width * 3 + padding)
    else:
        raw = subsample(image, pixel_format, padding)
    check(prepare(raw, spec), spec, box, (width, height))


def subsample(image: Pixels, pixel_format: PixelFormat, padding: int):
    height, width = image.shape[:2]
    planes = cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420).ravel()
    luma = planes[: width * height].reshape(height, width)
    u, v = planes[width * height :].reshape(2, height // 2, width // 2)
    half = ((0, 0), (0, padding // 2))
    parts = [np.pad(luma, ((0, 0), (0, padding)))]
    if pixel_format is PixelFormat.I420:
        parts += [np.pad(u, half), np.pad(v, half)]
    else:
        parts.append(np.pad(np.dstack((u, v)).reshape(height // 2, width), ((0, 0), (0, padding))))
    data = b"".join(part.tobytes() for part in parts)
    return RawImage(data, width, height, pixel_format, width + padding)
