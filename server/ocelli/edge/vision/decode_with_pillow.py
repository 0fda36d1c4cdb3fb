"""AVIF and GIF, for which Pillow's decoders are the better ones.

On AVIF dav1d takes half the time of OpenCV's libaom. OpenCV's GIF decoder allocates its table anew
at every clear code, of which a file may consist, and refuses sound files.
"""

from io import BytesIO
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile

from ocelli.edge.vision.formats import avif, gif
from ocelli.edge.vision.formats.gif import GifImage
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt, damaged
from ocelli.edge.vision.image import ColorOrder

_CODES = {
    ("RGB", ColorOrder.RGB): None,
    ("RGB", ColorOrder.BGR): cv2.COLOR_RGB2BGR,
    ("RGBA", ColorOrder.RGB): cv2.COLOR_RGBA2RGB,
    ("RGBA", ColorOrder.BGR): cv2.COLOR_RGBA2BGR,
}
_COLORS = 256
_BLOCK_BYTES = 255
_MAX_CODE_BITS = 12


def decode_avif(data: bytes, color: ColorOrder) -> NDArray[np.uint8]:
    """The pixels of the still image in a file whose header `avif.read` has accepted.

    Returns:
        [H, W, 3], in the stored orientation.

    Raises:
        OcelliError: IMAGE_CORRUPT.
    """
    try:
        with AvifImageFile(BytesIO(avif.bare(data))) as image:
            mode, stored = image.mode, np.asarray(image)
    except (OSError, ValueError, RuntimeError, SyntaxError) as found:
        raise corrupt(ImageFormat.AVIF, f"cannot be decoded ({found})") from None
    if mode in {"L", "LA"}:
        grey = stored if mode == "L" else np.ascontiguousarray(stored[:, :, 0])
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)
    code = _CODES[mode, color]
    return stored if code is None else np.asarray(cv2.cvtColor(stored, code), np.uint8)


def decode_gif(
    data: bytes, header: ImageHeader, color: ColorOrder, *, lenient: bool
) -> tuple[NDArray[np.uint8], str]:
    """The first image of a file whose header `gif.read` has accepted, and what is wrong with it.

    What it leaves of the screen is black.

    Raises:
        OcelliError: IMAGE_CORRUPT.
    """
    image = gif.first_image(data)
    damage = ""
    blocks = data[image.start : image.end]
    try:
        indices = _decode_indices(image, blocks)
    except ValueError:
        damage = "is damaged or cut off"
        if not lenient:
            raise damaged(ImageFormat.GIF, damage) from None
        try:
            indices = _decode_indices(image, _filled(image, blocks))
        except ValueError:
            raise corrupt(ImageFormat.GIF, "cannot be decoded") from None
    palette = np.zeros((_COLORS, 3), np.uint8)
    colors = np.frombuffer(image.colors, np.uint8)[: len(image.colors) // 3 * 3].reshape(-1, 3)
    palette[: len(colors)] = colors if color is ColorOrder.RGB else colors[:, ::-1]
    # Ten times as fast as numpy's.
    pixels = np.asarray(cv2.LUT(cv2.cvtColor(indices, cv2.COLOR_GRAY2BGR), palette[None]), np.uint8)
    if pixels.shape[:2] == (header.height, header.width):
        return pixels, damage
    screen = np.zeros((header.height, header.width, 3), np.uint8)
    screen[image.y : image.y + image.height, image.x : image.x + image.width] = pixels
    return screen, damage


def _decode_indices(image: GifImage, blocks: bytes) -> NDArray[np.uint8]:
    size = (image.width, image.height)
    return np.asarray(
        Image.frombytes("P", size, blocks, "gif", image.code_bits, int(image.interlaced))
    )


def _filled(image: GifImage, blocks: bytes) -> bytes:
    """The data with codes of the first colour in place of what is missing at its end."""
    at = 0
    while at < len(blocks) and blocks[at]:
        at += 1 + blocks[at]
    missing = bytes(max(0, at - len(blocks)))
    # A code of zeros is the first colour, whatever came before it.
    count = ceil(image.width * image.height * _MAX_CODE_BITS / 8 / _BLOCK_BYTES)
    return blocks[:at] + missing + (bytes([_BLOCK_BYTES]) + bytes(_BLOCK_BYTES)) * count + b"\0"
