"""From a caller's image to a model's input, in one call for an executor's thread."""

from dataclasses import dataclass
from math import ceil, floor, isfinite
from time import perf_counter_ns

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.decode import decode
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.letterbox import InputSpec, Placement, letterbox
from ocelli.edge.vision.orientation import to_stored, to_upright, turn_upright
from ocelli.edge.vision.image import (
    ColorOrder,
    EncodedImage,
    ImageLimits,
    RawImage,
    Region,
)
from ocelli.edge.vision.raw import read_raw

_DEFAULT_LIMITS = ImageLimits()
# How much larger than the model sees it an image is decoded, at least. On photographs of 450 to
# 3600 pixels in front of a 416-pixel detector, 99 % of the boxes keep IoU ≥ .9 with those of a full
# decode (96 % at 1.0, all at 2.0, which decodes four times the pixels of many images).
_DECODE_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image ready for its model.

    Attributes:
        tensor: uint8 [height, width, 3] of the model's input, in its colour order.
        placement: where the image lies in `tensor`.
        width: of the upright image at full resolution, in pixels.
        height: of the upright image at full resolution, in pixels.
        decode_us: time spent on everything here, in microseconds.
    """

    tensor: NDArray[np.uint8]
    placement: Placement
    width: int
    height: int
    decode_us: int


@dataclass(frozen=True, slots=True)
class _View:
    """Upright pixels and what they show, all in pixels of the upright image."""

    pixels: NDArray[np.uint8]
    color: ColorOrder
    covers: Region
    bounds: Region
    width: int
    height: int


def prepare(
    image: EncodedImage | RawImage,
    spec: InputSpec,
    limits: ImageLimits = _DEFAULT_LIMITS,
    out: NDArray[np.uint8] | None = None,
) -> Prepared:
    """Decodes, turns upright, crops to the region and fits into the model's input.

    Args:
        image: what the caller sent. Its region is clipped to the image and widened to whole
            decoded pixels; answers are clipped to what was asked.
        spec: the model's input.
        limits: what an image may cost.
        out: where to put the tensor: C-contiguous uint8 [spec.height, spec.width, 3]. None
            allocates.

    Raises:
        OcelliError: IMAGE_EMPTY, IMAGE_FORMAT_UNKNOWN, IMAGE_TOO_LARGE, IMAGE_CORRUPT,
            IMAGE_LAYOUT or REGION_OUTSIDE_IMAGE.
        ValueError: `out` does not fit `spec`.
    """
    started_ns = perf_counter_ns()
    tensor = _tensor(spec, out)
    if isinstance(image, EncodedImage):
        view = _view_encoded(image, spec, limits)
    else:
        view = _view_raw(image, spec, limits)
    placement = letterbox(view.pixels, spec, tensor, covers=view.covers, bounds=view.bounds)
    if view.color is not spec.color:
        cv2.cvtColor(tensor, cv2.COLOR_BGR2RGB, dst=tensor)
    decode_us = (perf_counter_ns() - started_ns) // 1000
    return Prepared(tensor, placement, view.width, view.height, decode_us)


def _tensor(spec: InputSpec, out: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    shape = (spec.height, spec.width, 3)
    if out is None:
        return np.empty(shape, np.uint8)
    if out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
        raise ValueError(f"out must be C-contiguous uint8 {shape}, not {out.dtype} {out.shape}")
    return out


def _view_encoded(image: EncodedImage, spec: InputSpec, limits: ImageLimits) -> _View:
    header = read_header(image.data, limits)
    bounds = _clip(image.region, header.upright_width, header.upright_height)
    max_shrink = 1 / (_DECODE_MARGIN * max(spec.scales(bounds.width, bounds.height)))
    pixels, shrink = decode(image.data, header, spec.color, max_shrink=max_shrink)
    stored = (header.orientation, header.width, header.height)
    pixels, covers = _crop(pixels, to_stored(bounds, *stored), shrink)
    return _View(
        turn_upright(pixels, header.orientation),
        spec.color,
        to_upright(covers, *stored),
        bounds,
        header.upright_width,
        header.upright_height,
    )


def _view_raw(image: RawImage, spec: InputSpec, limits: ImageLimits) -> _View:
    pixels, color = read_raw(image, spec.color, limits)
    bounds = _clip(image.region, image.width, image.height)
    pixels, covers = _crop(pixels, bounds, 1)
    return _View(pixels, color, covers, bounds, image.width, image.height)


def _clip(region: Region | None, width: int, height: int) -> Region:
    if region is None:
        return Region(0, 0, width, height)
    corners = (region.x_min, region.y_min, region.x_max, region.y_max)
    clipped = Region(
        max(region.x_min, 0),
        max(region.y_min, 0),
        min(region.x_max, width),
        min(region.y_max, height),
    )
    if not all(map(isfinite, corners)) or clipped.width <= 0 or clipped.height <= 0:
        raise OcelliError(
            Reason.REGION_OUTSIDE_IMAGE,
            f"the region {corners} holds no part of the upright image of {width}×{height} "
            "pixels; expected x_min < x_max and y_min < y_max within it",
            field="image.region",
        )
    return clipped


def _crop(
    pixels: NDArray[np.uint8], region: Region, shrink: int
) -> tuple[NDArray[np.uint8], Region]:
    """The samples that touch `region`, and the rectangle that they cover, in stored pixels.

    The last column and row of a shrunk image may reach past its edge by part of a sample.
    """
    rows, columns = pixels.shape[:2]
    x_min, x_max = floor(region.x_min / shrink), min(ceil(region.x_max / shrink), columns)
    y_min, y_max = floor(region.y_min / shrink), min(ceil(region.y_max / shrink), rows)
    covers = Region(x_min * shrink, y_min * shrink, x_max * shrink, y_max * shrink)
    return pixels[y_min:y_max, x_min:x_max], covers
