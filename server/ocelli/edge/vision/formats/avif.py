"""AVIF headers, as far as a still image needs them.

Source: AOMedia, "AV1 Image File Format"; ISO/IEC 23008-12 for the properties of images.
"""

from struct import unpack_from

from ocelli.edge.vision.formats.av1 import read_sample
from ocelli.edge.vision.formats.heif_items import (
    Item,
    Meta,
    item_data,
    properties_of,
    read_meta,
    top_boxes,
)
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    cut_off,
    unsupported,
)

_MAX_BRANDS = 64
# Of an image: its colours, its alpha, a thumbnail, a gain map.
_MAX_CODED_PER_PIXEL = 4
_FREE_CODED_PIXELS = 1 << 20
# A still may have a frame for each of four layers.
_MAX_FRAMES = 4
_BRANDS = (b"avif", b"avis")
_CODED, _GRID, _EXIF, _FILM = b"av01", b"grid", b"Exif", b"moov"
# EXIF's orientation for a turn of so many quarters to the left: without a mirror, with one that
# swaps top and bottom after it, with one that swaps left and right.
_ORIENTATIONS = ((1, 4, 2), (8, 5, 7), (3, 2, 4), (6, 7, 5))


def is_avif(data: bytes) -> bool:
    """Whether a file of ISO boxes says that it is an AVIF."""
    return data[4:8] == b"ftyp" and any(data[at : at + 4] in _BRANDS for at in _brands_at(data))


def read(data: bytes) -> ImageHeader:
    """Reads the primary item's size and orientation, and what its coded images would take.

    Of an image sequence that is the still beside it.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no image, or more is coded than it shows;
            IMAGE_FORMAT_UNKNOWN if it is not coded as AV1.
        struct.error, IndexError: a box is shorter than what it should hold.
    """
    meta = read_meta(data)
    item = meta.items.get(meta.primary)
    if item is None:
        raise corrupt(ImageFormat.AVIF, "has no still image")
    if item.kind not in {_CODED, _GRID}:
        raise unsupported(
            ImageFormat.AVIF, f"an image of type {item.kind!r}", "images coded as AV1"
        )
    size = _size(data, meta, item)
    if size is None:
        raise corrupt(ImageFormat.AVIF, "states no size")
    needed = _needed_bytes(meta)
    if needed > len(data):
        # The decoder gives no part of an image.
        raise corrupt(ImageFormat.AVIF, cut_off(data, needed))
    _check_coded(data, meta, size)
    return ImageHeader(ImageFormat.AVIF, *size, orientation=_orientation(data, meta, item))


def bare(data: bytes) -> bytes:
    """The same file as a plain still image without EXIF.

    An image sequence beside it is not looked at, nor an EXIF block, whose orientation does not
    count and which the decoder's wrapper would read whatever its size.
    """
    exif_at = [item.kind_at for item in read_meta(data).items.values() if item.kind == _EXIF]
    films = [
        start - (4 if data.startswith(_FILM, start - 4) else 12)  # behind the type, a long size
        for kind, start, _ in top_boxes(data)
        if kind == _FILM
    ]
    brands = [at for at in _brands_at(data) if data[at : at + 4] == b"avis"]
    if not (exif_at or films or brands):
        return data
    copy = bytearray(data)
    for at in (*exif_at, *films):
        copy[at : at + 4] = b"free"
    for at in brands:
        copy[at : at + 4] = b"avif"
    return bytes(copy)


def _brands_at(data: bytes) -> list[int]:
    """Where the file's main brand and those it is compatible with stand."""
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MAX_BRANDS)
    return [8, *range(16, end - 3, 4)]


def _check_coded(data: bytes, meta: Meta, size: tuple[int, int]) -> None:
    """Refuses coded images that are larger or more than what is shown."""
    coded_pixels = coded_bytes = 0
    for item in meta.items.values():
        if item.kind == _GRID and _grid_size(item_data(data, meta, item)) != _size(
            data, meta, item
        ):
            raise corrupt(ImageFormat.AVIF, "has a grid of another size than it states")
        if item.kind != _CODED:
            continue
        sample = item_data(data, meta, item)
        coded_bytes += len(sample)
        if coded_bytes > len(data):
            raise corrupt(ImageFormat.AVIF, "states more bytes of pixels than it has")
        pixels, frames = read_sample(sample)
        if frames > _MAX_FRAMES:
            raise corrupt(ImageFormat.AVIF, "has several frames in one image")
        coded_pixels += pixels * frames
    if coded_pixels > _MAX_CODED_PER_PIXEL * size[0] * size[1] + _FREE_CODED_PIXELS:
        raise corrupt(ImageFormat.AVIF, "holds far more pixels than its header states")


def _grid_size(body: bytes) -> tuple[int, int]:
    width, height = unpack_from(">II" if body[1] & 1 else ">HH", body, 4)
    return width, height


def _size(data: bytes, meta: Meta, item: Item) -> tuple[int, int] | None:
    for kind, start, _ in properties_of(meta, item):
        if kind == b"ispe":
            width, height = unpack_from(">4xII", data, start)
            return width, height
    return None


def _orientation(data: bytes, meta: Meta, item: Item) -> int:
    turn = mirror = 0
    for kind, start, _ in properties_of(meta, item):
        if kind == b"irot":
            turn = data[start] & 3
        elif kind == b"imir":
            mirror = 1 + (data[start] & 1)
    return _ORIENTATIONS[turn][mirror]


def _needed_bytes(meta: Meta) -> int:
    """Where in the file the last image's data end."""
    return max(
        (
            offset + length
            for item in meta.items.values()
            if item.kind in {_CODED, _GRID}
            for method, offset, length in item.extents
            if method == 0
        ),
        default=0,
    )
