"""Fitting an image into a model's input, and boxes back into the image."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.image import ColorOrder, Region


class Resize(StrEnum):
    """How an image of another aspect ratio meets the model's input.

    LETTERBOX keeps the ratio and pads, COVER keeps it and crops, STRETCH gives it up.
    """

    LETTERBOX = "letterbox"
    STRETCH = "stretch"
    COVER = "cover"


class Anchor(StrEnum):
    """Where LETTERBOX puts the image, and which part of it COVER keeps."""

    TOP_LEFT = "top_left"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a model wants to see: uint8 [height, width, 3].

    `pad_value` fills what is left over. `antialias` averages away detail finer than a model pixel
    before large reductions: models trained on smoothly reduced images (most embedders) want it,
    detectors trained with OpenCV's linear resize do not, and it costs as much again. `crop_share`
    is the part of the shorter side that COVER keeps: many classifiers are tried on images whose
    shorter side is scaled to 256, and the middle 224 of it cut out.
    """

    width: int
    height: int
    color: ColorOrder = ColorOrder.RGB
    resize: Resize = Resize.LETTERBOX
    anchor: Anchor = Anchor.CENTER
    pad_value: int = 114
    antialias: bool = False
    crop_share: float = 1.0

    def scales(self, width: float, height: float) -> tuple[float, float]:
        """Model pixels per image pixel, in x and y, for an image of this size."""
        scale_x, scale_y = self.width / width, self.height / height
        if self.resize is Resize.LETTERBOX:
            return (min(scale_x, scale_y),) * 2
        if self.resize is Resize.COVER:
            return (max(scale_x, scale_y) / self.crop_share,) * 2
        return scale_x, scale_y


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an image lies in a model's input: model = image × scale + offset, per axis.

    The image may lie there as it is stored, and not upright.

    Attributes:
        scale_x: model pixels per image pixel, along the model's x.
        scale_y: likewise along y.
        offset_x: where the image begins, in model pixels.
        offset_y: likewise.
        bounds: the part of the upright image, in its pixels, that answers may lie in.
        turn: the affine map [2, 3] from the stored to the upright image; None if they are the same.
    """

    scale_x: float
    scale_y: float
    offset_x: float
    offset_y: float
    bounds: Region
    turn: NDArray[np.float64] | None = None

    def turned(self, turn: NDArray[np.float64]) -> "Placement":
        """The placement of an image that lies there as it is stored."""
        return replace(self, turn=turn)

    def to_source(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes [N, 4] (x_min, y_min, x_max, y_max) of the upright image, clipped to `bounds`.

        `boxes` are in pixels of the model's input. They may come out empty, never inverted.
        """
        scale = np.array((self.scale_x, self.scale_y) * 2)
        offset = np.array((self.offset_x, self.offset_y) * 2)
        bounds = self.bounds
        low = (bounds.x_min, bounds.y_min) * 2
        high = (bounds.x_max, bounds.y_max) * 2
        source: NDArray[np.float64] = (boxes - offset) / scale
        if self.turn is not None:
            corners = source.reshape(-1, 2, 2) @ self.turn[:, :2].T + self.turn[:, 2]
            source = np.concatenate((corners.min(axis=1), corners.max(axis=1)), axis=1)
        clipped: NDArray[np.float64] = np.clip(source, low, high)
        return clipped.astype(np.float32)

    def points_to_source(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Points [..., 2] of the model's input in the upright image, not clipped."""
        scale, offset = (self.scale_x, self.scale_y), (self.offset_x, self.offset_y)
        found: NDArray[np.float64] = (points - np.array(offset)) / np.array(scale)
        if self.turn is not None:
            found = found @ self.turn[:, :2].T + self.turn[:, 2]
        return found

    def from_source(self) -> NDArray[np.float64]:
        """The affine map [2, 3] from the upright image to the model's input."""
        scales = np.array(((self.scale_x, 0.0), (0.0, self.scale_y)))
        offset = np.array((self.offset_x, self.offset_y))
        if self.turn is not None:
            stored = np.linalg.inv(self.turn[:, :2])
            offset = offset - scales @ stored @ self.turn[:, 2]
            scales = scales @ stored
        return np.column_stack((scales, offset))


@dataclass(frozen=True, slots=True)
class Placed:
    """Which samples of an image go where in a model's input, in whole pixels.

    Attributes:
        placement: the same as a map.
        crop_x: first column of the image that is used.
        crop_y: first row.
        crop_columns: how many columns are used.
        crop_rows: how many rows.
        x: where they begin in the model's input.
        y: likewise.
        width: how many of its pixels they fill.
        height: likewise.
    """

    placement: Placement
    crop_x: int
    crop_y: int
    crop_columns: int
    crop_rows: int
    x: int
    y: int
    width: int
    height: int


def place(columns: int, rows: int, spec: InputSpec, *, covers: Region, bounds: Region) -> Placed:
    """Where an image of so many samples goes.

    Args:
        columns: of the image.
        rows: likewise.
        spec: the model's input.
        covers: the rectangle of the upright image, in its pixels, that the samples show.
        bounds: what answers are clipped to.
    """
    x_step, y_step = covers.width / columns, covers.height / rows
    scale_x, scale_y = spec.scales(covers.width, covers.height)
    centered = spec.anchor is Anchor.CENTER

    width, crop_columns = _fit(columns, scale_x * x_step, spec.width)
    height, crop_rows = _fit(rows, scale_y * y_step, spec.height)
    crop_x = (columns - crop_columns) // 2 if centered else 0
    crop_y = (rows - crop_rows) // 2 if centered else 0
    x = (spec.width - width) // 2 if centered else 0
    y = (spec.height - height) // 2 if centered else 0

    scale_x, scale_y = width / (crop_columns * x_step), height / (crop_rows * y_step)
    placement = Placement(
        scale_x,
        scale_y,
        x - (covers.x_min + crop_x * x_step) * scale_x,
        y - (covers.y_min + crop_y * y_step) * scale_y,
        bounds,
    )
    return Placed(placement, crop_x, crop_y, crop_columns, crop_rows, x, y, width, height)


def letterbox(
    pixels: NDArray[np.uint8],
    spec: InputSpec,
    out: NDArray[np.uint8],
    *,
    covers: Region,
    bounds: Region,
) -> Placement:
    """Resizes `pixels` straight into `out` and pads what is left over.

    The channel order stays as it is; greyscale is spread over three channels.

    Args:
        pixels: uint8 [H, W, 3] or [H, W].
        spec: the model's input.
        out: uint8 [spec.height, spec.width, 3], overwritten; its memory is used as it is.
        covers: the rectangle of the upright image, in its pixels, that `pixels` shows.
        bounds: what answers are clipped to.

    Returns:
        Where the image lies, by the whole pixels that were used, so that boxes map back exactly.
    """
    rows, columns = pixels.shape[:2]
    placed = place(columns, rows, spec, covers=covers, bounds=bounds)
    x, y, width, height = placed.x, placed.y, placed.width, placed.height
    crop = pixels[
        placed.crop_y : placed.crop_y + placed.crop_rows,
        placed.crop_x : placed.crop_x + placed.crop_columns,
    ]
    if spec.antialias:
        crop = _halve_towards(crop, width, height)
    _resize_into(crop, out[y : y + height, x : x + width])
    out[:y] = spec.pad_value
    out[y + height :] = spec.pad_value
    out[y : y + height, :x] = spec.pad_value
    out[y : y + height, x + width :] = spec.pad_value
    return placed.placement


def _fit(samples: int, scale: float, room: int) -> tuple[int, int]:
    """How many model pixels to fill along an axis, and how many of its samples go there."""
    wanted = max(1, round(samples * scale))
    if wanted <= room:
        return wanted, samples
    return room, min(samples, max(1, round(room / scale)))


def _halve_towards(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """Halves `pixels` for as long as it stays at least as large as width × height."""
    # INTER_AREA would smooth a little better, at ten times the cost unless the ratio is whole.
    while pixels.shape[1] >= 2 * width and pixels.shape[0] >= 2 * height:
        half = ((pixels.shape[1] + 1) // 2, (pixels.shape[0] + 1) // 2)
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    return pixels


def _resize_into(pixels: NDArray[np.uint8], view: NDArray[np.uint8]) -> None:
    size = (view.shape[1], view.shape[0])
    if pixels.ndim == 2:
        grey = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
        cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB, dst=view)
    else:
        cv2.resize(pixels, size, dst=view, interpolation=cv2.INTER_LINEAR)
