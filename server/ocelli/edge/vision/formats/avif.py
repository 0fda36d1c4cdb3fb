"""AVIF headers, as far as a still image needs them.

Source: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (items and their properties), AOMedia, "AV1 Image
File Format"; AOMedia, "AV1 Bitstream & Decoding Process Specification", section 5 for `av1_size`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error, unpack_from

from ocelli.edge.vision.formats.av1 import read_sample
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    cut_off,
    unsupported,
)

_BOX_HEADER = 8
_MAX_BOXES = 1024
_MAX_ITEMS = 1024
_MAX_BRANDS = 64
# The decoder looks up every item that a table names among all others.
_MAX_TABLE_BYTES = 1 << 16
# Of an image: its colours, its alpha, a thumbnail, a gain map.
_MAX_CODED_PER_PIXEL = 4
_FREE_CODED_PIXELS = 1 << 20
# A still may have a frame for each of four layers.
_MAX_FRAMES = 4
_BRANDS = (b"avif", b"avis")
_CODED, _GRID, _EXIF = b"av01", b"grid", b"Exif"
# EXIF's orientation for a turn of so many quarters to the left: without a mirror, with one that
# swaps top and bottom after it, with one that swaps left and right.
_ORIENTATIONS = ((1, 4, 2), (8, 5, 7), (3, 2, 4), (6, 7, 5))


@dataclass(slots=True)
class _Item:
    """An item: its type, where that stands in the file, its data's extents and its properties.

    Extents are (construction method, offset, length) in bytes; method 1 counts from the `idat` box.
    """

    kind: bytes = b""
    kind_at: int = 0
    extents: list[tuple[int, int, int]] = field(default_factory=list)
    properties: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Meta:
    """What the `meta` box holds; properties are (type, start, end)."""

    primary: int = 0
    items: dict[int, _Item] = field(default_factory=dict)
    properties: list[tuple[bytes, int, int]] = field(default_factory=list)
    inline_at: int = 0
    inline_end: int = 0


def is_avif(data: bytes) -> bool:
    """Whether a file of ISO boxes says that it is an AVIF."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MAX_BRANDS)
    return any(data[at : at + 4] in _BRANDS for at in (8, *range(16, end - 3, 4)))


def read(data: bytes) -> ImageHeader:
    """Reads the primary item's size and orientation, and what its coded images would take.

    Of an image sequence that is the still beside it.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no image, or more is coded than it shows;
            IMAGE_FORMAT_UNKNOWN if it is not coded as AV1.
        struct.error, IndexError: a box is shorter than what it should hold.
    """
    meta = _read_meta(data)
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
    exif_at = [item.kind_at for item in _read_meta(data).items.values() if item.kind == _EXIF]
    films = [start - 4 for kind, start, _ in _top_boxes(data) if kind == b"moov"]
    if not exif_at and not films and data[8:12] != b"avis":
        return data
    copy = bytearray(data)
    for at in (*exif_at, *films):
        copy[at : at + 4] = b"free"
    copy[8:12] = b"avif"
    return bytes(copy)


def _check_coded(data: bytes, meta: _Meta, size: tuple[int, int]) -> None:
    """Refuses coded images that are larger or more than what is shown."""
    coded_pixels = coded_bytes = 0
    for item in meta.items.values():
        if item.kind == _GRID and _grid_size(_item_data(data, meta, item)) != _size(
            data, meta, item
        ):
            raise corrupt(ImageFormat.AVIF, "has a grid of another size than it states")
        if item.kind != _CODED:
            continue
        sample = _item_data(data, meta, item)
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


def _size(data: bytes, meta: _Meta, item: _Item) -> tuple[int, int] | None:
    for kind, start, _ in _properties(meta, item):
        if kind == b"ispe":
            width, height = unpack_from(">4xII", data, start)
            return width, height
    return None


def _orientation(data: bytes, meta: _Meta, item: _Item) -> int:
    turn = mirror = 0
    for kind, start, _ in _properties(meta, item):
        if kind == b"irot":
            turn = data[start] & 3
        elif kind == b"imir":
            mirror = 1 + (data[start] & 1)
    return _ORIENTATIONS[turn][mirror]


def _properties(meta: _Meta, item: _Item) -> Iterator[tuple[bytes, int, int]]:
    for number in item.properties:
        if 1 <= number <= len(meta.properties):
            yield meta.properties[number - 1]


def _needed_bytes(meta: _Meta) -> int:
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


def _item_data(data: bytes, meta: _Meta, item: _Item) -> bytes:
    parts = []
    size = 0
    for method, offset, length in item.extents:
        start = offset + (meta.inline_at if method else 0)
        size += length
        if start + length > (meta.inline_end if method else len(data)) or size > len(data):
            raise corrupt(ImageFormat.AVIF, "has an image that does not lie within it")
        parts.append(data[start : start + length])
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read_meta(data: bytes) -> _Meta:
    meta = _Meta()
    found = next((box for box in _top_boxes(data) if box[0] == b"meta"), None)
    if found is None:
        raise corrupt(ImageFormat.AVIF, "has no description of its image")
    _, start, end = found
    if end > len(data):
        raise error("the description of the image passes the end of the file")
    for kind, at, stop in _boxes(data, start + 4, end):
        if stop - at > _MAX_TABLE_BYTES and kind not in {b"iprp", b"idat"}:
            raise corrupt(ImageFormat.AVIF, f"has a box {kind!r} of {stop - at} bytes")
        if kind == b"pitm":
            meta.primary = _number(data, at + 4, 4 if data[at] else 2)
        elif kind == b"iinf":
            _read_infos(data, at, stop, meta)
        elif kind == b"iloc":
            _read_locations(data, at, meta)
        elif kind == b"iprp":
            _read_properties(data, at, stop, meta)
        elif kind == b"idat":
            meta.inline_at, meta.inline_end = at, stop
    return meta


def _read_infos(data: bytes, at: int, end: int, meta: _Meta) -> None:
    for kind, start, _ in _boxes(data, at + (8 if data[at] else 6), end):
        version = data[start]
        if kind != b"infe" or version < 2:
            continue
        width = 2 if version == 2 else 4
        item = _item(meta, _number(data, start + 4, width))
        item.kind_at = start + 6 + width
        item.kind = data[item.kind_at : item.kind_at + 4]


def _read_locations(data: bytes, at: int, meta: _Meta) -> None:
    version, sizes, more_sizes = data[at], data[at + 4], data[at + 5]
    offset_bytes, length_bytes = sizes >> 4, sizes & 15
    base_bytes, index_bytes = more_sizes >> 4, (more_sizes & 15 if version else 0)
    id_bytes = 4 if version == 2 else 2
    at += 6
    count = _number(data, at, id_bytes)
    at += id_bytes
    extents_left = _MAX_ITEMS
    for _ in range(count):
        item = _item(meta, _number(data, at, id_bytes))
        at += id_bytes
        method = 0
        if version:
            method = _number(data, at, 2) & 15
            at += 2
        base = _number(data, at + 2, base_bytes)
        at += 2 + base_bytes
        extents = _number(data, at, 2)
        at += 2
        extents_left -= extents
        if extents_left < 0:
            raise corrupt(ImageFormat.AVIF, f"has more than {_MAX_ITEMS} pieces")
        for _ in range(extents):
            at += index_bytes
            offset = base + _number(data, at, offset_bytes)
            at += offset_bytes
            item.extents.append((method, offset, _number(data, at, length_bytes)))
            at += length_bytes


def _read_properties(data: bytes, at: int, end: int, meta: _Meta) -> None:
    for kind, start, stop in _boxes(data, at, end):
        if kind == b"ipco":
            meta.properties += _boxes(data, start, stop)
        elif kind == b"ipma":
            _read_associations(data, start, meta)


def _read_associations(data: bytes, at: int, meta: _Meta) -> None:
    id_bytes = 4 if data[at] else 2
    wide = data[at + 3] & 1
    count = _number(data, at + 4, 4)
    at += 8
    for _ in range(count):
        item = _item(meta, _number(data, at, id_bytes))
        properties = data[at + id_bytes]
        at += id_bytes + 1
        for _ in range(properties):
            number = _number(data, at, 2) & 0x7FFF if wide else data[at] & 0x7F
            item.properties.append(number)
            at += 2 if wide else 1


def _item(meta: _Meta, id_: int) -> _Item:
    if id_ not in meta.items and len(meta.items) >= _MAX_ITEMS:
        raise corrupt(ImageFormat.AVIF, f"has more than {_MAX_ITEMS} items")
    return meta.items.setdefault(id_, _Item())


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise error("a box passes the end of the file")
    return int.from_bytes(data[at : at + size], "big")


def _top_boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of the file. The last may pass its end."""
    return _boxes(data, 0, len(data), passing=True)


def _boxes(
    data: bytes, at: int, end: int, *, passing: bool = False
) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of the contents of each box."""
    for _ in range(_MAX_BOXES):
        if at + _BOX_HEADER > end:
            return
        size, kind = unpack_from(">I4s", data, at)
        start = at + _BOX_HEADER
        if size == 1:
            (size,) = unpack_from(">Q", data, start)
            start += 8
        stop = at + size if size else end
        if stop < start or (stop > end and not passing):
            raise corrupt(ImageFormat.AVIF, f"has a box at byte {at} that passes its end")
        yield kind, start, stop
        at = stop
    raise corrupt(ImageFormat.AVIF, f"has more than {_MAX_BOXES} boxes in one")
