"""AVIF: orientation, sequences, and files that state one image and hold another."""

import struct
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.formats.av1 import read_sample
from ocelli.edge.vision.formats.avif import bare
from ocelli.edge.vision.formats.heif_items import read_meta
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import EncodedImage
from ocelli.edge.vision.upright import decode_upright
from tests.vision.hostile import avif_of_frames, box, saved
from tests.vision.preparing import LIMITS

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]


def refusal(data: bytes):
    with pytest.raises(OcelliError) as caught:
        decode_upright(EncodedImage(data), LIMITS)
    return caught.value


@pytest.fixture(scope="module")
def still(cat: Pixels) -> bytes:
    return saved(cat, "AVIF", speed=10, quality=90)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_and_mirrors_are_applied(
    orientation: int,
    cat: Pixels,
    encode: Encode,
    stored: Callable[[Pixels, int], Pixels],
):
    data = encode(stored(cat, orientation), "AVIF", orientation)
    upright = decode_upright(EncodedImage(data), LIMITS).pixels
    assert np.abs(upright.astype(int) - cat).mean() < 2


def test_an_exif_block_is_not_read(cat: Pixels):
    exif = Image.Exif()
    exif[270], exif[274] = "a cat", 6
    data = saved(cat, "AVIF", speed=10, quality=90, exif=exif)
    assert b"Exif" in {item.kind for item in read_meta(data).items.values()}
    assert {item.kind for item in read_meta(bare(data)).items.values()} == {b"av01", b"free"}
    assert len(bare(data)) == len(data)
    # Its property turns the image, whatever the EXIF block says of it.
    assert read_header(data, LIMITS).orientation == 6
    assert decode_upright(EncodedImage(data), LIMITS).pixels.shape == (451, 300, 3)
    assert read_header(data.replace(b"irot", b"free"), LIMITS).orientation == 1


@pytest.mark.parametrize("size", [(16, 16), (451, 300), (1, 1), (1000, 3)])
@pytest.mark.parametrize("quality", [50, 100])
def test_the_coded_size_is_read(size: tuple[int, int], quality: int):
    data = saved(np.zeros((size[1], size[0], 3), np.uint8), "AVIF", speed=10, quality=quality)
    meta = read_meta(data)
    ((_, at, length),) = meta.items[meta.primary].extents
    pixels, frames = read_sample(data[at : at + length])
    assert pixels == size[0] * size[1]
    assert frames == 1


def test_the_still_of_a_sequence_is_used(cat: Pixels):
    frames = [Image.fromarray(frame) for frame in (cat, cat[::-1].copy(), cat)]
    buffer = BytesIO()
    frames[0].save(buffer, "AVIF", save_all=True, append_images=frames[1:], speed=10, quality=90)
    data = buffer.getvalue()
    assert data[8:12] == b"avis"
    assert read_header(data, LIMITS).frames == 1
    found = decode_upright(EncodedImage(data), LIMITS).pixels
    assert np.abs(found.astype(int) - cat).mean() < 4


def test_heic_is_refused_by_name(still: bytes):
    for brand in (b"heic", b"heix", b"hevc", b"mif1"):
        data = box(b"ftyp", brand, bytes(4), b"mif1heic") + bytes(100)
        error = refusal(data)
        assert error.reason is Reason.IMAGE_FORMAT_UNKNOWN
        assert "looks like HEIC" in error.message


def test_images_that_are_not_av1_are_refused(still: bytes):
    error = refusal(still.replace(b"av01", b"hvc1"))
    assert error.reason is Reason.IMAGE_FORMAT_UNKNOWN
    assert "hvc1" in error.message


def test_a_coded_image_larger_than_stated_is_refused(cat: Pixels):
    data = bytearray(saved(np.zeros((2000, 2000, 3), np.uint8), "AVIF", speed=10))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 10, 10)
    error = refusal(bytes(data))
    assert error.reason is Reason.IMAGE_CORRUPT
    assert "more pixels than its header states" in error.message


def test_a_stated_size_over_the_limits_is_refused(still: bytes):
    data = bytearray(still)
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 16_000, 16_000)
    assert refusal(bytes(data)).reason is Reason.IMAGE_TOO_LARGE


def test_frames_that_are_not_shown_are_refused():
    assert "several frames" in refusal(avif_of_frames(5)).message


def test_an_image_that_lies_elsewhere_is_refused(still: bytes):
    data = bytearray(still)
    at = data.index(struct.pack(">I", len(still) - still.index(b"mdat") - 4))
    data[at : at + 4] = struct.pack(">I", len(still) * 2)
    assert refusal(bytes(data)).reason is Reason.IMAGE_CORRUPT


def test_tables_are_bounded(still: bytes):
    start = still.index(b"meta") - 4
    meta_bytes = int.from_bytes(still[start : start + 4], "big")
    body = still[start + 8 : start + meta_bytes]
    for extra, reason in (
        (box(b"iref", bytes(70_000)), "iref"),
        (box(b"free") * 2000, "boxes"),
    ):
        data = still[:start] + box(b"meta", body, extra) + still[start + meta_bytes :]
        error = refusal(data)
        assert error.reason is Reason.IMAGE_CORRUPT
        assert reason in error.message
