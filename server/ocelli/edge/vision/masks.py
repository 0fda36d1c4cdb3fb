"""Which pixels belong to an object: from what models give to what callers are told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Placement

# Callers draw outlines; a corner that moves one by less than a pixel only costs bytes.
_OUTLINE_TOLERANCE_PX = 0.7
_MAX_CORNERS = 2000


@dataclass(frozen=True, slots=True)
class MaskMaps:
    """Maps of where the objects of one image are, over the whole of the model's input.

    Attributes:
        at: gives the map of one of them: float32 [h, w], of any size, above 0 where it is. It is
            asked only for those that a caller gets.
        input_width: of the model's input, in pixels.
        input_height: likewise.
    """

    at: Callable[[int], NDArray[np.float32]]
    input_width: int
    input_height: int


def whole_maps(
    maps: NDArray[Any],
    kept: NDArray[np.intp],
    input_size: tuple[int, int],
    *,
    threshold: float = 0.0,
) -> MaskMaps:
    """Masks that come as maps of the whole input, one for each object.

    Args:
        maps: [objects, h, w], above `threshold` where the object is.
        kept: the objects that are candidates.
        input_size: width and height of the model's input, in pixels.
        threshold: where an object begins.
    """

    def at(index: int) -> NDArray[np.float32]:
        return np.asarray(maps[kept[index]], np.float32) - np.float32(threshold)

    return MaskMaps(at, *input_size)


@dataclass(frozen=True, slots=True)
class Mask:
    """The pixels of one object.

    Attributes:
        x_min: left edge of `inside`, in whole pixels of the upright image.
        y_min: its top edge.
        inside: bool [height, width]; true where the object is.
    """

    x_min: int
    y_min: int
    inside: NDArray[np.bool_]

    def runs(self) -> NDArray[np.int64]:
        """Lengths of runs, row by row, alternating; the first counts pixels outside the object."""
        flat = self.inside.reshape(-1)
        changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
        lengths = np.diff(np.concatenate(([0], changes, [flat.size])))
        return np.concatenate(([0], lengths)) if flat.size and flat[0] else lengths

    def polygons(self) -> list[NDArray[np.float32]]:
        """Outlines, each float32 [corners, 2] in pixels of the upright image, holes among them."""
        # Drawn at twice the size an outline through the outer pixels lies on their edges.
        rows = np.repeat(np.repeat(self.inside.astype(np.uint8), 2, axis=0), 2, axis=1)
        outlines, _ = cv2.findContours(rows, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        found = []
        for outline in outlines:
            corners = cv2.approxPolyDP(outline, 2 * _OUTLINE_TOLERANCE_PX, closed=True)[:, 0]
            if 3 <= len(corners) <= _MAX_CORNERS:
                found.append(((corners + 0.5) / 2 + (self.x_min, self.y_min)).astype(np.float32))
        return found


def mask_of(maps: MaskMaps, index: int, box: NDArray[np.float32], placement: Placement) -> Mask:
    """The mask of an object within its box.

    Args:
        maps: of all objects of the image.
        index: which object.
        box: float32 [4], x_min, y_min, x_max, y_max in pixels of the upright image.
        placement: where the image lies in the model's input.
    """
    x_min, y_min = (int(np.floor(value)) for value in box[:2])
    x_max, y_max = (int(np.ceil(value)) for value in box[2:])
    width, height = max(1, x_max - x_min), max(1, y_max - y_min)
    positive = maps.at(index)
    rows, columns = positive.shape
    per_pixel = np.array((columns / maps.input_width, rows / maps.input_height))
    affine = placement.from_source() * per_pixel[:, None]
    # Cells whose centre lies in the padding say nothing of the pixels at the image's edge.
    first, end = _cells_within(affine, placement.bounds, (columns, rows))
    # Pixel (i, j) of the mask has its centre at (x_min + i + ½, y_min + j + ½) of the image.
    affine[:, 2] += affine[:, :2] @ (x_min + 0.5, y_min + 0.5) - 0.5 - first
    values = cv2.warpAffine(
        np.ascontiguousarray(positive[first[1] : end[1], first[0] : end[0]], np.float32),
        affine,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Mask(x_min, y_min, np.asarray(values > 0))


def _cells_within(
    affine: NDArray[np.float64], bounds: Region, size: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The columns and rows of a map whose centres lie in the image: first, and beyond the last.

    Args:
        affine: from the upright image to cells of the map.
        bounds: of the image.
        size: columns and rows of the map.
    """
    corners = np.array(((bounds.x_min, bounds.y_min), (bounds.x_max, bounds.y_max)))
    placed = corners @ affine[:, :2].T + affine[:, 2]
    first = np.clip(np.ceil(placed.min(axis=0) - 0.5), 0, np.subtract(size, 1)).astype(np.int64)
    end = np.clip(np.floor(placed.max(axis=0) + 0.5), first + 1, size).astype(np.int64)
    return first, end
