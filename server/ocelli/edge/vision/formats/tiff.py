"""TIFF headers, BigTIFF included.

Source: Adobe, "TIFF Revision 6.0" (1992); the BigTIFF extension (libtiff).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.formats import jpeg
from ocelli.edge.vision.formats.exif import ORIENTATION, directory_orientation
from ocelli.edge.vision.formats.ifd import (
    Entry,
    Layout,
    first_value,
    is_large,
    keep_entries,
    next_directory,
    read_entries,
    read_layout,
    read_values,
)
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    cut_off,
    filled,
    unsupported,
)

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _STRIP_HEIGHT = 256, 257, 258, 259, 277, 278
_STRIP_AT, _STRIP_BYTES, _PLANES, _PHOTOMETRIC = 273, 279, 284, 262
_TILE_WIDTH, _TILE_HEIGHT, _TILE_AT, _TILE_BYTES = 322, 323, 324, 325
_SINGLE = frozenset(
    {
        _WIDTH,
        _HEIGHT,
        _BITS,
        _COMPRESSION,
        _SAMPLES,
        _STRIP_HEIGHT,
        _PLANES,
        _PHOTOMETRIC,
        _TILE_WIDTH,
        _TILE_HEIGHT,
    }
)
_ARRAYS = frozenset({_STRIP_AT, _STRIP_BYTES, _TILE_AT, _TILE_BYTES})
# Whatever else says how pixels are stored: fill order, predictor, colours, tables and the like.
_PIXEL_TAGS = (
    _SINGLE
    | _ARRAYS
    | {255, 263, 266, 274, 280, 281, 290, 291, 292, 293, 317, 318, 319, 320}
    | {332, 333, 334, 336, 338, 339, 340, 341, 342, 347}
    | {512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532}
)
_COMPRESSIONS = {
    1: "none",
    2: "CCITT RLE",
    3: "CCITT G3",
    4: "CCITT G4",
    5: "LZW",
    7: "JPEG",
    8: "deflate",
    32773: "PackBits",
    32946: "deflate",
}
_MAX_TILE_PIXELS = 4096 * 4096
# The decoder prepares tables for each strip and tile, in some 50 µs.
_MAX_TILES = 16_384
_MAX_PAGES = 1024
# For these colours the tables take five times as long.
_CIELAB, _MAX_LAB_STRIPS = 8, 1024
_JPEG = 7
_MAX_OTHER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class _Page:
    """The first directory: its entries, single values by tag, and where its strips or tiles lie.

    Attributes:
        entries: all of them.
        values: of the tags that hold one value.
        starts: where the strips or tiles begin.
        ends: where they end.
    """

    entries: tuple[Entry, ...]
    values: dict[int, int]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def ends_at(self) -> int:
        """Where the last strip or tile ends."""
        return int(self.ends.max(initial=0))

    @property
    def coded_bytes(self) -> int:
        """What all strips or tiles state to take."""
        return int((self.ends - self.starts).sum())


def read(data: bytes) -> ImageHeader:
    """Reads the first directory and counts the others, up to 1024.

    Raises:
        OcelliError: IMAGE_CORRUPT if the size is missing or strips overlap, IMAGE_FORMAT_UNKNOWN
            for samples that are not 1 to 4 of at most 16 bits, for rare compressions, or for tiles
            that are too large or too many.
        struct.error: a directory does not lie within the file.
    """
    layout = _layout(data)
    if is_large(data, layout, layout.first):
        raise corrupt(ImageFormat.TIFF, "has thousands of tags")
    page = _read_page(data, layout)
    values = page.values
    if _WIDTH not in values or _HEIGHT not in values:
        raise corrupt(ImageFormat.TIFF, "states no width or no height")
    if values.get(_BITS, 1) > 16:
        raise unsupported(ImageFormat.TIFF, f"{values[_BITS]} bits per sample", "8 or 16 bits")
    if not 1 <= values.get(_SAMPLES, 1) <= 4:
        raise unsupported(ImageFormat.TIFF, f"{values[_SAMPLES]} samples per pixel", "1 to 4")
    compression = values.get(_COMPRESSION, 1)
    if compression not in _COMPRESSIONS:
        raise unsupported(
            ImageFormat.TIFF,
            f"compression {compression}",
            "it with LZW, deflate, PackBits, JPEG or no compression",
        )
    _check_tiles(values)
    if values.get(_PHOTOMETRIC) == _CIELAB and len(page.starts) > _MAX_LAB_STRIPS:
        raise unsupported(
            ImageFormat.TIFF,
            f"CIELab colours in {len(page.starts)} strips",
            f"RGB, or at most {_MAX_LAB_STRIPS} strips",
        )
    if compression == _JPEG:
        _check_jpegs(data, page)
    # Strips that share their bytes, or claim more than there are, would be read over and over.
    if page.coded_bytes > max(len(data), page.ends_at):
        raise corrupt(ImageFormat.TIFF, "states more bytes of pixels than it has")
    return ImageHeader(
        ImageFormat.TIFF,
        values[_WIDTH],
        values[_HEIGHT],
        _count_pages(data, layout),
        directory_orientation(data, layout),
        cut_off(data, page.ends_at) if page.ends_at > len(data) else "",
    )


def bare(data: bytes) -> bytes:
    """The same file with orientation 1 and without large tags that are not about pixels.

    OpenCV turns TIFFs whatever flag it is given, and tiled ones the wrong way. libtiff copies what
    every tag points to, be it the same megabytes for thousands of them.
    """
    layout = _layout(data)
    kept, others_bytes, turned = [], 0, False
    for entry in read_entries(data, layout, layout.first):
        if entry.tag not in _PIXEL_TAGS:
            others_bytes += entry.size_bytes
        elif entry.tag == ORIENTATION and first_value(data, layout, entry) != 1:
            turned = True
        else:
            kept.append(entry)
    if not turned and others_bytes <= _MAX_OTHER_BYTES:
        return data
    copy = bytearray(data)
    keep_entries(copy, layout, kept)
    return bytes(copy)


def whole(data: bytes) -> bytes:
    """The file with zeros in place of the bytes that it lacks."""
    return filled(ImageFormat.TIFF, data, _read_page(data, _layout(data)).ends_at)


def _read_page(data: bytes, layout: Layout) -> _Page:
    entries = tuple(read_entries(data, layout, layout.first))
    values: dict[int, int] = {}
    arrays: dict[int, NDArray[np.int64]] = {}
    for entry in entries:
        if entry.tag in _SINGLE:
            values.setdefault(entry.tag, first_value(data, layout, entry))
        elif entry.tag in _ARRAYS and entry.tag not in arrays:
            arrays[entry.tag] = read_values(data, layout, entry)
    nowhere = np.empty(0, np.int64)
    starts = arrays.get(_STRIP_AT, arrays.get(_TILE_AT, nowhere))
    sizes = arrays.get(_STRIP_BYTES, arrays.get(_TILE_BYTES, nowhere))
    count = min(len(starts), len(sizes))
    return _Page(entries, values, starts[:count], starts[:count] + sizes[:count])


def _check_jpegs(data: bytes, page: _Page) -> None:
    """Sees to it that each strip or tile is one scan, which is as much work as its pixels."""
    for start, end in zip(page.starts.tolist(), page.ends.tolist(), strict=True):
        if start < min(end, len(data)) and not jpeg.is_single_scan(data[start:end]):
            raise unsupported(ImageFormat.TIFF, "JPEG data in several scans", "baseline JPEG data")


def _check_tiles(values: dict[int, int]) -> None:
    across, down = values.get(_TILE_WIDTH, 0), values.get(_TILE_HEIGHT, 0)
    if not across or not down:
        return
    # The decoder allocates and decodes whole tiles, whatever the size of the image.
    width, height = values[_WIDTH], values[_HEIGHT]
    tiles = -(-width // across) * -(-height // down)
    if across * down > _MAX_TILE_PIXELS:
        raise unsupported(ImageFormat.TIFF, "tiles of over 4096×4096 pixels", "smaller tiles")
    if tiles > _MAX_TILES:
        raise unsupported(ImageFormat.TIFF, f"{tiles} tiles", f"at most {_MAX_TILES}")
    if tiles * across * down > 2 * width * height + _MAX_TILE_PIXELS:
        raise unsupported(ImageFormat.TIFF, "tiles that mostly lie outside it", "smaller tiles")


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
