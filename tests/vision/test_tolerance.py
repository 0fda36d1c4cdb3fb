"""Damaged and cut files: refused, or used as far as they go with a warning."""

import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import (
    EncodedImage,
    ImageLimits,
    Region,
    Tolerance,
    WarningReason,
)
from ocelli.edge.vision.upright import UprightImage, decode_upright
from tests.vision.hostile import png, png_chunk, png_ihdr, saved
from tests.vision.preparing import LIMITS

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
# The decoders of the others give nothing of a cut file, or cannot do without its end.
SALVAGED = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


def decoded(
    data: bytes, tolerance: Tolerance | None = Tolerance.LENIENT, limits: ImageLimits = LIMITS
) -> UprightImage:
    return decode_upright(EncodedImage(data, tolerance=tolerance), limits)


def refusal(data: bytes, tolerance: Tolerance | None, limits: ImageLimits = LIMITS) -> str:
    with pytest.raises(OcelliError) as caught:
        decoded(data, tolerance, limits)
    assert caught.value.reason is Reason.IMAGE_CORRUPT
    assert caught.value.field == "image.encoded"
    return caught.value.message


def warning(image: UprightImage) -> str:
    (found,) = image.warnings
    assert found.reason is WarningReason.DAMAGED
    assert "\n" not in found.message
    return found.message


def cuts(data: bytes) -> dict[str, bytes]:
    return {
        "the last 5 %": data[: len(data) * 95 // 100],
        "the last third": data[: len(data) * 2 // 3],
        "40 bytes": data[:-40],
        "the end marker": data[:-2],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_file_is_decoded_without_warning(kind: str, cat: Pixels, encode: Encode):
    data = encode(cat, kind)
    lenient, strict = decoded(data), decoded(data, Tolerance.STRICT)
    assert np.array_equal(lenient.pixels, strict.pixels)
    assert lenient.warnings == strict.warnings == ()


@pytest.mark.parametrize("kind", SALVAGED)
@pytest.mark.parametrize("what", cuts(b""))
def test_what_is_left_of_a_cut_file_is_used(kind: str, what: str, cat: Pixels, encode: Encode):
    data = saved(cat, "GIF", interlace=0) if kind == "GIF" else encode(cat, kind)
    whole, cut = decoded(data), cuts(data)[what]
    assert "tolerance LENIENT" in refusal(cut, Tolerance.STRICT)
    found = decoded(cut)
    assert "cut off" in warning(found) or "rows" in warning(found)
    # Rows come from the top, but in a BMP.
    rows = slice(-150, None) if kind == "BMP" else slice(0, 150)
    assert np.abs(found.pixels[rows].astype(int) - whole.pixels[rows]).mean() < 3


def test_the_orientation_of_a_cut_file_is_applied(cat: Pixels, encode: Encode):
    for kind in ("JPEG", "PNG"):
        found = decoded(encode(cat, kind, 6)[:-40])
        assert (found.width, found.height) == (300, 451)


def test_a_png_says_how_many_rows_there_are(cat: Pixels, encode: Encode):
    data = encode(cat, "PNG")
    assert "% of its rows" in warning(decoded(data[: len(data) // 2]))
    found = decoded(data[: len(data) // 2]).pixels
    assert np.array_equal(found[:100], cat[:100])
    assert not found[-50:].any()


@pytest.mark.parametrize("interlace", [0, 1])
def test_an_interlaced_png_is_salvaged_too(interlace: int, cat: Pixels):
    # Pillow does not write these: the pixels of Adam7's passes, each an image of its own.
    starts = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
    starts = [*starts, (0, 1, 1, 2)] if interlace else [(0, 0, 1, 1)]
    raw = b"".join(
        b"".join(b"\0" + row.tobytes() for row in cat[y::down, x::across])
        for x, y, across, down in starts
    )
    data = png(png_ihdr(451, 300, interlace=interlace), png_chunk(b"IDAT", zlib.compress(raw)))
    assert np.array_equal(decoded(data).pixels, cat)
    found = decoded(data[: len(data) * 3 // 4])
    assert "% of its rows" in warning(found)
    assert (found.pixels == cat).mean() > 0.6


def test_damage_in_the_middle(cat: Pixels, encode: Encode):
    for kind, place in (("JPEG", 0.5), ("PNG", 0.5)):
        data = bytearray(encode(cat, kind))
        at = int(len(data) * place)
        data[at : at + 4] = b"\xff\xc4\0\2"
        message = refusal(bytes(data), Tolerance.STRICT)
        assert "damaged" in message or "checksum" in message
        found = decoded(bytes(data))
        assert warning(found)
        assert np.abs(found.pixels[:60].astype(int) - cat[:60]).mean() < 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_which_nothing_can_be_used_is_refused(kind: str, cat: Pixels, encode: Encode):
    data = encode(cat, kind)
    with pytest.raises(OcelliError) as caught:
        decoded(data[:24])
    assert caught.value.reason in {Reason.IMAGE_CORRUPT, Reason.IMAGE_FORMAT_UNKNOWN}


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_tiffs_are_salvaged_if_their_directory_and_rows_are_there(compression: str, cat: Pixels):
    data = saved(cat, "TIFF", compression=compression)
    found = decoded(data + b"more")
    assert np.array_equal(found.pixels, cat)
    if compression == "raw":
        found = decoded(data[:-9000])
        assert "cut off" in warning(found)
        assert np.array_equal(found.pixels[:290], cat[:290])


def test_next_to_nothing_is_not_blown_up(cat: Pixels):
    """A header of a few bytes must not make megabytes of black."""
    data = saved(np.tile(cat, (8, 8, 1)), "BMP")
    assert "cut off" in refusal(data[:60], Tolerance.LENIENT)


def test_the_servers_setting_stands_in_for_the_request(cat: Pixels, encode: Encode):
    cut = encode(cat, "JPEG")[:-40]
    lenient = replace(LIMITS, tolerance=Tolerance.LENIENT)
    assert decoded(cut, None, lenient).warnings
    refusal(cut, Tolerance.STRICT, lenient)
    refusal(cut, None)
    assert decoded(cut, Tolerance.LENIENT).warnings


def test_a_crop_keeps_the_warning(cat: Pixels, encode: Encode):
    found = decoded(encode(cat, "JPEG")[:-40])
    assert found.crop(Region(10, 10, 50, 50)).warnings == found.warnings


@pytest.mark.parametrize("kind", KINDS)
def test_the_limits_hold_for_damaged_files(kind: str, cat: Pixels, encode: Encode):
    small = replace(LIMITS, max_pixels=1000)
    with pytest.raises(OcelliError) as caught:
        decoded(encode(cat, kind)[:-2], Tolerance.LENIENT, small)
    assert caught.value.reason in {Reason.IMAGE_TOO_LARGE, Reason.IMAGE_CORRUPT}
