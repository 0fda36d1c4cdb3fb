"""Faces laid as a face embedder was trained to see them."""

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from ocelli.client import Keypoint
from ocelli.client.draw import Pixels
from ocelli.models.face_vectors import SIDE_PX, TEMPLATE_PX


def aligned(pixels: Pixels, points: Sequence[Keypoint]) -> Pixels:
    """Turns, scales and moves a face until its points lie nearest to those of the template.

    The least squares over similarities without a reflection (Umeyama, 1991), which for points of a
    plane are products and sums of complex numbers. Beyond the edge of the image its last pixels go
    on.

    Args:
        pixels: uint8 RGB, shape (H, W, 3).
        points: of a face, in pixels of the image; those that the template names are used.

    Returns:
        uint8 RGB, shape (150, 150, 3).
    """
    places = {point.name: complex(point.x, point.y) for point in points}
    names = [name for name in TEMPLATE_PX if name in places]
    seen = np.array([places[name] for name in names])
    wanted = np.array([complex(*TEMPLATE_PX[name]) for name in names])
    from_centre = seen - seen.mean()
    turn = np.vdot(from_centre, wanted - wanted.mean()) / np.vdot(from_centre, from_centre)
    shift = wanted.mean() - turn * seen.mean()
    matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    warped = cv2.warpAffine(pixels, matrix, (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def named(points: Sequence[Keypoint]) -> Mapping[str, Sequence[float]]:
    """Points as JSON: name → x and y."""
    return {point.name: [round(point.x, 1), round(point.y, 1)] for point in points}
