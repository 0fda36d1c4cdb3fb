"""Images in every form become the contract's message."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from ocelli.client import Box, ImageError, InvalidRequest
from ocelli.client.image import blocks, pack_image, pack_input
from ocelli.v1 import image_pb2

PIXELS = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def test_a_file_is_sent_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"not looked at here")
    for source in (path, str(path)):
        assert pack_image(source).encoded == b"not looked at here"
        assert blocks(source)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_sent_as_they_are(kind: type) -> None:
    source = kind(b"\xff\xd8")
    assert pack_image(source).encoded == b"\xff\xd8"
    assert not blocks(source)


def test_an_array_is_rgb_and_loses_nothing() -> None:
    raw = pack_image(PIXELS).raw
    assert (raw.width, raw.height, raw.stride) == (6, 4, 0)
    assert raw.format == image_pb2.PIXEL_FORMAT_RGB
    assert np.array_equal(np.frombuffer(raw.data, np.uint8).reshape(4, 6, 3), PIXELS)


def test_views_are_packed_row_by_row() -> None:
    view = PIXELS[::-1, 1:5, ::-1]
    raw = pack_image(view, pixel_format="BGR").raw
    assert raw.format == image_pb2.PIXEL_FORMAT_BGR
    assert np.array_equal(np.frombuffer(raw.data, np.uint8).reshape(4, 4, 3), view)


@pytest.mark.parametrize("pixels", [PIXELS[:, :, 0], PIXELS[:, :, :1]])
def test_one_channel_is_gray(pixels: np.ndarray) -> None:
    raw = pack_image(pixels).raw
    assert raw.format == image_pb2.PIXEL_FORMAT_GRAY
    assert (raw.width, raw.height, len(raw.data)) == (6, 4, 24)


def test_planar_video_states_the_height_of_the_image() -> None:
    for name in ("NV12", "I420"):
        raw = pack_image(np.zeros((6, 8), np.uint8), pixel_format=name).raw
        assert (raw.width, raw.height, len(raw.data)) == (8, 4, 48)


def test_a_pil_image_is_sent_as_it_stands() -> None:
    source = PIL.Image.fromarray(PIXELS)
    assert pack_image(source) == pack_image(PIXELS)
    assert pack_image(source.convert("L")).raw.format == image_pb2.PIXEL_FORMAT_GRAY
    with_alpha = source.convert("RGBA")
    assert pack_image(with_alpha) == pack_image(PIXELS)


@pytest.mark.parametrize("region", [Box(1, 2, 3, 4), (1, 2, 3, 4)])
def test_a_region_is_set(region: Box) -> None:
    packed = pack_image(b"x", region=region).region
    assert (packed.x_min, packed.y_min, packed.x_max, packed.y_max) == (1, 2, 3, 4)
    assert not pack_image(b"x").HasField("region")


@pytest.mark.parametrize(
    ("source", "pixel_format", "says"),
    [
        (PIXELS.astype(np.float32) / 255, None, "float32.*uint8"),
        (np.zeros((4, 6, 4), np.uint8), None, r"\(4, 6, 4\) is not RGB.*alpha"),
        (PIXELS, "GRAY", r"\(4, 6, 3\) is not GRAY"),
        (PIXELS[:, :, 0], "BGR", r"\(4, 6\) is not BGR"),
        (PIXELS, "HSV", "none of RGB"),
        (7, None, "type int"),
        ("/no/such/file.jpg", None, "cannot read /no/such/file.jpg: No such file"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_was_expected(
    source: object, pixel_format: str | None, says: str
) -> None:
    with pytest.raises(ImageError, match=says):
        pack_image(source, pixel_format=pixel_format)  # type: ignore[arg-type]  # wrong on purpose


def test_a_tolerance_is_set_if_it_is_given() -> None:
    assert pack_image(b"x").tolerance == image_pb2.TOLERANCE_UNSPECIFIED
    for source in (b"x", PIXELS):
        assert pack_image(source, tolerance="lenient").tolerance == image_pb2.TOLERANCE_LENIENT
    with pytest.raises(InvalidRequest, match="tolerance is 'mild'; expected one of strict"):
        pack_image(b"x", tolerance="mild")  # type: ignore[arg-type]  # wrong on purpose


def test_an_input_is_an_image_or_a_text() -> None:
    packed, text = pack_input(b"x", None, region=(1, 2, 3, 4))
    assert packed is not None
    assert (packed.encoded, packed.region.x_max, text) == (b"x", 3, None)
    assert pack_input(None, "a cat") == (None, "a cat")
    assert not blocks(None)
    for source, both_or_neither in ((b"x", "a cat"), (None, None)):
        with pytest.raises(InvalidRequest, match="exactly one of image, text"):
            pack_input(source, both_or_neither)
