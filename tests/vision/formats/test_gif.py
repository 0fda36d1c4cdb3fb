"""GIF: where the first image lies, its colours, and the bounds of its blocks."""

import struct
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import EncodedImage
from ocelli.edge.vision.upright import decode_upright
from tests.vision.hostile import gif, saved, sub_blocks
from tests.vision.preparing import LIMITS

Pixels = NDArray[np.uint8]

RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9)
COLORS = bytes([*RED, *GREEN, *BLUE, *GREY])


def decoded(data: bytes) -> Pixels:
    return decode_upright(EncodedImage(data), LIMITS).pixels


def refusal(data: bytes):
    with pytest.raises(OcelliError) as caught:
        decode_upright(EncodedImage(data), LIMITS)
    return caught.value


def codes(indices: list[int]) -> bytes:
    """Codes of three bits, with the table cleared before it would grow to need four."""
    values = [4]
    for number, index in enumerate(indices):
        values += [index, 4] if number % 2 else [index]
    bits = [value >> bit & 1 for value in (*values, 5) for bit in range(3)]
    packed = (bits[at : at + 8] for at in range(0, len(bits), 8))
    return sub_blocks(bytes(sum(bit << i for i, bit in enumerate(byte)) for byte in packed))


def placed(
    screen: tuple[int, int],
    place: tuple[int, int, int, int],
    indices: list[int],
    *,
    own_colors: bytes = b"",
    extension: bytes = b"",
) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", *screen, 0x81, 0, 0) + COLORS + extension
    image = b"," + struct.pack("<HHHHB", *place, 0x81 if own_colors else 0) + own_colors
    return head + image + b"\2" + codes(indices) + b";"


def test_an_image_smaller_than_the_screen_lies_on_black():
    pixels = decoded(placed((6, 5), (2, 1, 3, 2), [0, 1, 2, 3, 2, 1]))
    assert pixels.shape == (5, 6, 3)
    assert pixels[1:3, 2:5].tolist() == [[[*RED], [*GREEN], [*BLUE]], [[*GREY], [*BLUE], [*GREEN]]]
    pixels[1:3, 2:5] = 0
    assert not pixels.any()


def test_an_image_that_passes_the_screen_widens_it():
    header = read_header(placed((6, 5), (4, 1, 3, 2), [2] * 6), LIMITS)
    assert (header.width, header.height) == (7, 5)
    assert decoded(placed((0, 0), (0, 0, 3, 2), [2] * 6)).shape == (2, 3, 3)
    huge = placed((6, 5), (16_384, 0, 1, 1), [2])
    assert refusal(huge).reason is Reason.IMAGE_TOO_LARGE


def test_an_image_may_have_colours_of_its_own():
    own = bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    pixels = decoded(placed((2, 1), (0, 0, 2, 1), [0, 3], own_colors=own))
    assert pixels.tolist() == [[[1, 2, 3], [10, 11, 12]]]


def test_colours_show_below_transparency():
    transparent = b"\x21\xf9\x04" + bytes([1, 0, 0, 2]) + b"\0"
    pixels = decoded(placed((2, 1), (0, 0, 2, 1), [2, 1], extension=transparent))
    assert pixels.tolist() == [[[*BLUE], [*GREEN]]]


@pytest.mark.parametrize("interlace", [0, 1])
def test_interlaced_or_not(interlace: int, cat: Pixels):
    data = saved(cat, "GIF", interlace=interlace)
    reference = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert np.array_equal(decoded(data), reference)


def test_frames_are_counted_and_limited(cat: Pixels):
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2" + codes([0])
    data = gif(1, 1, codes([0]), code_bits=2, more=frame * 80)
    error = refusal(data)
    assert error.reason is Reason.IMAGE_TOO_LARGE
    assert "81 frames" in error.message
    assert read_header(data, replace(LIMITS, max_frames=81)).frames == 81


def test_a_file_without_an_image_or_without_colours():
    screen = b"GIF89a" + struct.pack("<HHBBB", 2, 1, 0, 0, 0)
    assert "no image" in refusal(screen + b";").message
    image = b"," + struct.pack("<HHHHB", 0, 0, 2, 1, 0) + b"\2" + codes([0, 1]) + b";"
    assert "no colours" in refusal(screen + image).message
    assert "version" in refusal(b"GIF80a" + bytes(30)).message


def test_too_few_pixels_are_damage():
    error = refusal(placed((6, 5), (0, 0, 6, 5), [1, 2]))
    assert error.reason is Reason.IMAGE_CORRUPT
