"""The items of a HEIF file: what its boxes say about the images in it.

Source: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (items and their properties).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error, unpack_from

from ocelli.edge.vision.formats.image_header import ImageFormat, corrupt

_BOX_HEADER = 8
_MAX_BOXES = 1024
_MAX_ITEMS = 1024
# The decoder looks up every item that a table names among all others.
_MAX_TABLE_BYTES = 1 << 16


@dataclass(slots=True)
class Item:
    """An item: its type, where that stands in the file, its data's extents and its properties.

    Extents are (construction method, offset, length) in bytes; method 1 counts from the `idat` box.
    """

    kind: bytes = b""
    kind_at: int = 0
    extents: list[tuple[int, int, int]] = field(default_factory=list)
    properties: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Meta:
    """What the `meta` box holds; properties are (type, start, end)."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    properties: list[tuple[bytes, int, int]] = field(default_factory=list)
    inline_at: int = 0
    inline_end: int = 0


def read_meta(data: bytes) -> Meta:
    """The description of the images in a file.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is none, or it is far larger than any encoder writes.
        struct.error, IndexError: a box is shorter than what it should hold.
    """
    meta = Meta()
    found = next((box for box in top_boxes(data) if box[0] == b"meta"), None)
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


def _read_infos(data: bytes, at: int, end: int, meta: Meta) -> None:
    for kind, start, _ in _boxes(data, at + (8 if data[at] else 6), end):
        version = data[start]
        if kind != b"infe" or version < 2:
            continue
        width = 2 if version == 2 else 4
        item = _item(meta, _number(data, start + 4, width))
        item.kind_at = start + 6 + width
        item.kind = data[item.kind_at : item.kind_at + 4]


def _read_locations(data: bytes, at: int, meta: Meta) -> None:
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


def _read_properties(data: bytes, at: int, end: int, meta: Meta) -> None:
    for kind, start, stop in _boxes(data, at, end):
        if kind == b"ipco":
            meta.properties += _boxes(data, start, stop)
        elif kind == b"ipma":
            _read_associations(data, start, meta)


def _read_associations(data: bytes, at: int, meta: Meta) -> None:
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


def _item(meta: Meta, id_: int) -> Item:
    if id_ not in meta.items and len(meta.items) >= _MAX_ITEMS:
        raise corrupt(ImageFormat.AVIF, f"has more than {_MAX_ITEMS} items")
    return meta.items.setdefault(id_, Item())


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise error("a box passes the end of the file")
    return int.from_bytes(data[at : at + size], "big")


def top_boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
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


def item_data(data: bytes, meta: Meta, item: Item) -> bytes:
    """What an item holds, its extents joined.

    Raises:
        OcelliError: IMAGE_CORRUPT if it does not lie within the file, or is larger than that.
    """
    parts = []
    size = 0
    for method, offset, length in item.extents:
        start = offset + (meta.inline_at if method else 0)
        size += length
        if start + length > (meta.inline_end if method else len(data)) or size > len(data):
            raise corrupt(ImageFormat.AVIF, "has an image that does not lie within it")
        parts.append(data[start : start + length])
    return parts[0] if len(parts) == 1 else b"".join(parts)


def properties_of(meta: Meta, item: Item) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each property of an item, in their order."""
    for number in item.properties:
        if 1 <= number <= len(meta.properties):
            yield meta.properties[number - 1]
