"""TIFF headers, BigTIFF included.

Source: Adobe, "TIFF Revision 6.0" (1992); the BigTIFF extension (libtiff).
"""

from struct import pack_into

from ocelli.edge.vision.formats.exif import ORIENTATION, directory_orientation
from ocelli.edge.vision.formats.ifd import (
    Layout,
    first_value,
    next_directory,
    read_entries,
    read_layout,
)
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    unsupported,
)

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_WIDTH, _HEIGHT, _BITS, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 256, 257, 258, 277, 322, 323
_WANTED = frozenset({_WIDTH, _HEIGHT, _BITS, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT})
_MAX_TILE_PIXELS = 4096 * 4096
_MAX_PAGES = 1024


def read(data: bytes) -> ImageHeader:
    """Reads the first directory and counts the others, up to 1024.

    Raises:
        OcelliError: IMAGE_CORRUPT if the size is missing, IMAGE_FORMAT_UNKNOWN for samples
            that are not 1 to 4 of at most 16 bits, or for tiles larger than 4096×4096.
        struct.error: a directory does not lie within the file.
    """
    layout = _layout(data)
    tags = {
        entry.tag: first_value(data, layout, entry)
        for entry in read_entries(data, layout, layout.first)
        if entry.tag in _WANTED
    }
    if _WIDTH not in tags or _HEIGHT not in tags:
        raise corrupt(ImageFormat.TIFF, "states no width or no height")
    if tags.get(_BITS, 1) > 16:
        raise unsupported(ImageFormat.TIFF, f"{tags[_BITS]} bits per sample", "8 or 16 bits")
    if not 1 <= tags.get(_SAMPLES, 1) <= 4:
        raise unsupported(ImageFormat.TIFF, f"{tags[_SAMPLES]} samples per pixel", "1 to 4")
    # The decoder allocates whole tiles, whatever the size of the image.
    if tags.get(_TILE_WIDTH, 0) * tags.get(_TILE_HEIGHT, 0) > _MAX_TILE_PIXELS:
        raise unsupported(ImageFormat.TIFF, "tiles of over 4096×4096 pixels", "smaller tiles")
    return ImageHeader(
        ImageFormat.TIFF,
        tags[_WIDTH],
        tags[_HEIGHT],
        _count_pages(data, layout),
        directory_orientation(data, layout),
    )


def unoriented(data: bytes) -> bytes:
    """The same file with orientation 1 in its first directory.

    OpenCV turns TIFFs whatever flag it is given, and tiled ones the wrong way.
    """
    layout = _layout(data)
    for entry in read_entries(data, layout, layout.first):
        if entry.tag == ORIENTATION and first_value(data, layout, entry) != 1:
            copy = bytearray(data)
            code = {1: "B", 3: "H", 4: "I", 16: "Q"}[entry.type]
            pack_into(layout.order + code, copy, entry.at, 1)
            return bytes(copy)
    return data


def _layout(data: bytes) -> Layout:
    layout = read_layout(data)
    if layout is None:
        raise corrupt(ImageFormat.TIFF, "has a damaged signature")
    return layout


def _count_pages(data: bytes, layout: Layout) -> int:
    pages = 0
    offset = layout.first
    # The bound also ends a chain that bites its own tail.
    while offset and pages < _MAX_PAGES:
        offset = next_directory(data, layout, offset)
        pages += 1
    return pages
