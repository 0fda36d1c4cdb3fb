"""The guard in front of the decoders: what it reads and what it refuses."""

import struct
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import EncodedImage, ImageLimits
from ocelli.edge.vision.letterbox import InputSpec
from tests.vision.preparing import LIMITS, cost_in_loop_steps, prepare

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

SPEC = InputSpec(32, 32)
KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")


def refusal(data: bytes, limits: ImageLimits = LIMITS):
    with pytest.raises(OcelliError) as caught:
        read_header(data, limits)
    return caught.value


def outcome(data: bytes) -> str:
    """The reason of the domain error that the image raises, if any; others pass through."""
    try:
        prepare(EncodedImage(data), SPEC)
    except OcelliError as error:
        return error.reason.value
    return "IMAGE_PREPARED"


def chunk(kind: bytes, body: bytes):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *chunks: bytes):
    ihdr = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", ihdr), *chunks, chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_size_and_format_are_read_from_content(kind: str, cat: Pixels, encode: Encode):
    header = read_header(encode(cat, kind), LIMITS)
    assert header.format.upper() == kind
    assert (header.width, header.height, header.frames) == (451, 300, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_read(kind: str, orientation: int, cat: Pixels, encode: Encode):
    header = read_header(encode(cat, kind, orientation), LIMITS)
    assert header.orientation == orientation
    upright = (300, 451) if orientation >= 5 else (451, 300)
    assert (header.upright_width, header.upright_height) == upright


def test_no_bytes():
    assert refusal(b"").reason is Reason.IMAGE_EMPTY


def test_a_huge_png_is_refused_before_anything_is_allocated():
    rows = zlib.compress(bytes(12000 * 1501), 9)
    data = png(12000, 12000, chunk(b"IDAT", rows))
    assert len(data) < 50_000
    tracemalloc.start()
    error = refusal(data)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.reason is Reason.IMAGE_TOO_LARGE
    assert "12000×12000" in error.message
    assert peak_bytes < 1_000_000


def test_cameras_of_64_megapixels_are_accepted():
    assert read_header(png(9248, 6936), LIMITS).width == 9248


def test_a_side_and_the_frames_are_limited():
    assert refusal(png(20_000, 1)).reason is Reason.IMAGE_TOO_LARGE
    animated = png(8, 8, chunk(b"acTL", struct.pack(">II", 300, 0)))
    error = refusal(animated)
    assert error.reason is Reason.IMAGE_TOO_LARGE
    assert "300 frames" in error.message
    assert read_header(animated, replace(LIMITS, max_frames=300)).frames == 300


def test_bytes_after_the_end_are_ignored(cat: Pixels, encode: Encode):
    for kind in KINDS:
        prepare(EncodedImage(encode(cat, kind) + b"camera's own data"), SPEC)


@pytest.mark.parametrize("kind", KINDS)
def test_every_truncation_is_refused(kind: str, cat: Pixels, encode: Encode):
    image = np.ascontiguousarray(cat[:24, :20])
    data = encode(image, kind, 6)
    prepare(EncodedImage(data), SPEC)
    for length in range(len(data)):
        with pytest.raises(OcelliError) as caught:
            prepare(EncodedImage(data[:length]), SPEC)
        assert caught.value.reason in {
            Reason.IMAGE_EMPTY,
            Reason.IMAGE_FORMAT_UNKNOWN,
            Reason.IMAGE_CORRUPT,
        }


HOSTILE = {
    "a JPEG of empty segments": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 2_000_000,
    "a JPEG of segments of length 0": b"\xff\xd8" + b"\xff\xe0\x00\x00" * 2_000_000,
    "a JPEG of fill bytes": b"\xff\xd8" + b"\xff" * 8_000_000,
    "a JPEG of standalone markers": b"\xff\xd8" + b"\xff\xd0" * 4_000_000,
    "a PNG of empty chunks": png(8, 8)[:33] + chunk(b"teXt", b"") * 600_000,
    "a WebP of empty chunks": b"RIFF" + struct.pack("<I", 8_000_004) + b"WEBP" + bytes(8_000_000),
    "a TIFF whose directory is its own successor": b"II*\0\x08\0\0\0\x02\0"
    + struct.pack("<HHIHxx", 256, 3, 1, 8)
    + struct.pack("<HHIHxx", 257, 3, 1, 8)
    + struct.pack("<I", 8),
    "a BigTIFF with 2^63 entries": b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1 << 63),
    "a BigTIFF that starts at 2^63": b"II+\0\x08\0\0\0" + struct.pack("<Q", 1 << 63) + bytes(64),
    "a BMP of the smallest height": b"BM"
    + bytes(12)
    + struct.pack("<IiiHHI", 40, 8, -(1 << 31), 1, 24, 0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_headers_cost_little(name: str):
    assert cost_in_loop_steps(lambda: refusal(HOSTILE[name])) < 40_000_000
    error = refusal(HOSTILE[name])
    assert error.reason in {Reason.IMAGE_CORRUPT, Reason.IMAGE_TOO_LARGE}


def test_a_jpeg_of_many_scans_is_refused(cat: Pixels):
    buffer = BytesIO()
    Image.fromarray(cat).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    assert read_header(data, LIMITS).width == 451
    last = data.rindex(b"\xff\xda")
    assert "scans" in refusal(data[:-2] + data[last:-2] * 40 + data[-2:]).message


SIGNATURES = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"II+\0"]


@settings(max_examples=300, deadline=500)
@given(st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_random_bytes_only_ever_raise_domain_errors(signature: bytes, rest: bytes):
    assert outcome(signature + rest).startswith("IMAGE_")


@settings(max_examples=60, deadline=2000)
@given(st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_images_only_ever_raise_domain_errors(
    kind: str, cat: Pixels, encode: Encode, data: st.DataObject
):
    damaged = bytearray(encode(np.ascontiguousarray(cat[:24, :20]), kind, 6))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(damaged)).startswith("IMAGE_")
