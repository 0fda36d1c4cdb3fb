"""Decoding: every kind of pixel, scaled JPEGs, damage."""

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.decode import decode
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import ColorOrder
from tests.vision.preparing import LIMITS

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]


def pixels(data: bytes, color: ColorOrder = ColorOrder.RGB, max_shrink: float = 1.0):
    decoded = decode(data, read_header(data, LIMITS), color, max_shrink=max_shrink)
    assert not decoded.damage
    return decoded.pixels, decoded.shrink


def saved(image: Image.Image, kind: str, **options: object):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


MODES = {
    "JPEG": ["L", "RGB", "CMYK", "YCbCr"],
    "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
    "WEBP": ["L", "LA", "P", "RGB", "RGBA"],
    "AVIF": ["L", "LA", "P", "RGB", "RGBA"],
    "GIF": ["1", "L", "LA", "P", "RGB", "RGBA"],
    "BMP": ["1", "L", "P", "RGB", "RGBA"],
    "TIFF": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"],
}


@pytest.mark.parametrize(
    ("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes]
)
def test_every_kind_of_pixel_becomes_three_channels(kind: str, mode: str, cat: Pixels):
    if mode == "I;16":
        image = Image.fromarray(cat[:, :, 0].astype(np.uint16) * 257)
    else:
        image = Image.fromarray(cat).convert(mode)
    image, shrink = pixels(saved(image, kind))
    assert (image.shape, image.dtype, shrink) == ((300, 451, 3), np.uint8, 1)
    # Lossy, dithered and grey as it may be, it is still this photograph.
    expected = cat.mean(axis=2) if mode in {"1", "L", "LA"} else cat[:, :, 0].astype(float)
    found = image[:, :, 0].astype(float)
    size = (45, 30)
    small = cv2.resize(found, size, interpolation=cv2.INTER_AREA)
    reference = cv2.resize(expected, size, interpolation=cv2.INTER_AREA)
    assert np.abs(small - reference).mean() < 12


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
def test_both_channel_orders(kind: str, cat: Pixels, encode: Encode):
    data = encode(cat, kind)
    rgb, _ = pixels(data, ColorOrder.RGB)
    bgr, _ = pixels(data, ColorOrder.BGR)
    assert np.array_equal(rgb, bgr[:, :, ::-1])
    assert np.abs(rgb.astype(int) - cat).mean() < (8 if kind == "GIF" else 2)


@pytest.mark.parametrize(
    ("max_shrink", "shrink"), [(0.3, 1), (1.9, 1), (2.0, 2), (3.9, 2), (4.2, 4), (8.0, 8), (99, 8)]
)
def test_jpegs_shrink_by_powers_of_two(max_shrink: float, shrink: int, large_jpeg: bytes):
    image, found = pixels(large_jpeg, max_shrink=max_shrink)
    assert found == shrink
    assert image.shape == (-(-1200 // shrink), -(-1804 // shrink), 3)
    full, _ = pixels(large_jpeg)
    reference = cv2.resize(full, image.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(image.astype(int) - reference).mean() < 3


@pytest.mark.parametrize("options", [{"progressive": True}, {"subsampling": 2}, {"quality": 20}])
def test_jpeg_varieties(options: dict[str, Any], cat: Pixels):
    for image in (Image.fromarray(cat), Image.fromarray(cat).convert("L")):
        assert pixels(saved(image, "JPEG", **options), max_shrink=2)[0].shape == (150, 226, 3)


def test_tiled_tiffs_keep_their_stored_orientation(cat: Pixels):
    buffer = io.BytesIO()
    tags = [(274, 3, 1, 6, True)]
    tifffile.imwrite(buffer, cat, photometric="rgb", tile=(64, 64), extratags=tags)
    assert np.array_equal(pixels(buffer.getvalue())[0], cat)


def test_damage_in_the_middle_of_a_jpeg_is_refused(cat: Pixels, encode: Encode):
    data = encode(cat, "JPEG")
    middle = len(data) // 2
    for damage in (b"\xff\xd3", b"\xff\xd9", b"\xff\xc4\0\2"):
        damaged = data[:middle] + damage + data[middle + len(damage) :]
        with pytest.raises(OcelliError, match="damaged") as caught:
            pixels(damaged)
        assert caught.value.reason is Reason.IMAGE_CORRUPT


def test_padding_before_the_end_of_a_jpeg_is_not_damage(cat: Pixels, encode: Encode):
    data = encode(cat, "JPEG")
    padded = data[:-2] + bytes(8) + data[-2:]
    assert np.array_equal(pixels(padded)[0], pixels(data)[0])


def test_a_png_with_a_wrong_checksum_is_refused_silently(
    cat: Pixels, encode: Encode, capfd: pytest.CaptureFixture[str]
):
    data = bytearray(encode(cat, "PNG"))
    data[9000] ^= 0x55
    with pytest.raises(OcelliError, match="checksum"):
        pixels(bytes(data))
    assert capfd.readouterr().err == ""


def test_a_png_with_a_bad_profile_is_read_silently(cat: Pixels, capfd: pytest.CaptureFixture[str]):
    data = saved(Image.fromarray(cat), "PNG", icc_profile=b"no profile at all")
    assert np.array_equal(pixels(data)[0], cat)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF"])
def test_the_first_of_several_frames_is_used(kind: str, cat: Pixels):
    frames = [Image.fromarray(frame) for frame in (cat, cat[::-1].copy())]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert read_header(data, LIMITS).frames == 2
    reference = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert np.array_equal(pixels(data)[0], reference)
