"""Tags: short texts on coloured ground, set beside boxes where they cover each other least."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ocelli.client.detection import Box
from ocelli.client.lettering import Color, Lettering

_DARK: Color = (24, 24, 24)
_LIGHT: Color = (255, 255, 255)


class _Spot(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    def overlaps(self, other: "_Spot") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


class Tags:
    """The tags of one image. Those added first have the better spots.

    Args:
        pixels: uint8 (H, W, 3), drawn into.
        lettering: how to write.
    """

    def __init__(self, pixels: npt.NDArray[np.uint8], lettering: Lettering) -> None:
        self._pixels = pixels
        self._lettering = lettering
        self._pad = max(2, lettering.size_px // 4)
        self._taken: list[_Spot] = []

    def add(self, box: Box, text: str, color: Color, *, light: bool) -> None:
        """Sets a tag beside a box, inside the image; leaves it out if the image is too small.

        Args:
            box: in pixels of the image.
            text: what to write.
            color: the ground, in the image's order of colours.
            light: the ground is light and asks for dark letters.
        """
        spot = self._choose(box, self._lettering.width(text))
        if spot is None:
            return
        self._taken.append(spot)
        x, y, width, height = spot
        self._pixels[y : y + height, x : x + width] = color
        letters = self._lettering
        baseline = y + (height - letters.ascent - letters.descent) // 2 + letters.ascent
        letters.write(self._pixels, text, x + self._pad, baseline, _DARK if light else _LIGHT)

    def _choose(self, box: Box, text_width: int) -> _Spot | None:
        rows, columns = self._pixels.shape[:2]
        width = text_width + 2 * self._pad
        height = self._lettering.ascent + self._lettering.descent + self._pad
        if width > columns or height > rows:
            return None
        left = min(max(0, round(box.x_min)), columns - width)
        right = min(max(0, round(box.x_max) - width), columns - width)
        top, bottom = round(box.y_min), round(box.y_max)
        spots = [
            _Spot(x, y, width, height)
            for y in (top - height, top, bottom, bottom - height)
            for x in (left, right)
            if 0 <= y <= rows - height
        ]
        if not spots:
            return _Spot(left, min(max(0, top), rows - height), width, height)
        free = (spot for spot in spots if not any(map(spot.overlaps, self._taken)))
        return next(free, spots[0])
