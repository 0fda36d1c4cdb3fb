"""What cameras pad their JPEGs with is no damage, and hides none."""

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import EncodedImage
from ocelli.edge.vision.jpeg_padding import without_padding
from ocelli.edge.vision.upright import UprightImage, decode_upright
from tests.vision.preparing import LIMITS

Pixels = NDArray[np.uint8]
Encode = Callable[..., bytes]

RESTART = re.compile(rb"\xff[\xd0-\xd7]")
SAMPLINGS = {
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
}


def frame(image: Pixels, interval: int, sampling: str = "4:2:2") -> bytes:
    options = [
        cv2.IMWRITE_JPEG_RST_INTERVAL,
        interval,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        SAMPLINGS[sampling],
    ]
    return cv2.imencode(".jpg", image[:, :, ::-1], options)[1].tobytes()


def padded(data: bytes, count: Callable[[int], int]) -> bytes:
    """The file with `count(n)` zeros before its nth restart marker."""
    numbers = iter(range(1 << 20))
    scan = data.rindex(b"\xff\xda")
    return data[:scan] + RESTART.sub(
        lambda marker: bytes(count(next(numbers))) + marker[0], data[scan:]
    )


def decoded(data: bytes) -> UprightImage:
    return decode_upright(EncodedImage(data), LIMITS)


def grey(cat: Pixels) -> Pixels:
    """Without chroma most intervals end with bits of zero, as do those of dull scenes."""
    return np.repeat(cat[:, :, 1:2], 3, axis=2)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("interval", [1, 4, 29, 57])
@pytest.mark.parametrize("pattern", ["every third", "all", "of all lengths"])
def test_zeros_before_restart_markers(sampling: str, interval: int, pattern: str, cat: Pixels):
    count = {
        "every third": lambda n: 0 if n % 3 else 3,
        "all": lambda _: 1,
        "of all lengths": lambda n: n % 17,
    }[pattern]
    for image in (cat, grey(cat), np.full_like(cat, 128)):
        data = frame(image, interval, sampling)
        webcam = padded(data, count)
        assert len(webcam) > len(data)
        found = decoded(webcam)
        assert np.array_equal(found.pixels, decoded(data).pixels)
        assert found.warnings == ()


def test_the_decoder_itself_would_refuse_them(cat: Pixels):
    with pytest.raises(ValueError, match="extraneous"):
        simplejpeg.decode_jpeg(padded(frame(cat, 4), lambda _: 3))


def test_a_grey_jpeg(cat: Pixels):
    options = [cv2.IMWRITE_JPEG_RST_INTERVAL, 8]
    data = cv2.imencode(".jpg", cat[:, :, 0], options)[1].tobytes()
    found = decoded(padded(data, lambda n: 0 if n % 3 else 3))
    assert np.array_equal(found.pixels, decoded(data).pixels)


def test_intervals_that_end_in_zeros_keep_them(cat: Pixels):
    """Some of the zeros before these markers are code: taking them all would damage the image."""
    data = frame(grey(cat), 3)
    scan = data.rindex(b"\xff\xda")
    assert re.search(rb"\0\xff[\xd0-\xd7]", data[scan:])
    assert without_padding(padded(data, lambda n: 3 * (n % 2))) == data


@pytest.mark.parametrize("count", [1, 16])
def test_zeros_between_the_segments_of_the_header(count: int, cat: Pixels, encode: Encode):
    data = encode(cat, "JPEG", 6)
    for marker in (b"\xff\xdb", b"\xff\xc0", b"\xff\xc4", b"\xff\xda"):
        at = data.index(marker)
        found = decoded(data[:at] + bytes(count) + data[at:])
        assert np.array_equal(found.pixels, decoded(data).pixels)


@pytest.mark.parametrize("padding", [b"\0" * 17, b"\0\0\1"])
def test_more_or_other_bytes_are_damage(padding: bytes, cat: Pixels):
    data = frame(cat, 4)
    at = RESTART.search(data, data.rindex(b"\xff\xda")).start()
    with pytest.raises(OcelliError, match="damaged") as caught:
        decoded(data[:at] + padding + data[at:])
    assert caught.value.reason is Reason.IMAGE_CORRUPT
    at = data.index(b"\xff\xdb")
    with pytest.raises(OcelliError):
        decoded(data[:at] + bytes(17) + data[at:])


def test_padding_hides_no_damage(cat: Pixels):
    webcam = padded(frame(cat, 4), lambda n: 0 if n % 3 else 3)
    marks = [found.start() for found in RESTART.finditer(webcam, webcam.rindex(b"\xff\xda"))]
    for at in (marks[1] - 20, marks[-2] - 20):
        for damage in (b"\xff\xc4\0\2", b"\xff\xd9"):
            with pytest.raises(OcelliError, match="damaged"):
                decoded(webcam[:at] + damage + webcam[at + len(damage) :])


def test_the_work_on_padding_is_bounded(cat: Pixels):
    # A marker after every block, all padded: more intervals than any camera's frame has.
    webcam = padded(frame(np.tile(cat, (3, 3, 1)), 1, "4:4:4"), lambda _: 1)
    assert len(RESTART.findall(webcam)) > 4096
    with pytest.raises(OcelliError, match="damaged"):
        decoded(webcam)
