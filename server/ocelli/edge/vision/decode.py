"""Encoded images to pixels, no more of them than are needed.

A JPEG can be decoded at a half, a quarter or an eighth of its size straight from its DCT
coefficients, in half to three quarters of the time. (The scales between cost more than the next
larger one: their transforms have no vector code.) The other formats have no such shortcut.
"""

import re

import cv2
import numpy as np
import simplejpeg  # type: ignore[import-untyped]  # ships a stub without a py.typed marker
from numpy.typing import NDArray

from ocelli.edge.vision.formats import png, tiff
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt
from ocelli.edge.vision.image import ColorOrder

_SHRINKS = (8, 4, 2)
# Some encoders pad the end of their data. More surplus than this, or surplus anywhere else, means
# that the bits were damaged and misread.
_PADDING = re.compile(r"Corrupt JPEG data: (\d|1[0-6]) extraneous bytes before marker 0xd9")
_FLAGS = {ColorOrder.BGR: cv2.IMREAD_COLOR_BGR, ColorOrder.RGB: cv2.IMREAD_COLOR_RGB}


def configure_threads() -> None:
    """Gives OpenCV one thread per call, and silences its log. Call once, before any image.

    The process's own threads provide the parallelism: OpenCV's pool would have each of them wait
    for every other one's strips. Its log would let a caller write to the server's stderr.
    """
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def decode(
    data: bytes, header: ImageHeader, color: ColorOrder, *, max_shrink: float
) -> tuple[NDArray[np.uint8], int]:
    """Decodes the first frame, in its stored orientation.

    Greyscale, palette, CMYK, 1-bit and 16-bit images come out as 8 bits in three channels. Alpha
    is ignored: the colours below it show.

    Args:
        data: the file that `header` was read from.
        header: what `read_header` returned for `data`.
        color: order of the channels.
        max_shrink: how many times smaller, per side, the result may be.

    Returns:
        The pixels, [ceil(height / shrink), ceil(width / shrink), 3], and `shrink`: 1, 2, 4 or 8,
        at most `max_shrink` (at least 1). Each pixel covers shrink × shrink stored pixels.

    Raises:
        OcelliError: IMAGE_CORRUPT if pixels are missing or undecodable. For a JPEG that is
            whatever libjpeg warns of, save up to 16 bytes of padding before the end marker.
    """
    if header.format is ImageFormat.JPEG:
        shrink = next((shrink for shrink in _SHRINKS if shrink <= max_shrink), 1)
        return _decode_jpeg(data, header, color, shrink), shrink
    return _decode_other(data, header, color), 1


def _decode_jpeg(
    data: bytes, header: ImageHeader, color: ColorOrder, shrink: int
) -> NDArray[np.uint8]:
    width, height = -(-header.width // shrink), -(-header.height // shrink)
    strict = True
    while True:
        try:
            pixels = simplejpeg.decode_jpeg(
                data,
                color.value,
                # The smallest scale that gives at least this size is used.
                min_width=width,
                min_height=height,
                strict=strict,
            )
        except ValueError as damage:
            if not strict or not _PADDING.fullmatch(str(damage).strip()):
                raise corrupt(ImageFormat.JPEG, f"is damaged ({damage})") from None
            strict = False
        else:
            return _checked(pixels, width, height, header)


def _decode_other(data: bytes, header: ImageHeader, color: ColorOrder) -> NDArray[np.uint8]:
    if header.format is ImageFormat.PNG:
        data = png.bare(data)
    elif header.format is ImageFormat.TIFF:
        data = tiff.unoriented(data)
    flags = _FLAGS[color] | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    return _checked(
        None if pixels is None else np.asarray(pixels, np.uint8),
        header.width,
        header.height,
        header,
    )


def _checked(
    pixels: NDArray[np.uint8] | None, width: int, height: int, header: ImageHeader
) -> NDArray[np.uint8]:
    if pixels is None:
        raise corrupt(header.format, "cannot be decoded")
    if pixels.shape != (height, width, 3):
        raise corrupt(header.format, "holds an image of another size than its header states")
    return pixels
