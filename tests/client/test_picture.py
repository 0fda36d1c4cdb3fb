"""Pictures in every form become the contract's message."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from ocelli.client import Box, PictureError
from ocelli.client.picture import blocks, picture
from ocelli.v1 import picture_pb2

PIXELS = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def test_a_file_is_sent_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"not looked at here")
    for source in (path, str(path)):
        assert picture(source).encoded == b"not looked at here"
        assert blocks(source)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_sent_as_they_are(kind: type) -> None:
    source = kind(b"\xff\xd8")
    assert picture(source).encoded == b"\xff\xd8"
    assert not blocks(source)


def test_an_array_is_rgb_and_loses_nothing() -> None:
    raw = picture(PIXELS).raw
    assert (raw.width, raw.height, raw.stride) == (6, 4, 0)
    assert raw.format == picture_pb2.PIXEL_FORMAT_RGB
    assert np.array_equal(np.frombuffer(raw.data, np.uint8).reshape(4, 6, 3), PIXELS)


def test_views_are_packed_row_by_row() -> None:
    view = PIXELS[::-1, 1:5, ::-1]
    raw = picture(view, pixel_format="BGR").raw
    assert raw.format == picture_pb2.PIXEL_FORMAT_BGR
    assert np.array_equal(np.frombuffer(raw.data, np.uint8).reshape(4, 4, 3), view)


@pytest.mark.parametrize("pixels", [PIXELS[:, :, 0], PIXELS[:, :, :1]])
def test_one_channel_is_gray(pixels: np.ndarray) -> None:
    raw = picture(pixels).raw
    assert raw.format == picture_pb2.PIXEL_FORMAT_GRAY
    assert (raw.width, raw.height, len(raw.data)) == (6, 4, 24)


def test_planar_video_states_the_height_of_the_picture() -> None:
    for name in ("NV12", "I420"):
        raw = picture(np.zeros((6, 8), np.uint8), pixel_format=name).raw
        assert (raw.width, raw.height, len(raw.data)) == (8, 4, 48)


def test_a_pil_image_is_sent_as_it_stands() -> None:
    image = PIL.Image.fromarray(PIXELS)
    assert picture(image) == picture(PIXELS)
    assert picture(image.convert("L")).raw.format == picture_pb2.PIXEL_FORMAT_GRAY
    with_alpha = image.convert("RGBA")
    assert picture(with_alpha) == picture(PIXELS)


@pytest.mark.parametrize("region", [Box(1, 2, 3, 4), (1, 2, 3, 4)])
def test_a_region_is_set(region: Box) -> None:
    packed = picture(b"x", region=region).region
    assert (packed.x_min, packed.y_min, packed.x_max, packed.y_max) == (1, 2, 3, 4)
    assert not picture(b"x").HasField("region")


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
    with pytest.raises(PictureError, match=says):
        picture(source, pixel_format=pixel_format)  # type: ignore[arg-type]  # wrong on purpose
