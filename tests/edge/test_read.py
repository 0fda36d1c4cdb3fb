"""Reading, through a server with the installed models."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFont

from ocelli.client import DeadlineExceeded, OcelliError, connect_async
from tests import reading_models
from tests.edge.rendered import LINES, MARGIN_PX, pillows_font, pixels, right, sheet

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
FONTS = ("DejaVuSans.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSansMono.ttf")


@pytest.fixture(scope="module")
def reading(edge: Any, models_dir: Path) -> Iterator[Any]:
    with (
        edge.connect(timeout_s=60) as client,
        reading_models.loaded(client, models_dir, edge.models_dir) as model,
    ):
        yield model


@pytest.fixture
def client(edge: Any, reading: Any) -> Iterator[Any]:
    with edge.connect(timeout_s=60) as client:
        yield client


def test_a_model_says_that_it_reads(reading: Any) -> None:
    assert (reading.task, reading.adapter, reading.is_default) == ("read", "db", True)


def test_rendered_lines_are_read(client: Any) -> None:
    wanted = read = lines = 0
    small, large = (16, 28)
    found = [DEJAVU / name for name in FONTS if (DEJAVU / name).exists()]
    pages = [(pillows_font(small), False), (pillows_font(large), True)]
    for place, path in enumerate(found):
        size_px = (large, small, small)[place]
        pages.append((ImageFont.truetype(path, size_px), place == 1))
    for font, dark in pages:
        ink, paper = ((250, 240, 90), (30, 40, 70)) if dark else ((0, 0, 0), (255, 255, 255))
        result = client.read(pixels(sheet(font, LINES, ink=ink, paper=paper)))
        wanted += len("\n".join(LINES))
        read += right("\n".join(LINES), result.text)
        lines += len(LINES)
    print(f"{read} of {wanted} characters of {lines} lines: {read / wanted:.4f}")
    assert lines >= 36
    assert read / wanted >= 0.98


def test_a_turned_page_is_read(client: Any) -> None:
    page = sheet(pillows_font(28), LINES[:4])
    for degrees in (-8, 5, 12):
        turned = page.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
        found = {line.text for line in client.read(pixels(turned)).lines}
        assert sum(right(line, " ".join(found)) for line in LINES[:4]) >= 0.9 * sum(
            map(len, LINES[:4])
        )


def test_text_on_its_head_is_read_and_begins_at_its_right(client: Any) -> None:
    page = sheet(pillows_font(30), LINES[:1])
    (line,) = client.read(pixels(page.rotate(180))).lines
    assert line.text == LINES[0]
    (x0, y0), (x1, _), (_, y2), _ = line.corners
    assert x0 > x1
    assert y0 > y2


@pytest.mark.parametrize("degrees", [90, 270])
def test_lines_that_run_up_or_down_are_read(client: Any, degrees: int) -> None:
    page = sheet(pillows_font(26), LINES[:2]).rotate(degrees, expand=True)
    assert {line.text for line in client.read(pixels(page)).lines} == set(LINES[:2])


def test_the_corners_lie_around_the_line(client: Any) -> None:
    font = pillows_font(32)
    (line,) = client.read(pixels(sheet(font, LINES[2:3]))).lines
    left, top, right_px, bottom = font.getbbox(LINES[2])
    wanted = np.array(((left, top), (right_px, top), (right_px, bottom), (left, bottom)))
    assert np.abs(np.array(line.corners) - wanted - MARGIN_PX).max() < 14
    assert 0.9 < line.score <= 1


def test_an_image_without_text_has_no_lines(client: Any) -> None:
    result = client.read(np.full((200, 300, 3), 200, np.uint8))
    assert (result.lines, result.unread_lines, result.width, result.height) == ((), 0, 300, 200)
    assert result.timings.inference_us > 0
    assert client.read(np.zeros((1, 1, 3), np.uint8)).lines == ()


def test_a_region_alone_is_read_in_coordinates_of_the_whole(client: Any) -> None:
    page = sheet(pillows_font(30), LINES[:3])
    step = 57
    top = MARGIN_PX + step - 8
    result = client.read(pixels(page), region=(0, top, page.width, top + step))
    assert [line.text for line in result.lines] == [LINES[1]]
    assert top < result.lines[0].corners[0][1] < top + step
    assert (result.width, result.height) == page.size


def test_a_photo_is_read_upright(client: Any) -> None:
    page = sheet(pillows_font(30), LINES[:2])
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = io.BytesIO()
    page.rotate(90, expand=True).save(stored, "JPEG", quality=95, exif=exif)
    result = client.read(stored.getvalue())
    assert (result.width, result.height) == page.size
    assert result.text == "\n".join(LINES[:2])
    assert result.lines[0].corners[0][0] < result.lines[0].corners[1][0]


def test_grey_pixels_and_a_threshold(client: Any) -> None:
    grey = np.asarray(sheet(pillows_font(30), LINES[:2]).convert("L"))
    assert client.read(grey, pixel_format="GRAY").text == "\n".join(LINES[:2])
    assert client.read(grey, pixel_format="GRAY", score_threshold=1.0).lines == ()


def test_no_more_lines_are_read_than_asked_for(client: Any) -> None:
    page = pixels(sheet(pillows_font(24)))
    result = client.read(page, max_lines=5)
    assert (len(result.lines), result.unread_lines) == (5, len(LINES) - 5)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"max_lines": 1001}, "options.max_lines"),
        ({"score_threshold": 2}, "options.score_threshold"),
    ],
)
def test_options_out_of_range_are_refused(
    client: Any, options: dict[str, float], field: str
) -> None:
    with pytest.raises(OcelliError) as failed:
        client.read(np.zeros((8, 8, 3), np.uint8), **options)
    assert failed.value.reason == "INVALID_FIELD"
    assert failed.value.field_violations[0].field == field


def test_what_cannot_be_read_is_refused(client: Any) -> None:
    whole = io.BytesIO()
    sheet(pillows_font(30), LINES[:2]).save(whole, "JPEG")
    for image, reason in (
        (whole.getvalue()[: len(whole.getvalue()) // 2], "IMAGE_CORRUPT"),
        (b"no image", "IMAGE_FORMAT_UNKNOWN"),
    ):
        with pytest.raises(OcelliError) as failed:
            client.read(image)
        assert failed.value.reason == reason
    with pytest.raises(OcelliError) as failed:
        client.read(np.zeros((8, 8, 3), np.uint8), model="nanodet_coco80")
    assert failed.value.reason == "MODEL_WRONG_TASK"
    with pytest.raises(OcelliError) as failed:
        client.read(np.zeros((8, 8, 3), np.uint8), model="text_recogniser")
    assert failed.value.reason == "MODEL_REFUSED"


def test_a_deadline_ends_a_page(client: Any) -> None:
    page = pixels(sheet(pillows_font(40)))
    with pytest.raises(OcelliError) as failed:
        client.read(page, timeout_s=0.05)
    assert isinstance(failed.value, DeadlineExceeded)
    assert len(client.read(page).lines) == len(LINES)


async def test_the_asyncio_client_reads_the_same(edge: Any, reading: Any) -> None:
    page = pixels(sheet(pillows_font(30), LINES[:2]))
    async with connect_async(edge.address, timeout_s=60) as client:
        assert (await client.read(page)).text == "\n".join(LINES[:2])


def test_readiness_tells_of_the_service(client: Any) -> None:
    assert client.health("ocelli.v1.ReadService").name == "SERVING"
