"""Upright pixels into a model's input.

The half of preparation that each model, and each region of a cascade, needs for itself.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import InputSpec, Placement, letterbox
from ocelli.edge.vision.upright import UprightImage


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model's input.

    Attributes:
        tensor: uint8 [height, width, 3] of the model's input, in its colour order.
        placement: where the image lies in `tensor`.
    """

    tensor: NDArray[np.uint8]
    placement: Placement


def fit(
    image: UprightImage,
    spec: InputSpec,
    region: Region | None = None,
    out: NDArray[np.uint8] | None = None,
) -> Fitted:
    """Fits a region of an image into the model's input.

    Args:
        image: as decoded. It stays as it is, so that more regions can be fitted from it.
        spec: the model's input.
        region: in pixels of the upright image; clipped to what was decoded, to which answers are
            clipped in turn. None: all that was decoded.
        out: where to put the tensor: C-contiguous uint8 [spec.height, spec.width, 3]. None
            allocates.

    Raises:
        OcelliError: REGION_OUTSIDE_IMAGE.
        ValueError: `out` does not fit `spec`.
    """
    tensor = _tensor(spec, out)
    view = image.crop(region)
    placement = letterbox(view.pixels, spec, tensor, covers=view.covers, bounds=view.bounds)
    if view.color is not spec.color:
        cv2.cvtColor(tensor, cv2.COLOR_BGR2RGB, dst=tensor)
    return Fitted(tensor, placement)


def _tensor(spec: InputSpec, out: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    shape = (spec.height, spec.width, 3)
    if out is None:
        return np.empty(shape, np.uint8)
    if out.shape != shape or out.dtype != np.uint8 or not out.flags.c_contiguous:
        raise ValueError(f"out must be C-contiguous uint8 {shape}, not {out.dtype} {out.shape}")
    return out
