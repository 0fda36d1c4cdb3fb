"""Altered copies of a photo in which a face is looked for again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np

from ocelli.client import Box, Detection, SearchedRegion
from ocelli.client.draw import Pixels

FaceT = TypeVar("FaceT", Detection, SearchedRegion)

_BRIGHTNESS = 0.45
_CUT_SHARE = 0.04
_JPEG_QUALITY = 50


@dataclass(frozen=True)
class Copy:
    """An altered photo, and where its points went."""

    how: str
    pixels: Pixels
    """uint8 RGB, shape (H, W, 3)."""
    mirrored: bool = False
    cut_px: int = 0
    """From each side."""

    def find(self, box: Box, faces: Sequence[FaceT]) -> FaceT | None:
        """The face of this copy that covers the centre of a box of the photo, if there is one."""
        x, y = (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2
        x = self.pixels.shape[1] - x if self.mirrored else x - self.cut_px
        y -= self.cut_px
        covering = [
            face
            for face in faces
            if face.box.x_min < x < face.box.x_max and face.box.y_min < y < face.box.y_max
        ]
        return max(covering, key=lambda face: face.score, default=None)


def copies(pixels: Pixels) -> Iterator[Copy]:
    """A photo mirrored, darker, and cut on all sides and saved as a poor JPEG.

    Args:
        pixels: uint8 RGB, shape (H, W, 3).
    """
    yield Copy("mirrored", np.ascontiguousarray(pixels[:, ::-1]), mirrored=True)
    yield Copy("darker", (pixels * _BRIGHTNESS).astype(np.uint8))
    cut_px = round(min(pixels.shape[:2]) * _CUT_SHARE)
    inner = np.ascontiguousarray(pixels[cut_px:-cut_px, cut_px:-cut_px, ::-1])
    quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    poor = cv2.imdecode(cv2.imencode(".jpg", inner, quality)[1], cv2.IMREAD_COLOR)
    yield Copy("cut", np.ascontiguousarray(np.asarray(poor, np.uint8)[..., ::-1]), cut_px=cut_px)
