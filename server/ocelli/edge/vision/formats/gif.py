"""GIF headers, and the first image of a GIF.

Source: CompuServe, "Graphics Interchange Format, Version 89a".
"""

from dataclasses import dataclass, replace
from struct import unpack_from

from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt

SIGNATURE = b"GIF8"

_VERSIONS = (b"GIF87a", b"GIF89a")
_SCREEN_BYTES = 13
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_HAS_COLORS, _COLORS_BITS, _INTERLACED = 0x80, 0x07, 0x40
# Encoders fill their blocks, of at most 255 bytes.
_MAX_BLOCKS = 262_144


@dataclass(frozen=True, slots=True)
class GifImage:
    """The first image of a GIF.

    Attributes:
        x: its left edge on the screen, in pixels.
        y: its top edge.
        width: in pixels.
        height: in pixels.
        interlaced: whether its rows are stored every eighth first.
        colors: red, green, blue of each colour that there is.
        code_bits: least size of a code of its data.
        start: where its data begin, in blocks with their size in a byte before each.
        end: the end of these, the empty block included, or of the file.
    """

    x: int
    y: int
    width: int
    height: int
    interlaced: bool
    colors: bytes
    code_bits: int
    start: int
    end: int


def read(data: bytes) -> ImageHeader:
    """Reads the sizes of the screen and the first image, and counts the others.

    The first image may reach past the screen, which then grows.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no image, or one without colours.
        struct.error, IndexError: the file ends before the data of the first image.
    """
    if data[:6] not in _VERSIONS:
        raise corrupt(ImageFormat.GIF, "is of an unknown version")
    width, height = unpack_from("<HH", data, 6)
    image, frames, whole = _walk(data)
    if image is None:
        raise corrupt(ImageFormat.GIF, "holds no image")
    return ImageHeader(
        ImageFormat.GIF,
        max(width, image.x + image.width),
        max(height, image.y + image.height),
        frames,
        damage="" if whole else f"is cut off after {len(data)} bytes, before its end",
    )


def first_image(data: bytes) -> GifImage:
    """The first image of a file whose header `read` has accepted."""
    image, _, _ = _walk(data, only_first=True)
    if image is None:
        raise corrupt(ImageFormat.GIF, "holds no image")
    return image


def _walk(data: bytes, *, only_first: bool = False) -> tuple[GifImage | None, int, bool]:
    """The first image, how many there are, and whether the file goes on to its end."""
    image: GifImage | None = None
    frames = 0
    screen_colors, at = _read_colors(data, data[10], _SCREEN_BYTES)
    blocks_left = _MAX_BLOCKS
    while at < len(data):
        kind = data[at]
        if kind == _TRAILER:
            return image, frames, True
        if kind == _EXTENSION:
            at += 2
        elif kind == _IMAGE and image is None:
            image = _read_image(data, at + 1, screen_colors)
            at = image.start
        elif kind == _IMAGE:
            if at + 10 > len(data):
                break
            at = _read_colors(data, data[at + 9], at + 10)[1] + 1
        else:
            raise corrupt(ImageFormat.GIF, f"has an unknown block at byte {at}")
        at, blocks_left = _skip_blocks(data, at, blocks_left - 1)
        if kind == _IMAGE:
            frames += 1
            if frames == 1 and image is not None:
                image = replace(image, end=min(at, len(data)))
                if only_first:
                    return image, frames, True
    return image, frames, False


def _read_image(data: bytes, at: int, screen_colors: bytes) -> GifImage:
    x, y, width, height, flags = unpack_from("<HHHHB", data, at)
    own_colors, at = _read_colors(data, flags, at + 9)
    colors = own_colors or screen_colors
    if not colors:
        raise corrupt(ImageFormat.GIF, "has no colours")
    return GifImage(
        x, y, width, height, bool(flags & _INTERLACED), colors, data[at], at + 1, len(data)
    )


def _read_colors(data: bytes, flags: int, at: int) -> tuple[bytes, int]:
    """The colour table at `at`, if `flags` say that there is one, and its end."""
    size = 3 << (flags & _COLORS_BITS) + 1 if flags & _HAS_COLORS else 0
    return data[at : at + size], at + size


def _skip_blocks(data: bytes, at: int, blocks_left: int) -> tuple[int, int]:
    """Where the blocks at `at` end, and how many more may follow elsewhere."""
    while at < len(data):
        length = data[at]
        at += 1 + length
        if not length and blocks_left > 0:
            break
        blocks_left -= 1
        if blocks_left <= 0:
            raise corrupt(ImageFormat.GIF, f"has more than {_MAX_BLOCKS} blocks")
    return at, blocks_left
