"""From what a caller sent to upright pixels.

The half of preparation that is done once for an image. `fit` takes the pixels into a model's input,
for one region or for many.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.decode import decode
from ocelli.edge.vision.header import read_header
from ocelli.edge.vision.image import (
    ColorOrder,
    EncodedImage,
    ImageLimits,
    ImageWarning,
    RawImage,
    Region,
    WarningReason,
)
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.orientation import to_stored, to_upright, turn_upright
from ocelli.edge.vision.raw import read_raw

# How much larger than the model sees it an image is decoded, at least. On photographs of 450 to
# 3600 pixels in front of a 416-pixel detector, 99 % of the boxes keep IoU ≥ .9 with those of a full
# decode (96 % at 1.0, all at 2.0, which decodes four times the pixels of many images).
_DECODE_MARGIN = 1.25


@dataclass(frozen=True, slots=True)
class UprightImage:
    """Decoded pixels the right way up, and what they show.

    Rectangles are in float pixels of the upright image at full resolution, whatever was decoded.

    Attributes:
        pixels: uint8 [H, W, 3], or [H, W] for greyscale; may be read-only.
        color: order of the channels of `pixels`.
        covers: the rectangle that `pixels` show: the region asked for, widened to whole samples.
        bounds: the region asked for, within the image.
        width: of the upright image.
        height: of the upright image.
        warnings: what a caller may want to know of it.
    """

    pixels: NDArray[np.uint8]
    color: ColorOrder
    covers: Region
    bounds: Region
    width: int
    height: int
    warnings: tuple[ImageWarning, ...] = ()

    def crop(self, region: Region | None) -> "UprightImage":
        """The part that shows `region`, without copying; None: all that there is.

        Raises:
            OcelliError: REGION_OUTSIDE_IMAGE if it holds nothing of `bounds`.
        """
        if region is None:
            return self
        bounds = _clip(region, self.bounds, self.width, self.height)
        covers, rows, columns = self.covers, self.pixels.shape[0], self.pixels.shape[1]
        step_x, step_y = covers.width / columns, covers.height / rows
        first_x = floor((bounds.x_min - covers.x_min) / step_x)
        first_y = floor((bounds.y_min - covers.y_min) / step_y)
        end_x = min(ceil((bounds.x_max - covers.x_min) / step_x), columns)
        end_y = min(ceil((bounds.y_max - covers.y_min) / step_y), rows)
        shown = Region(
            covers.x_min + first_x * step_x,
            covers.y_min + first_y * step_y,
            covers.x_min + end_x * step_x,
            covers.y_min + end_y * step_y,
        )
        pixels = self.pixels[first_y:end_y, first_x:end_x]
        return replace(self, pixels=pixels, covers=shown, bounds=bounds)


def _no_check() -> None:
    return None


def decode_upright(
    image: EncodedImage | RawImage,
    limits: ImageLimits,
    spec: InputSpec | None = None,
    *,
    check_active: Callable[[], None] = _no_check,
) -> UprightImage:
    """Decodes what an image's region needs, and turns it upright.

    Args:
        image: what the caller sent. Its region is clipped to the image.
        limits: what an image may cost.
        spec: decode no finer than this model needs to see the region, and in its colour order;
            None: at full resolution, as RGB.
        check_active: called between the steps; ends the work if it raises.

    Raises:
        OcelliError: IMAGE_EMPTY, IMAGE_FORMAT_UNKNOWN, IMAGE_TOO_LARGE, IMAGE_CORRUPT, IMAGE_LAYOUT
            or REGION_OUTSIDE_IMAGE.
    """
    color = ColorOrder.RGB if spec is None else spec.color
    if isinstance(image, EncodedImage):
        return _decode_encoded(image, limits, spec, color, check_active)
    pixels, color = read_raw(image, color, limits)
    bounds = _clip_to_image(image.region, image.width, image.height)
    pixels, covers = _crop(pixels, bounds, 1)
    return UprightImage(pixels, color, covers, bounds, image.width, image.height)


def _decode_encoded(
    image: EncodedImage,
    limits: ImageLimits,
    spec: InputSpec | None,
    color: ColorOrder,
    check_active: Callable[[], None],
) -> UprightImage:
    lenient = limits.is_lenient(image)
    header = read_header(image.data, limits, lenient=lenient)
    bounds = _clip_to_image(image.region, header.upright_width, header.upright_height)
    max_shrink = 1.0
    if spec is not None:
        max_shrink = 1 / (_DECODE_MARGIN * max(spec.scales(bounds.width, bounds.height)))
    check_active()
    decoded = decode(
        image.data, header, color, max_shrink=max_shrink, lenient=lenient, check_active=check_active
    )
    check_active()
    stored = (header.orientation, header.width, header.height)
    pixels, covers = _crop(decoded.pixels, to_stored(bounds, *stored), decoded.shrink)
    warnings: tuple[ImageWarning, ...] = ()
    if decoded.damage:
        message = f"the {header.format} {decoded.damage}; the rest of it was used"
        warnings = (ImageWarning(WarningReason.DAMAGED, message),)
    return UprightImage(
        turn_upright(pixels, header.orientation),
        color,
        to_upright(covers, *stored),
        bounds,
        header.upright_width,
        header.upright_height,
        warnings,
    )


def _clip_to_image(region: Region | None, width: int, height: int) -> Region:
    whole = Region(0, 0, width, height)
    return whole if region is None else _clip(region, whole, width, height)


def _clip(region: Region, within: Region, width: int, height: int) -> Region:
    corners = (region.x_min, region.y_min, region.x_max, region.y_max)
    clipped = Region(
        max(region.x_min, within.x_min),
        max(region.y_min, within.y_min),
        min(region.x_max, within.x_max),
        min(region.y_max, within.y_max),
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
