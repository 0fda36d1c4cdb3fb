"""The one entry from image to tensor."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import (
    ColorOrder,
    EncodedImage,
    PixelFormat,
    RawImage,
    Region,
)
from ocelli.edge.vision.letterbox import InputSpec
from tests.vision.preparing import prepare

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

SPEC = InputSpec(416, 416, ColorOrder.BGR)


def test_the_tensor_is_the_given_memory(large_jpeg: bytes):
    slot = np.zeros((416, 416, 3), np.uint8)
    prepared = prepare(EncodedImage(large_jpeg), SPEC, out=slot)
    assert prepared.tensor is slot
    assert slot.any()
    assert np.array_equal(slot, prepare(EncodedImage(large_jpeg), SPEC).tensor)


@pytest.mark.parametrize(
    "out",
    [
        np.zeros((416, 415, 3), np.uint8),
        np.zeros((416, 416, 3), np.float32),
        np.zeros((416, 832, 3), np.uint8)[:, ::2],
    ],
)
def test_memory_that_does_not_fit_is_a_mistake_of_the_program(out: NDArray[Any], large_jpeg: bytes):
    with pytest.raises(ValueError, match="C-contiguous"):
        prepare(EncodedImage(large_jpeg), SPEC, out=out)


def test_every_source_of_the_same_pixels_gives_the_same_tensor(cat: Pixels, encode: Encode):
    expected = prepare(EncodedImage(encode(cat, "PNG")), SPEC).tensor
    for kind in ("BMP", "WEBP", "TIFF"):
        assert np.array_equal(prepare(EncodedImage(encode(cat, kind)), SPEC).tensor, expected)
    rgb = RawImage(cat.tobytes(), 451, 300, PixelFormat.RGB)
    bgr = RawImage(cat[:, :, ::-1].tobytes(), 451, 300, PixelFormat.BGR)
    assert np.array_equal(prepare(rgb, SPEC).tensor, expected)
    assert np.array_equal(prepare(bgr, SPEC).tensor, expected)


def test_threads_do_not_disturb_each_other(large_jpeg: bytes, cat: Pixels, encode: Encode):
    images = [
        EncodedImage(large_jpeg),
        EncodedImage(large_jpeg, Region(100, 100, 700, 500)),
        EncodedImage(encode(cat, "PNG", 6)),
        RawImage(cat.tobytes(), 451, 300, PixelFormat.RGB),
    ] * 8
    alone = [prepare(image, SPEC) for image in images]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda image: prepare(image, SPEC), images))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one.tensor, other.tensor)
        assert one.placement == other.placement


@pytest.mark.parametrize(
    "region",
    [
        Region(500, 0, 600, 100),
        Region(0, -50, 100, 0),
        Region(10, 10, 10, 20),
        Region(20, 20, 10, 30),
        Region(float("nan"), 0, 10, 10),
        Region(0, 0, float("inf"), 10),
    ],
)
def test_regions_without_any_of_the_image(region: Region, cat: Pixels, encode: Encode):
    for image in (
        EncodedImage(encode(cat, "JPEG"), region),
        RawImage(cat.tobytes(), 451, 300, PixelFormat.RGB, region=region),
    ):
        with pytest.raises(OcelliError) as caught:
            prepare(image, SPEC)
        assert caught.value.reason is Reason.REGION_OUTSIDE_IMAGE
        assert "451×300" in caught.value.message
        assert caught.value.field == "image.region"


def test_a_region_is_clipped_to_the_image(cat: Pixels):
    raw = RawImage(cat.tobytes(), 451, 300, PixelFormat.RGB, region=Region(-9, 250, 99, 999))
    bounds = prepare(raw, SPEC).placement.bounds
    assert bounds == Region(0, 250, 99, 300)


def test_a_small_region_of_a_large_jpeg_is_decoded_in_full(large_jpeg: bytes):
    region = Region(600, 400, 800, 600)
    sharp = prepare(EncodedImage(large_jpeg, region), SPEC)
    assert sharp.placement.scale_x == pytest.approx(416 / 200)
