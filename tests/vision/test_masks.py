"""Masks as callers get them, against drawings."""

import cv2
import numpy as np
import pytest

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Placement
from ocelli.edge.vision.masks import Mask, mask_of, whole_maps


@pytest.mark.parametrize("first", [False, True])
def test_runs_alternate_from_outside(first: bool) -> None:
    inside = np.array([[first, True, True], [False, False, True]])
    lengths = Mask(5, 6, inside).runs().tolist()
    assert lengths == ([0, 3, 2, 1] if first else [1, 2, 2, 1])
    assert sum(lengths) == inside.size


def test_no_object_is_one_run() -> None:
    assert Mask(0, 0, np.zeros((2, 3), np.bool_)).runs().tolist() == [6]
    assert Mask(0, 0, np.ones((2, 3), np.bool_)).runs().tolist() == [0, 6]


def test_outlines_lie_on_the_edges_of_pixels_and_leave_holes_out() -> None:
    inside = np.zeros((60, 80), np.bool_)
    inside[10:50, 20:70] = True
    inside[20:30, 30:50] = False
    outlines = Mask(100, 200, inside).polygons()
    assert len(outlines) == 2
    drawn = np.zeros((60, 80), np.uint8)
    corners = [np.round((outline - (100, 200) - 0.5) * 16).astype(np.int32) for outline in outlines]
    cv2.fillPoly(drawn, corners, 1, shift=4)
    agree = (drawn.astype(bool) == inside).mean()
    assert agree > 0.97
    outer = max(outlines, key=lambda outline: np.ptp(outline[:, 0]))
    assert np.abs(outer.min(axis=0) - (120, 210)).max() <= 0.5
    assert np.abs(outer.max(axis=0) - (170, 250)).max() <= 0.5


@pytest.mark.parametrize("turned", [False, True])
def test_a_mask_reaches_the_edge_of_the_image_whatever_the_padding_says(turned: bool) -> None:
    # An image of 400×300 in the middle of 320×256; the map has a cell for 4×4 of these.
    width, height = (300, 400) if turned else (400, 300)
    placement = Placement(0.8, 0.8, 0, 8, Region(0, 0, width, height))
    if turned:  # stored on its side
        placement = placement.turned(np.array(((0.0, -1.0, 300.0), (1.0, 0.0, 0.0))))
    maps = np.full((1, 64, 80), -9.0, np.float32)
    maps[0, 2:62] = 1
    found = whole_maps(maps, np.array([0]), (320, 256))
    mask = mask_of(found, 0, np.array((0, 0, width, height), np.float32), placement)
    assert (mask.x_min, mask.y_min, mask.inside.shape) == (0, 0, (height, width))
    assert mask.inside.all()


def test_a_mask_lies_where_its_map_says() -> None:
    placement = Placement(0.8, 0.8, 0, 8, Region(0, 0, 400, 300))
    maps = np.full((1, 64, 80), -1.0, np.float32)
    maps[0, 12:22, 20:40] = 1  # 80 to 160, 48 to 88 of the input
    found = whole_maps(maps, np.array([0]), (320, 256))
    inside = mask_of(found, 0, np.array((0, 0, 400, 300), np.float32), placement).inside
    rows, columns = np.nonzero(inside)
    assert np.abs(np.array((columns.min(), columns.max() + 1)) - (100, 200)).max() <= 1
    assert np.abs(np.array((rows.min(), rows.max() + 1)) - (50, 100)).max() <= 1
