"""Rectangles at an angle.

Overlap is measured as Ultralytics does for its oriented detectors: by the Hellinger distance of the
Gaussians that have the rectangles' covariances ("probabilistic IoU", Llerena et al., 2021).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.letterbox import Placement

_TINY = 1e-7
_SKEWED = 1e-3


def corners(oriented: NDArray[np.float32]) -> NDArray[np.float64]:
    """The corners [K, 4, 2] of rectangles [K, 5]: centre x, centre y, width, height, radians."""
    center = oriented[:, None, :2].astype(np.float64)
    angle = oriented[:, 4].astype(np.float64)
    along = np.stack((np.cos(angle), np.sin(angle)), axis=1) * oriented[:, 2:3] / 2
    across = np.stack((-np.sin(angle), np.cos(angle)), axis=1) * oriented[:, 3:4] / 2
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    found: NDArray[np.float64] = center + np.stack(
        [x * along + y * across for x, y in signs], axis=1
    )
    return found


def upright_boxes(oriented: NDArray[np.float32]) -> NDArray[np.float32]:
    """The boxes [K, 4] around rectangles [K, 5]."""
    points = corners(oriented)
    return np.concatenate((points.min(axis=1), points.max(axis=1)), axis=1).astype(np.float32)


def to_source(oriented: NDArray[np.float32], placement: Placement) -> NDArray[np.float32]:
    """Rectangles [K, 5] of the model's input in the upright image, with degrees for radians.

    Not clipped. Degrees are at least -180 and below 180. Where the image was stretched, which makes
    a rectangle at an angle something else, it is the smallest one around it.
    """
    points = placement.points_to_source(corners(oriented))
    along, across = points[:, 1] - points[:, 0], points[:, 3] - points[:, 0]
    widths, heights = np.hypot(*along.T), np.hypot(*across.T)
    found = np.column_stack(
        (points.mean(axis=1), widths, heights, np.degrees(np.arctan2(along[:, 1], along[:, 0])))
    )
    skewed = np.abs((along * across).sum(axis=1)) > _SKEWED * widths * heights
    for index in np.flatnonzero(skewed):
        center, size, angle = cv2.minAreaRect(points[index].astype(np.float32))
        found[index] = (*center, *size, angle)
    found[:, 4] = (found[:, 4] + 180) % 360 - 180
    return found.astype(np.float32)


def suppress(
    oriented: NDArray[np.float32],
    scores: NDArray[np.float32],
    classes: NDArray[np.int32],
    iou_threshold: float,
    max_candidates: int,
) -> NDArray[np.intp]:
    """Indices of the rectangles that stay, best score first: greedy, class by class."""
    order = np.argsort(-scores, kind="stable")[:max_candidates]
    ordered, kinds = oriented[order].astype(np.float64), classes[order]
    kept: list[int] = []
    left = np.ones(order.size, np.bool_)
    for index in range(order.size):
        if not left[index]:
            continue
        kept.append(index)
        later = np.flatnonzero(left[index + 1 :] & (kinds[index + 1 :] == kinds[index])) + index + 1
        left[later[_overlap(ordered[index], ordered[later]) > iou_threshold]] = False
    return order[np.array(kept, np.intp)]


def _overlap(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    a1, b1, c1 = _covariance(one[None])
    a2, b2, c2 = _covariance(others)
    a, b, c = a1 + a2, b1 + b2, c1 + c2
    x, y = others[:, 0] - one[0], others[:, 1] - one[1]
    determinant = a * b - c * c
    near = (a * y * y + b * x * x - 2 * c * x * y) / (determinant + _TINY) / 4
    sizes = np.clip((a1 * b1 - c1 * c1) * (a2 * b2 - c2 * c2), 0, None)
    spread = np.log(determinant / (4 * np.sqrt(sizes) + _TINY) + _TINY) / 2
    distance = np.clip(near + spread, _TINY, 100)
    found: NDArray[np.float64] = 1 - np.sqrt(1 - np.exp(-distance) + _TINY)
    return found


def _covariance(
    oriented: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    wide, high = oriented[:, 2] ** 2 / 12, oriented[:, 3] ** 2 / 12
    cos, sin = np.cos(oriented[:, 4]), np.sin(oriented[:, 4])
    return (
        wide * cos * cos + high * sin * sin,
        wide * sin * sin + high * cos * cos,
        (wide - high) * cos * sin,
    )
