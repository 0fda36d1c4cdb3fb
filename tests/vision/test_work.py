"""No file costs much more than its pixels and bytes do, nor writes to the server's stderr."""

import random
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import EncodedImage, Tolerance
from ocelli.edge.vision.upright import decode_upright
from tests.vision.hostile import honest_files, hostile_files, png_with_surplus, saved
from tests.vision.preparing import LIMITS, cost_in_loop_steps

pytestmark = pytest.mark.system

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

# A thirtieth of the largest: two seconds there are 65 ms here, which some 3 million steps take.
WIDTH, HEIGHT, FILE_BYTES = 1471, 1472, 1_000_000
MOST_STEPS = 6_000_000
FILES = honest_files(WIDTH, HEIGHT) | hostile_files(WIDTH, HEIGHT, FILE_BYTES)


def decode(data: bytes, tolerance: Tolerance = Tolerance.STRICT) -> str:
    """What comes of it: nothing but a domain error is raised."""
    try:
        decode_upright(EncodedImage(data, tolerance=tolerance), LIMITS)
    except OcelliError as error:
        return error.reason.value
    return ""


@pytest.mark.parametrize("name", FILES)
def test_the_work_is_bounded(name: str):
    data = FILES[name]()
    for tolerance in Tolerance:
        work = partial(decode, data, tolerance)
        assert any(cost_in_loop_steps(work) < MOST_STEPS for _ in range(2))


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_written_to_stderr(name: str, capfd: pytest.CaptureFixture[str]):
    data = FILES[name]()
    for tolerance in Tolerance:
        decode(data, tolerance)
    assert capfd.readouterr().err == ""


def damaged_files(cat: Pixels) -> Iterator[bytes]:
    chance = random.Random(7)  # noqa: S311  # repeatable
    image = np.ascontiguousarray(cat[:90, :120])
    variants: list[tuple[str, dict[str, object]]] = [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("AVIF", {"speed": 10}),
        ("GIF", {}),
        ("BMP", {}),
        *(("TIFF", {"compression": f"{name}"}) for name in ("raw", "tiff_lzw", "jpeg", "packbits")),
        ("TIFF", {"compression": "tiff_deflate"}),
    ]
    for kind, options in variants:
        whole = saved(image, kind, **options)
        for _ in range(40):
            data = bytearray(whole[: chance.choice((len(whole), chance.randrange(len(whole))))])
            for _ in range(chance.choice((0, 1, 2, 20)) if data else 0):
                data[chance.randrange(len(data))] = chance.randrange(256)
            yield bytes(data)


def test_damaged_files_write_nothing_to_stderr(cat: Pixels, capfd: pytest.CaptureFixture[str]):
    reasons = {decode(data, tolerance) for data in damaged_files(cat) for tolerance in Tolerance}
    assert capfd.readouterr().err == ""
    assert {"", "IMAGE_CORRUPT"} <= reasons


def test_what_follows_the_rows_of_a_png_is_ignored():
    image = decode_upright(EncodedImage(png_with_surplus(10, 10, 100_000)), LIMITS)
    assert image.pixels.shape == (10, 10, 3)
    assert not image.pixels.any()


@pytest.mark.parametrize("name", ["JPEG of 32 scans", "TIFF in CIELab strips", "JPEG, arithmetic"])
def test_what_is_refused_is_refused_before_anything_is_decoded(name: str):
    data = hostile_files(8056, 8064, 0)[name]()
    assert cost_in_loop_steps(lambda: decode(data)) < MOST_STEPS
    assert decode(data) in {"IMAGE_CORRUPT", "IMAGE_FORMAT_UNKNOWN"}


class _GoneError(Exception):
    pass


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF"])
def test_work_ends_when_nobody_waits_any_more(kind: str, cat: Pixels, encode: Encode):
    def gone() -> None:
        raise _GoneError

    with pytest.raises(_GoneError):
        decode_upright(EncodedImage(encode(cat, kind)), LIMITS, check_active=gone)


def test_a_deadline_is_looked_at_while_a_png_is_inflated(cat: Pixels, encode: Encode):
    left = 6

    def check() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise OcelliError(Reason.DEADLINE_EXCEEDED, "the deadline passed")

    large = encode(np.tile(cat, (4, 4, 1)), "PNG")
    with pytest.raises(OcelliError, match="deadline"):
        decode_upright(EncodedImage(large), LIMITS, check_active=check)
