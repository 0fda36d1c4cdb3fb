"""What is drawn of masks, keypoints and oriented boxes."""

import numpy as np
import numpy.typing as npt
import pytest

from ocelli.client import (
    Box,
    Detection,
    Keypoint,
    Mask,
    MaskPolygons,
    MaskRuns,
    OrientedBox,
    draw,
)
from ocelli.client.shapes import draw_keypoints, draw_mask, draw_oriented

COLOR = (240, 80, 10)
FAR = 3e9
RUNS = MaskRuns(x_min=4, y_min=2, width=6, height=3, lengths=(0, 4, 2, 4, 2, 4, 2))
WIDE = Box(0, 0, 40, 30)


def _plain(width: int = 40, height: int = 30) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), 100, np.uint8)


def _changed(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return np.asarray((pixels != 100).any(axis=2))


def _outline(*corners: tuple[float, float]) -> npt.NDArray[np.float32]:
    return np.array(corners, np.float32)


def _with_points(*points: Keypoint) -> Detection:
    return Detection(WIDE, 0.5, "cat", 0, keypoints=points)


def test_runs_tint_exactly_their_pixels() -> None:
    pixels = _plain()
    draw_mask(pixels, RUNS, COLOR)
    wanted = np.zeros((30, 40), np.bool_)
    wanted[2:5, 4:8] = True
    assert (_changed(pixels) == wanted).all()
    assert pixels[2, 4].tolist() == [163, 91, 59]


def test_outlines_tint_the_same_pixels_as_runs() -> None:
    """The corners are as the server tells them: a quarter of a pixel within the edges."""
    runs, polygons = _plain(), _plain()
    draw_mask(runs, RUNS, COLOR)
    corners = _outline((4.25, 2.25), (4.25, 4.75), (7.75, 4.75), (7.75, 2.25))
    draw_mask(polygons, MaskPolygons((corners,)), COLOR)
    assert (runs == polygons).all()


def test_an_outline_within_another_is_a_hole() -> None:
    pixels = _plain()
    outer = _outline((2, 2), (30, 2), (30, 25), (2, 25))
    inner = _outline((10, 8), (20, 8), (20, 18), (10, 18))
    draw_mask(pixels, MaskPolygons((outer, inner)), COLOR)
    changed = _changed(pixels)
    assert changed[5, 5]
    assert changed[20, 25]
    assert not changed[10:16, 12:18].any()
    assert not changed[27, 35]


@pytest.mark.parametrize(
    ("mask", "count"),
    [
        (MaskRuns(x_min=38, y_min=28, width=4, height=4, lengths=(0, 16)), 4),
        (MaskRuns(x_min=50, y_min=50, width=4, height=4, lengths=(0, 16)), 0),
        (MaskRuns(x_min=0, y_min=0, width=0, height=0, lengths=()), 0),
        (MaskPolygons((_outline((-FAR, -FAR), (FAR, -FAR), (FAR, FAR), (-FAR, FAR)),)), 40 * 30),
        (MaskPolygons((np.zeros((0, 2), np.float32),)), 0),
        (MaskPolygons(()), 0),
    ],
)
def test_what_lies_beyond_the_image_is_left_out(mask: Mask, count: int) -> None:
    pixels = _plain()
    draw_mask(pixels, mask, COLOR)
    assert _changed(pixels).sum() == count


def test_points_are_marked_where_they_are_with_a_dark_rim() -> None:
    pixels = _plain()
    draw_keypoints(pixels, _with_points(Keypoint("nose", 10.5, 20.5, 0.9)), COLOR, 2)
    assert pixels[20, 10].tolist() == list(COLOR)
    assert pixels[20, 13].max() < 100
    rows, columns = np.nonzero(_changed(pixels))
    assert (rows.mean(), columns.mean()) == (20, 10)


def test_points_that_the_model_is_unsure_of_are_left_out() -> None:
    pixels = _plain()
    unsure = Keypoint("left", 10, 10, 0.1)
    far = (Keypoint("far", FAR, 5), Keypoint("nowhere", float("nan"), float("nan"), 0.2))
    draw_keypoints(pixels, _with_points(unsure, *far), COLOR, 2)
    assert not _changed(pixels).any()
    draw_keypoints(pixels, _with_points(Keypoint("unscored", 10, 10)), COLOR, 2)
    assert _changed(pixels).any()


def test_a_box_is_turned_clockwise() -> None:
    pixels = _plain(100, 100)
    draw_oriented(pixels, OrientedBox(50, 50, 60, 20, 45), COLOR, 1)
    along = round(50 + 30 * 2**-0.5)
    assert _changed(pixels)[along - 2 : along + 3, along - 2 : along + 3].any()
    assert not _changed(pixels)[100 - along - 2 : 100 - along + 3, along - 2 : along + 3].any()
    assert not _changed(pixels)[48:52, 48:52].any()


@pytest.mark.parametrize("angle", [0, -180, 90, -90])
def test_the_sides_of_a_box_lie_on_its_edges(angle: float) -> None:
    pixels = _plain(100, 100)
    width, height = (60, 20) if angle in (0, -180) else (20, 60)
    draw_oriented(pixels, OrientedBox(50.5, 50.5, width, height, angle), COLOR, 1)
    colored = np.abs(pixels.astype(int) - COLOR).max(axis=2) < 60
    rows, columns = np.nonzero(colored)
    assert (columns.min(), columns.max()) == (20, 80)
    assert (rows.min(), rows.max()) == (40, 60)


def test_an_image_shows_all_that_a_model_tells() -> None:
    box = Box(20, 20, 180, 130)
    turned = OrientedBox(100, 75, 100, 40, 30)
    mask = MaskRuns(x_min=60, y_min=50, width=20, height=20, lengths=(0, 400))
    points = (Keypoint("nose", 120.5, 80.5),)
    found = Detection(box, 0.5, "cat", 3, keypoints=points, mask=mask, oriented_box=turned)
    drawn = draw.annotate(_plain(200, 150), [found])
    color = draw.color_of(3)
    assert drawn[80, 120].tolist() == list(color)
    assert (drawn[60, 70] != 100).any()
    assert (drawn[130 - 1, 100] == 100).all(), "the turned box takes the place of the upright one"
    mirrored = draw.annotate(_plain(200, 150), [found], pixel_format="BGR")
    assert (mirrored[:, :, ::-1] == drawn).all()
