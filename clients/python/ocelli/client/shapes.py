"""What some models tell of an object beside its box, drawn: pixels, keypoints, turned boxes."""

import numpy as np
import numpy.typing as npt

from ocelli.client.detection import Detection, Mask, MaskRuns, OrientedBox
from ocelli.client.lettering import Color
from ocelli.client.media import cv2

_MASK_OPACITY = 0.45
_MIN_POINT_SCORE = 0.3
_SUBPIXEL_BITS = 4
_FAR_PX = 1e6
"""Beyond every image, and within what OpenCV can draw."""


def draw_mask(pixels: npt.NDArray[np.uint8], mask: Mask, color: Color) -> None:
    """Tints the pixels of an object, in place."""
    inside = np.zeros(pixels.shape[:2], np.uint8)
    if isinstance(mask, MaskRuns):
        part = mask.pixels()[: max(0, pixels.shape[0] - mask.y_min)]
        part = part[:, : max(0, pixels.shape[1] - mask.x_min)]
        rows, columns = part.shape
        inside[mask.y_min : mask.y_min + rows, mask.x_min : mask.x_min + columns] = part
    else:
        outlines = [_fixed(outline) for outline in mask.polygons if len(outline)]
        cv2.fillPoly(inside, outlines, (1,), cv2.LINE_8, _SUBPIXEL_BITS)
    chosen = inside.astype(np.bool_)
    tinted = pixels[chosen] * (1 - _MASK_OPACITY) + np.array(color) * _MASK_OPACITY
    pixels[chosen] = tinted.astype(np.uint8)


def draw_keypoints(
    pixels: npt.NDArray[np.uint8], found: Detection, color: Color, radius_px: int
) -> None:
    """Marks the points of an object that the model is somewhat sure of, in place."""
    for point in found.keypoints:
        if point.score is not None and point.score < _MIN_POINT_SCORE:
            continue
        x, y = _fixed(np.array((point.x, point.y), np.float32)).tolist()
        for shade, reach_px in (((0, 0, 0), radius_px + 1), (color, radius_px)):
            radius = reach_px << _SUBPIXEL_BITS
            cv2.circle(pixels, (x, y), radius, shade, -1, cv2.LINE_AA, _SUBPIXEL_BITS)


def draw_oriented(
    pixels: npt.NDArray[np.uint8], box: OrientedBox, color: Color, line_px: int
) -> None:
    """Draws a box at its angle, in place."""
    corners = cv2.boxPoints(((box.center_x, box.center_y), (box.width, box.height), box.angle))
    draw_quad(pixels, np.asarray(corners, np.float32), color, line_px)


def draw_quad(
    pixels: npt.NDArray[np.uint8],
    corners: npt.NDArray[np.float32],
    color: Color,
    line_px: int,
) -> None:
    """Draws the outline of four corners (4, 2), in place."""
    outline = _fixed(corners)
    for shade, width_px in (((0, 0, 0), line_px + 2), (color, line_px)):
        cv2.polylines(
            pixels,
            [outline],
            isClosed=True,
            color=shade,
            thickness=width_px,
            lineType=cv2.LINE_AA,
            shift=_SUBPIXEL_BITS,
        )


def _fixed(points: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """Points as OpenCV takes them: in fractions of a pixel, from the middle of the first one."""
    near = np.clip(np.nan_to_num(points) - 0.5, -_FAR_PX, _FAR_PX)
    return np.asarray(np.round(near * (1 << _SUBPIXEL_BITS)), np.int32)
