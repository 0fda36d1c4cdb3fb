"""What a page costs, and the steps on its pixels: for threads."""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.definitions import IMAGES_DECODED
from ocelli.edge.tasks.read_head import ReadHead
from ocelli.edge.triton.model_input import EncodedInput, PixelInput, TextInput
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.vision import text_lines
from ocelli.edge.vision.header import pixel_count
from ocelli.edge.vision.image import ColorOrder, EncodedImage, ImageLimits, RawImage
from ocelli.edge.vision.page import Page, page
from ocelli.edge.vision.upright import UprightImage, decode_upright

_CHANNELS = 3
_DIRECTION_WIDTH_PX = 192
_WIDTH_STEP_PX = 160


@dataclass(frozen=True, slots=True)
class OpenPage:
    """An image that is being read.

    Attributes:
        upright: its pixels, RGB.
        page: the same as the model that finds lines sees them.
        began_s: when work on it began, by `time.perf_counter`.
        decode_us: time spent on it, in microseconds.
    """

    upright: UprightImage
    page: Page
    began_s: float
    decode_us: int


@dataclass(frozen=True, slots=True)
class CutLine:
    """A line to read.

    Attributes:
        pixels: uint8 [height, width, 3], RGB, level.
        corners: float32 [4, 2], in pixels of the upright image, in the order of reading.
        beginning: uint8 [1, height, 192, 3], as models see it that tell its direction.
        tensor: uint8 [1, height, a multiple of 160, 3], as models see it that read it.
    """

    pixels: NDArray[np.uint8]
    corners: NDArray[np.float32]
    beginning: NDArray[np.uint8]
    tensor: NDArray[np.uint8]

    @classmethod
    def of(cls, pixels: NDArray[np.uint8], corners: NDArray[np.float32]) -> "CutLine":
        """A line with all that models see of it."""
        return cls(
            pixels,
            corners,
            text_lines.beginning(pixels, _DIRECTION_WIDTH_PX),
            text_lines.padded(pixels, _WIDTH_STEP_PX),
        )

    def turned(self) -> "CutLine":
        """The same line, read from the other end."""
        return CutLine.of(self.pixels[::-1, ::-1], text_lines.on_head(self.corners))


def held_bytes(source: EncodedImage | RawImage, limits: ImageLimits) -> int:
    """Memory that an image takes while it is read: its file and its pixels.

    Raises:
        OcelliError: an image reason: it would not be decoded.
    """
    return len(source.data) + _CHANNELS * pixel_count(source, limits)


def open_page(
    source: EncodedImage | RawImage, model: ModelSpec[ReadHead], limits: ImageLimits, call: Call
) -> OpenPage:
    """Decodes an image, or its region, as fine as it is, and fits it into a model's largest input.

    Raises:
        OcelliError: an image reason, or MODEL_REFUSED: the model takes no pixels.
        Exception: whatever `call.check_active` raises.
    """
    began_s = time.perf_counter()
    call.check_active()
    taken = pixel_input(model)
    upright = decode_upright(source, limits, check_active=call.check_active)
    upright = replace(upright, pixels=_rgb(upright))
    fitted = page(upright.pixels, taken.view.width, taken.view.height)
    IMAGES_DECODED.inc()
    return OpenPage(upright, fitted, began_s, int((time.perf_counter() - began_s) * 1e6))


def pixel_input(model: ModelSpec[Head]) -> PixelInput:
    """What a model takes, if these are pixels.

    Raises:
        OcelliError: MODEL_REFUSED.
    """
    if isinstance(model.input, EncodedInput | TextInput):
        raise OcelliError(
            Reason.MODEL_REFUSED,
            f"model {model.name!r} takes no pixels; expected a model that does, to read text",
            resource=("model", model.name),
        )
    return model.input


def _rgb(upright: UprightImage) -> NDArray[np.uint8]:
    pixels = upright.pixels
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, axis=2)
    if upright.color is ColorOrder.RGB:
        return pixels
    return np.ascontiguousarray(pixels[..., ::-1])
