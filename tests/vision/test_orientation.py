"""Turning images upright, and rectangles with them."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.orientation import to_stored, to_upright, turn_upright

Stored = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_stored_pixels_turn_upright(orientation: int, stored: Stored):
    upright = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert np.array_equal(turn_upright(stored(upright, orientation), orientation), upright)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_region_names_the_same_pixels_stored_and_upright(orientation: int, stored: Stored):
    upright = np.arange(50 * 70, dtype=np.uint16).reshape(50, 70)
    image = stored(upright, orientation)
    height, width = image.shape
    region = Region(10, 20, 33, 47)
    there = to_stored(region, orientation, width, height)
    crop = image[int(there.y_min) : int(there.y_max), int(there.x_min) : int(there.x_max)]
    assert np.array_equal(np.sort(crop.ravel()), np.sort(upright[20:47, 10:33].ravel()))
    assert to_upright(there, orientation, width, height) == region


def test_upright_pixels_are_not_copied():
    image = np.zeros((4, 4, 3), np.uint8)
    assert turn_upright(image, 1) is image
