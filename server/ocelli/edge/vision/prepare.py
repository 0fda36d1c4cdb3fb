"""From a caller's picture to a model's input, in one call for an executor's thread."""

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
from ocelli.edge.vision.picture import (
    ColorOrder,
    EncodedPicture,
    PictureLimits,
    RawPicture,
    Region,
)
from ocelli.edge.vision.raw import read_raw

_DEFAULT_LIMITS = PictureLimits()
# How much larger than the model sees it a picture is decoded, at least. On photographs of 450 to
# 3600 pixels in front of a 416-pixel detector, 99 % of the boxes keep IoU ≥ .9 with those of a full
# decode (96 % at 1.0, all at 2.0, which decodes four times the pixels of many pictures).
_DECODE_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready for its model.

    Attributes:
        tensor: uint8 [height, width, 3] of the model's input, in its colour order.
        placement: where the picture lies in `tensor`.
        width: of the upright picture at full resolution, in pixels.
        height: of the upright picture at full resolution, in pixels.
        decode_us: time spent on everything here, in microseconds.
    """

    tensor: NDArray[np.uint8]
    placement: Placement
    width: int
    height: int
    decode_us: int


@dataclass(frozen=True, slots=True)
class _View:
    """Upright pixels and what they show, all in pixels of the upright picture."""

    image: NDArray[np.uint8]
    color: ColorOrder
    covers: Region
    bounds: Region
    width: int
    height: int


def prepare(
    picture: EncodedPicture | RawPicture,
    spec: InputSpec,
    limits: PictureLimits = _DEFAULT_LIMITS,
    out: NDArray[np.uint8] | None = None,
) -> Prepared:
    """Decodes, turns upright, crops to the region and fits into the model's input.

    Args:
        picture: what the caller sent. Its region is clipped to the picture and widened to whole
            decoded pixels; answers are clipped to what was asked.
        spec: the model's input.
        limits: what a picture may cost.
        out: where to put the tensor: C-contiguous uint8 [spec.height, spec.width, 3]. None
            allocates.

    Raises:
        OcelliError: PICTURE_EMPTY, PICTURE_FORMAT_UNKNOWN, PICTURE_TOO_LARGE, PICTURE_CORRUPT,
            PICTURE_LAYOUT or REGION_OUTSIDE_PICTURE.
        ValueError: `out` does not fit `spec`.
    """
    started_ns = perf_counter_ns()
    tensor = _tensor(spec, out)
    if isinstance(picture, EncodedPicture):
        view = _view_encoded(picture, spec, limits)
    else:
        view = _view_raw(picture, spec, limits)
    placement = letterbox(view.image, spec, tensor, covers=view.covers, bounds=view.bounds)
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


def _view_encoded(picture: EncodedPicture, spec: InputSpec, limits: PictureLimits) -> _View:
    header = read_header(picture.data, limits)
    bounds = _clip(picture.region, header.upright_width, header.upright_height)
    max_shrink = 1 / (_DECODE_MARGIN * max(spec.scales(bounds.width, bounds.height)))
    image, shrink = decode(picture.data, header, spec.color, max_shrink=max_shrink)
    stored = (header.orientation, header.width, header.height)
    image, covers = _crop(image, to_stored(bounds, *stored), shrink)
    return _View(
        turn_upright(image, header.orientation),
        spec.color,
        to_upright(covers, *stored),
        bounds,
        header.upright_width,
        header.upright_height,
    )


def _view_raw(picture: RawPicture, spec: InputSpec, limits: PictureLimits) -> _View:
    image, color = read_raw(picture, spec.color, limits)
    bounds = _clip(picture.region, picture.width, picture.height)
    image, covers = _crop(image, bounds, 1)
    return _View(image, color, covers, bounds, picture.width, picture.height)


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
            Reason.REGION_OUTSIDE_PICTURE,
            f"the region {corners} holds no part of the upright picture of {width}×{height} "
            "pixels; expected x_min < x_max and y_min < y_max within it",
            field="picture.region",
        )
    return clipped


def _crop(
    image: NDArray[np.uint8], region: Region, shrink: int
) -> tuple[NDArray[np.uint8], Region]:
    """The samples that touch `region`, and the rectangle that they cover, in stored pixels.

    The last column and row of a shrunk picture may reach past its edge by part of a sample.
    """
    rows, columns = image.shape[:2]
    x_min, x_max = floor(region.x_min / shrink), min(ceil(region.x_max / shrink), columns)
    y_min, y_max = floor(region.y_min / shrink), min(ceil(region.y_max / shrink), rows)
    covers = Region(x_min * shrink, y_min * shrink, x_max * shrink, y_max * shrink)
    return image[y_min:y_max, x_min:x_max], covers
