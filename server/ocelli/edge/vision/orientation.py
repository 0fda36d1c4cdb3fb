"""Turning images upright, and rectangles back.

Source: CIPA DC-008 ("Exif"), tag 274: 1 is upright; 2 to 4 are mirrored left-right, turned by 180°,
mirrored top-bottom; 5 to 8 have rows and columns exchanged.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region

_MIRROR_X = frozenset({2, 3, 7, 8})
_MIRROR_Y = frozenset({3, 4, 6, 7})
_TURNS = {
    3: cv2.ROTATE_180,
    6: cv2.ROTATE_90_CLOCKWISE,
    8: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_FLIPS = {2: 1, 4: 0}


def turn_upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The upright image of stored pixels [H, W, 3] or [H, W].

    Returns `pixels` itself for orientation 1, else a new array, [W, H, …] for orientations 5 to 8.
    """
    if orientation == 1:
        return pixels
    if orientation in _FLIPS:
        return np.asarray(cv2.flip(pixels, _FLIPS[orientation]), np.uint8)
    if orientation in _TURNS:
        return np.asarray(cv2.rotate(pixels, _TURNS[orientation]), np.uint8)
    turned = cv2.transpose(pixels)
    return np.asarray(turned if orientation == 5 else cv2.flip(turned, -1), np.uint8)


def to_stored(region: Region, orientation: int, width: float, height: float) -> Region:
    """The rectangle in stored pixels that shows as `region` in the upright image.

    `width` and `height` are those of the stored image, in pixels.
    """
    x_min, y_min, x_max, y_max = region.x_min, region.y_min, region.x_max, region.y_max
    if orientation >= 5:
        x_min, y_min, x_max, y_max = y_min, x_min, y_max, x_max
    if orientation in _MIRROR_X:
        x_min, x_max = width - x_max, width - x_min
    if orientation in _MIRROR_Y:
        y_min, y_max = height - y_max, height - y_min
    return Region(x_min, y_min, x_max, y_max)


def to_upright(region: Region, orientation: int, width: float, height: float) -> Region:
    """The rectangle in upright pixels that is stored as `region`: the inverse of `to_stored`.

    `width` and `height` are those of the stored image, in pixels.
    """
    x_min, y_min, x_max, y_max = region.x_min, region.y_min, region.x_max, region.y_max
    if orientation in _MIRROR_X:
        x_min, x_max = width - x_max, width - x_min
    if orientation in _MIRROR_Y:
        y_min, y_max = height - y_max, height - y_min
    if orientation >= 5:
        x_min, y_min, x_max, y_max = y_min, x_min, y_max, x_max
    return Region(x_min, y_min, x_max, y_max)


def upright_map(orientation: int, width: float, height: float) -> NDArray[np.float64]:
    """The affine map [2, 3] from points of the stored image to those of the upright one.

    `width` and `height` are those of the stored image, in pixels.
    """
    found = np.array(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    if orientation in _MIRROR_X:
        found[0] = (-1.0, 0.0, width)
    if orientation in _MIRROR_Y:
        found[1] = (0.0, -1.0, height)
    return found[::-1].copy() if orientation >= 5 else found
