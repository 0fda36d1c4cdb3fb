"""Pixels of lines of text: out of an image, level, of one height, and in the order of reading."""

import cv2
import numpy as np
from numpy.typing import NDArray

_GREY = 127
_ROW_SHARE = 0.5
"""Lines whose middles are nearer than this part of their height stand in one row."""


def cut(
    pixels: NDArray[np.uint8], quad: NDArray[np.float32], height: int, max_width: int
) -> NDArray[np.uint8]:
    """A line of text, level.

    Args:
        pixels: uint8 [H, W, 3].
        quad: float32 [4, 2], its corners in `pixels`, clockwise from the top left as it is read.
        height: of the line that is wanted, in pixels.
        max_width: longer lines are squeezed to so many pixels.

    Returns:
        uint8 [height, width, 3] of the line's own proportions, in the colours of `pixels`.
    """
    along = max(1.0, float(np.hypot(*(quad[1] - quad[0]))))
    across = max(1.0, float(np.hypot(*(quad[3] - quad[0]))))
    width = min(max(1, round(height * along / across)), max_width)
    # Large letters are cut out as they are and then averaged, as sampling would alias them.
    shrinks = across > 1.5 * height
    wide, high = (round(along), round(across)) if shrinks else (width, height)
    target = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), np.float32)
    transform = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    # Pixel centres lie half a pixel inside.
    half = np.array(((1, 0, 0.5), (0, 1, 0.5), (0, 0, 1)))
    level = cv2.warpPerspective(
        pixels,
        np.linalg.inv(half) @ transform @ half,
        (wide, high),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if shrinks:
        level = cv2.resize(level, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(level, np.uint8)


def on_head(quad: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same corners, of a line that is read from the other end."""
    return np.roll(quad, 2, axis=0)


def padded(line: NDArray[np.uint8], step: int) -> NDArray[np.uint8]:
    """A line [1, H, W, 3] with grey to its right, as wide as a multiple of `step`."""
    width = -(-line.shape[1] // step) * step
    tensor = np.full((1, line.shape[0], width, 3), _GREY, np.uint8)
    tensor[0, :, : line.shape[1]] = line
    return tensor


def beginning(line: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """The first `width` pixels of a line as [1, H, width, 3], grey where it is shorter."""
    return padded(line[:, :width], width)


def reading_order(quads: NDArray[np.float32]) -> list[int]:
    """The places of quads [K, 4, 2] from top to bottom, and from left to right within a row."""
    middles = quads.mean(axis=1)
    heights = np.hypot(*(quads[:, 3] - quads[:, 0]).T)
    rows: list[list[int]] = []
    for place in np.argsort(middles[:, 1], kind="stable").tolist():
        first = rows[-1][0] if rows else place
        near = _ROW_SHARE * min(heights[place], heights[first])
        if rows and middles[place, 1] - middles[first, 1] < near:
            rows[-1].append(place)
        else:
            rows.append([place])
    return [place for row in rows for place in sorted(row, key=lambda at: middles[at, 0])]
