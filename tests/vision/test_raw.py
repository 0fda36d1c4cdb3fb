"""Raw pixel layouts and the errors that explain them."""

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import ColorOrder, ImageLimits, PixelFormat, RawImage
from ocelli.edge.vision.raw import read_raw

LIMITS = ImageLimits(max_pixels=10_000, max_side=1000, max_frames=1)


def read(image: RawImage):
    return read_raw(image, ColorOrder.BGR, LIMITS)


def test_interleaved_and_grey_pixels_are_not_copied():
    data = bytes(range(250))
    whole = np.frombuffer(data, np.uint8)
    rgb, color = read(RawImage(data, 3, 5, PixelFormat.RGB, 11))
    assert color is ColorOrder.RGB
    assert np.shares_memory(rgb, whole)
    assert rgb[1, 2].tolist() == [17, 18, 19]
    gray, _ = read(RawImage(data, 7, 5, PixelFormat.GRAY, 8))
    assert np.shares_memory(gray, whole)
    assert gray[2, 1] == 17


@pytest.mark.parametrize("pixel_format", [PixelFormat.RGB, PixelFormat.BGR, PixelFormat.GRAY])
def test_odd_sizes_and_a_short_last_row(pixel_format: PixelFormat):
    channels = 1 if pixel_format is PixelFormat.GRAY else 3
    stride = 13 * channels
    data = bytes(stride * 4 + 11 * channels)
    image, _ = read(RawImage(data, 11, 5, pixel_format, stride))
    assert image.shape[:2] == (5, 11)


@pytest.mark.parametrize("stride", [0, 8, 12])
@pytest.mark.parametrize("pixel_format", [PixelFormat.NV12, PixelFormat.I420])
def test_video_black_and_white(pixel_format: PixelFormat, stride: int):
    step = stride or 8
    luma = np.full((4, step), 16, np.uint8)
    luma[:, 4:] = 235
    data = luma.tobytes() + bytes([128]) * (step * 2)
    image, color = read(RawImage(data, 8, 4, pixel_format, stride))
    assert color is ColorOrder.BGR
    assert (image[:, :4] == 0).all()
    assert (image[:, 4:8] == 255).all()


@pytest.mark.parametrize(
    ("image", "field", "numbers"),
    [
        (RawImage(bytes(10), 0, 5, PixelFormat.GRAY), "width", ["0×5"]),
        (RawImage(bytes(10), 4, 4, PixelFormat.GRAY), "data", ["10 bytes", "take 16"]),
        (RawImage(bytes(99), 4, 4, PixelFormat.RGB, 11), "stride", ["11 bytes", "take 12"]),
        (RawImage(bytes(99), 5, 4, PixelFormat.NV12), "width", ["5×4", "even"]),
        (RawImage(bytes(99), 4, 5, PixelFormat.I420), "height", ["4×5", "even"]),
        (RawImage(bytes(99), 4, 4, PixelFormat.I420, 5), "stride", ["5 bytes", "even"]),
        (RawImage(bytes(23), 4, 4, PixelFormat.NV12), "data", ["23 bytes", "take 24"]),
        (RawImage(bytes(23), 4, 4, PixelFormat.I420), "data", ["23 bytes", "take 24"]),
    ],
)
def test_layouts_that_do_not_fit_are_explained(image: RawImage, field: str, numbers: list[str]):
    with pytest.raises(OcelliError) as caught:
        read(image)
    assert caught.value.reason is Reason.IMAGE_LAYOUT
    assert caught.value.field == f"image.raw.{field}"
    for number in numbers:
        assert number in caught.value.message


def test_empty_and_oversized_images():
    for image, reason in (
        (RawImage(b"", 4, 4, PixelFormat.RGB), Reason.IMAGE_EMPTY),
        (RawImage(b"x", 200, 200, PixelFormat.RGB), Reason.IMAGE_TOO_LARGE),
    ):
        with pytest.raises(OcelliError) as caught:
            read(image)
        assert caught.value.reason is reason
