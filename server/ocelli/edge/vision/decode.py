"""Encoded images to pixels, no more of them than are needed.

A JPEG can be decoded at a half, a quarter or an eighth of its size straight from its DCT
coefficients, in half to three quarters of the time. (The scales between cost more than the next
larger one: their transforms have no vector code.) The other formats have no such shortcut.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import simplejpeg  # type: ignore[import-untyped]  # ships a stub without a py.typed marker
from numpy.typing import NDArray
from PIL import AvifImagePlugin

from ocelli.edge.vision.decode_with_pillow import decode_avif, decode_gif
from ocelli.edge.vision.formats import bmp, jpeg, png, tiff, webp
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    damaged,
)
from ocelli.edge.vision.image import ColorOrder
from ocelli.edge.vision.jpeg_padding import SURPLUS, without_padding

_SHRINKS = (8, 4, 2)
_END_OF_IMAGE = "d9"
_FLAGS = {ColorOrder.BGR: cv2.IMREAD_COLOR_BGR, ColorOrder.RGB: cv2.IMREAD_COLOR_RGB}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The pixels of a file.

    Attributes:
        pixels: uint8 [ceil(height / shrink), ceil(width / shrink), 3], in the stored orientation.
        shrink: each pixel covers shrink × shrink stored pixels.
        damage: what is wrong with the file, to follow its format's name; empty if nothing is.
    """

    pixels: NDArray[np.uint8]
    shrink: int
    damage: str = ""


def _no_check() -> None:
    return None


def configure_threads() -> None:
    """Has decoders work on the calling thread and write no log. Call once, before any image.

    The process's own threads provide the parallelism: OpenCV's pool would have each of them wait
    for every other one's strips. Its log would let a caller write to the server's stderr.
    """
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def decode(
    data: bytes,
    header: ImageHeader,
    color: ColorOrder,
    *,
    max_shrink: float,
    lenient: bool = False,
    check_active: Callable[[], None] = _no_check,
) -> Decoded:
    """Decodes the first frame, in its stored orientation.

    Greyscale, palette, CMYK, 1-bit and 16-bit images come out as 8 bits in three channels. Alpha
    is ignored: the colours below it show.

    Args:
        data: the file that `header` was read from.
        header: what `read_header` returned for `data`.
        color: order of the channels.
        max_shrink: how many times smaller, per side, the result may be; shrinks are 1, 2, 4 and 8.
        lenient: use what can be decoded of a damaged file.
        check_active: called between steps; ends the work if it raises.

    Raises:
        OcelliError: IMAGE_CORRUPT if pixels are missing or undecodable. For a JPEG that is
            whatever libjpeg warns of, save up to 16 bytes of padding before a marker. If `lenient`
            is true: if nothing can be decoded.
    """
    shrink = 1
    damage = header.damage
    match header.format:
        case ImageFormat.JPEG:
            shrink = next((shrink for shrink in _SHRINKS if shrink <= max_shrink), 1)
            pixels, found = _Jpeg(header, color, shrink).decode(
                data, lenient=lenient, check_active=check_active
            )
            damage = damage or found
        case ImageFormat.PNG:
            unpacked, found = png.unpacked(data, lenient=lenient, check_active=check_active)
            damage = " and ".join(filter(None, (damage, found)))
            pixels = _decode_with_opencv(unpacked, header, color)
        case ImageFormat.AVIF:
            pixels = decode_avif(data, color)
        case ImageFormat.GIF:
            pixels, found = decode_gif(data, header, color, lenient=lenient)
            damage = damage or found
        case ImageFormat.WEBP:
            data = webp.whole(data) if damage else data
            pixels = _decode_with_opencv(webp.bare(data), header, color)
        case ImageFormat.TIFF:
            data = tiff.whole(data) if damage else data
            pixels = _decode_with_opencv(tiff.bare(data), header, color)
        case ImageFormat.BMP:
            data = bmp.whole(data) if damage else data
            pixels = _decode_with_opencv(data, header, color)
    expected = (-(-header.height // shrink), -(-header.width // shrink), 3)
    if pixels.shape != expected:
        raise corrupt(header.format, "holds an image of another size than its header states")
    return Decoded(pixels, shrink, damage)


class _Jpeg:
    """Decodes JPEGs of one header at one scale."""

    def __init__(self, header: ImageHeader, color: ColorOrder, shrink: int) -> None:
        self._color = color.value
        # The smallest scale that gives at least this size is used.
        self._width, self._height = -(-header.width // shrink), -(-header.height // shrink)

    def decode(
        self, data: bytes, *, lenient: bool, check_active: Callable[[], None]
    ) -> tuple[NDArray[np.uint8], str]:
        """The pixels, and what is wrong with them."""
        pixels, damage = self._try(data)
        if pixels is None and SURPLUS.fullmatch(damage):
            check_active()
            clean = without_padding(data)
            if clean is not None:
                pixels, damage = self._try(clean)
        if pixels is not None:
            return pixels, ""
        if not lenient:
            raise damaged(ImageFormat.JPEG, f"is damaged ({damage})")
        check_active()
        try:
            return self._decode(data, strict=False), f"is damaged ({damage})"
        except ValueError as found:
            raise corrupt(ImageFormat.JPEG, f"cannot be decoded ({found})") from None

    def _try(self, data: bytes) -> tuple[NDArray[np.uint8] | None, str]:
        """The pixels, or what the decoder stopped at."""
        try:
            return self._decode(data, strict=True), ""
        except ValueError as found:
            damage = str(found).strip()
        if self._is_padding_at_end(damage):
            return self._decode(data, strict=False), ""
        return None, damage

    def _decode(self, data: bytes, *, strict: bool) -> NDArray[np.uint8]:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            data, self._color, min_width=self._width, min_height=self._height, strict=strict
        )
        return pixels

    @staticmethod
    def _is_padding_at_end(damage: str) -> bool:
        # The decoder stops at the first damage, so at the end of the image there is no other.
        found = SURPLUS.fullmatch(damage)
        return (
            found is not None
            and found[2] == _END_OF_IMAGE
            and int(found[1]) <= jpeg.MAX_PADDING_BYTES
        )


def _decode_with_opencv(
    data: bytes | bytearray, header: ImageHeader, color: ColorOrder
) -> NDArray[np.uint8]:
    flags = _FLAGS[color] | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise corrupt(header.format, "cannot be decoded")
    return np.asarray(pixels, np.uint8)
