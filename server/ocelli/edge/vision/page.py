"""Images made to fit models that take any size: no larger than a box, in whole steps."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_STEP_PX = 32


@dataclass(frozen=True, slots=True)
class Page:
    """An image as a model of any size sees it.

    Attributes:
        tensor: uint8 [1, height, width, 3]; both sides are multiples of 32.
        scale: float32 [2], pixels of the image for one of `tensor`, along x and y.
    """

    tensor: NDArray[np.uint8]
    scale: NDArray[np.float32]


def page(pixels: NDArray[np.uint8], max_width: int, max_height: int) -> Page:
    """Fits uint8 [H, W, 3] into a box, never magnified but to whole steps.

    The proportions change by less than half a step.
    """
    height, width = pixels.shape[:2]
    share = min(1.0, max_width / width, max_height / height)
    size = (_whole(share * width, max_width), _whole(share * height, max_height))
    shrinks = size[0] < width or size[1] < height
    fitted = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    scale = np.array((width / size[0], height / size[1]), np.float32)
    return Page(np.ascontiguousarray(fitted, np.uint8)[None], scale)


def _whole(side: float, most: int) -> int:
    limit = max(_STEP_PX, most // _STEP_PX * _STEP_PX)
    return min(limit, max(_STEP_PX, round(side / _STEP_PX) * _STEP_PX))
