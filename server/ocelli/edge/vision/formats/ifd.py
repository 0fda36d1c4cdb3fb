"""Image file directories: the tagged records that TIFF files and EXIF blocks are made of.

Source: Adobe, "TIFF Revision 6.0" (1992), section 2; the BigTIFF extension (libtiff).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from struct import Struct, error, unpack_from

import numpy as np
from numpy.typing import NDArray

_MAX_ENTRIES = 4096
_TYPE_SIZES = {3: 2, 8: 2, 4: 4, 9: 4, 11: 4, 13: 4, 5: 8, 10: 8, 12: 8, 16: 8, 17: 8, 18: 8}
_TYPE_CODES = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
# No offset or size in a file is nearly as large; two of them can be added in 64 bits.
_LARGE = 1 << 40


@dataclass(frozen=True, slots=True)
class Layout:
    """Byte order (`<` or `>`), the offset of the first directory and the structs of a directory."""

    order: str
    first: int
    entries: Struct
    entry: Struct
    pointer: Struct


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of a directory.

    Attributes:
        tag: what it is about.
        type: of its values, by TIFF's numbers.
        count: how many values there are.
        at: where in the file they start.
        record: where the record itself stands.
    """

    tag: int
    type: int
    count: int
    at: int
    record: int

    @property
    def size_bytes(self) -> int:
        """What its values take."""
        return self.count * _TYPE_SIZES.get(self.type, 1)


def read_layout(data: bytes) -> Layout | None:
    """The layout of a TIFF structure, or None if `data` does not start one."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return None
    (version,) = unpack_from(f"{order}H", data, 2)
    if version == 42:
        (first,) = unpack_from(f"{order}I", data, 4)
        shapes = ("H", "HHI4x", "I")
    elif version == 43 and unpack_from(f"{order}HH", data, 4) == (8, 0):
        (first,) = unpack_from(f"{order}Q", data, 8)
        shapes = ("Q", "HHQ8x", "Q")
    else:
        return None
    entries, entry, pointer = (Struct(order + shape) for shape in shapes)
    return Layout(order, first, entries, entry, pointer)


def read_entries(data: bytes, layout: Layout, offset: int) -> Iterator[Entry]:
    """The records of the directory at `offset`, at most 4096 of them.

    Raises:
        struct.error: the directory does not lie within `data`.
    """
    (count,) = _unpack(layout.entries, data, offset)
    value_at = layout.entry.size - layout.pointer.size
    at = offset + layout.entries.size
    for _ in range(min(count, _MAX_ENTRIES)):
        tag, kind, values = _unpack(layout.entry, data, at)
        inline = values * _TYPE_SIZES.get(kind, 1) <= layout.pointer.size
        start = at + value_at
        values_at = start if inline else _unpack(layout.pointer, data, start)[0]
        yield Entry(tag, kind, values, values_at, at)
        at += layout.entry.size


def is_large(data: bytes, layout: Layout, offset: int) -> bool:
    """Whether the directory at `offset` has more records than `read_entries` gives.

    Raises:
        struct.error: the directory does not lie within `data`.
    """
    return _unpack(layout.entries, data, offset)[0] > _MAX_ENTRIES


def next_directory(data: bytes, layout: Layout, offset: int) -> int:
    """Offset of the directory after the one at `offset`, 0 at the end of the chain.

    Raises:
        struct.error: the directory does not lie within `data`.
    """
    (count,) = _unpack(layout.entries, data, offset)
    end = offset + layout.entries.size + count * layout.entry.size
    following: int = _unpack(layout.pointer, data, end)[0]
    return following


def first_value(data: bytes, layout: Layout, entry: Entry) -> int:
    """The first value of an unsigned integer record.

    Raises:
        struct.error: the record is not of an unsigned integer type or does not lie within `data`.
    """
    code = _TYPE_CODES.get(entry.type)
    if code is None or not entry.count:
        raise error(f"tag {entry.tag} holds no unsigned integer")
    value: int = _unpack(Struct(layout.order + code), data, entry.at)[0]
    return value


def read_values(data: bytes, layout: Layout, entry: Entry) -> NDArray[np.int64]:
    """All values of an unsigned integer record, huge ones as 2^40.

    Raises:
        struct.error: the record is not of an unsigned integer type or does not lie within `data`.
    """
    code = _TYPE_CODES.get(entry.type)
    if code is None or entry.at + entry.size_bytes > len(data):
        raise error(f"tag {entry.tag} holds no unsigned integers within the file")
    dtype = np.dtype(f"{layout.order}u{np.dtype(code).itemsize}")
    values = np.frombuffer(data, dtype, entry.count, entry.at)
    small: NDArray[np.int64] = np.minimum(values.astype(np.uint64), _LARGE).astype(np.int64)
    return small


def keep_entries(data: bytearray, layout: Layout, entries: Sequence[Entry]) -> None:
    """Reduces the first directory to some of its records, and the chain to it alone."""
    at = layout.first
    layout.entries.pack_into(data, at, len(entries))
    at += layout.entries.size
    records = [bytes(data[entry.record : entry.record + layout.entry.size]) for entry in entries]
    for record in records:
        data[at : at + len(record)] = record
        at += len(record)
    layout.pointer.pack_into(data, at, 0)


def _unpack(shape: Struct, data: bytes, offset: int) -> tuple[int, ...]:
    # Offsets of 64 bits overflow the C index of unpack_from with another exception.
    if offset + shape.size > len(data):
        raise error("a directory points past the end of the file")
    return shape.unpack_from(data, offset)
