"""Masks as callers get them, against drawings."""

import cv2
import numpy as np
import pytest

from ocelli.edge.vision.masks import Mask


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
