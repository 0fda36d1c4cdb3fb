"""Lines cut out of images, padded and put in order."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision import text_lines
from ocelli.edge.vision.page import page


def quad(x: float, y: float, width: float, height: float) -> NDArray[np.float32]:
    return np.array(((x, y), (x + width, y), (x + width, y + height), (x, y + height)), np.float32)


@pytest.fixture
def gradient() -> NDArray[np.uint8]:
    """Red grows to the right, green downwards."""
    rows, columns = np.mgrid[0:200, 0:250]
    return np.stack((columns, rows, np.zeros_like(rows)), axis=2).astype(np.uint8)


def test_a_level_line_is_cut_as_it_is(gradient: NDArray[np.uint8]) -> None:
    line = text_lines.cut(gradient, quad(40, 60, 120, 48), 48, 2400)
    assert line.shape == (48, 120, 3)
    assert np.abs(line.astype(int) - gradient[60:108, 40:160]).max() <= 1


def test_large_lines_are_averaged_and_long_ones_squeezed(gradient: NDArray[np.uint8]) -> None:
    line = text_lines.cut(gradient, quad(20, 20, 200, 100), 48, 2400)
    assert line.shape == (48, 96, 3)
    assert int(line[24, 48, 0]) == pytest.approx(120, abs=3)
    assert text_lines.cut(gradient, quad(0, 0, 240, 10), 48, 300).shape == (48, 300, 3)


def test_a_line_that_runs_downwards_is_made_level(gradient: NDArray[np.uint8]) -> None:
    upright = quad(100, 20, 30, 150)
    line = text_lines.cut(gradient, np.roll(upright, -1, axis=0), 30, 2400)
    assert line.shape == (30, 150, 3)
    assert int(line[15, 140, 1]) > int(line[15, 10, 1]) + 100
    assert line[2, 75, 0] > line[27, 75, 0]


def test_a_line_on_its_head_has_its_corners_turned() -> None:
    turned = text_lines.on_head(quad(0, 0, 10, 4))
    assert turned.tolist() == [[10, 4], [0, 4], [0, 0], [10, 0]]


def test_lines_are_padded_to_few_widths() -> None:
    for width, wanted in ((1, 160), (160, 160), (321, 480), (640, 640)):
        tensor = text_lines.padded(np.zeros((48, width, 3), np.uint8), 160)
        assert tensor.shape == (1, 48, wanted, 3)
        assert (tensor[0, :, width:] == 127).all()
    start = text_lines.beginning(np.zeros((48, 500, 3), np.uint8), 192)
    assert start.shape == (1, 48, 192, 3)
    assert not start.any()


def test_lines_are_read_from_top_to_bottom_and_left_to_right() -> None:
    quads = np.stack(
        [quad(200, 12, 90, 20), quad(10, 60, 90, 20), quad(10, 10, 90, 20), quad(200, 55, 90, 20)]
    )
    assert text_lines.reading_order(quads) == [2, 0, 1, 3]
    assert text_lines.reading_order(np.empty((0, 4, 2), np.float32)) == []


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((2000, 1000), (960, 480)), ((100, 40), (96, 32)), ((1, 1), (32, 32)), ((5000, 3), (960, 32))],
)
def test_pages_are_whole_steps_within_the_box(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    cv2.circle(pixels, (size[0] // 2, size[1] // 2), 1, (255, 0, 0))
    fitted = page(pixels, 960, 960)
    assert fitted.tensor.shape == (1, wanted[1], wanted[0], 3)
    assert fitted.scale == pytest.approx((size[0] / wanted[0], size[1] / wanted[1]))
