"""PNG headers, and PNG files that take no more work to decode than their pixels.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
"""

from collections.abc import Callable, Iterator
from struct import unpack_from
from typing import NamedTuple

import numpy as np
from isal import isal_zlib
from numpy.typing import NDArray

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt, damaged
from ocelli.edge.vision.formats.stored_png import StoredPng, chunk_bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Encoders write chunks of 8 KiB or more.
_MAX_CHUNKS = 16_384
_PALETTE_BYTES, _INDEXED = 768, 3
_LAST_FILTER = 4
_INPUT_BYTES = 1 << 16
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_WHOLE = ((0, 0, 1, 1),)
# First column and row of each of Adam7's passes, and the steps between its pixels.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


class _Size(NamedTuple):
    """Width and height in pixels, bits of a sample, type of colours, and whether Adam7 is used."""

    width: int
    height: int
    depth: int
    color: int
    interlace: int


class _Chunk(NamedTuple):
    """A chunk: its type and where its data lie; `whole` is false if the file ends in it."""

    kind: bytes
    start: int
    end: int
    whole: bool


def read(data: bytes) -> ImageHeader:
    """Walks the chunks to IEND. An animation counts the frames that it states.

    Raises:
        OcelliError: IMAGE_CORRUPT if IHDR does not come first or is not valid.
        struct.error: the file ends in its IHDR.
    """
    if data[8:16] != b"\0\0\0\x0dIHDR":
        raise corrupt(ImageFormat.PNG, "does not start with an IHDR chunk")
    size = _read_size(data)
    if size.depth not in _DEPTHS.get(size.color, ()) or any(data[26:28]) or size.interlace > 1:
        raise corrupt(
            ImageFormat.PNG,
            f"states a colour type of {size.color}, a depth of {size.depth} and methods of "
            f"{', '.join(map(str, data[26:29]))}",
        )
    frames = orientation = 1
    exif_seen = ended = False
    for chunk in _chunks(data):
        if chunk.kind == b"acTL" and chunk.end - chunk.start >= 4:
            frames = max(1, unpack_from(">I", data, chunk.start)[0])
        elif chunk.kind == b"eXIf" and not exif_seen:
            exif_seen = True
            orientation = read_orientation(data[chunk.start : chunk.end])
        ended = chunk.whole and chunk.kind == b"IEND"
    damage = "" if ended else f"is cut off after {len(data)} bytes, before its end"
    return ImageHeader(ImageFormat.PNG, size.width, size.height, frames, orientation, damage)


def unpacked(
    data: bytes, *, lenient: bool, check_active: Callable[[], None]
) -> tuple[bytearray, str]:
    """The same still image with its rows uncompressed, in critical chunks only.

    Data beyond the rows is not looked at, so that the work is bounded by the pixels: libpng would
    inflate all of it, a gigabyte for a megabyte of file. Inflating here takes half of libpng's time
    for it, so the whole is no slower. What is left out (colour profiles, text, animation frames)
    cannot change the decoded 8-bit colours, costs time to unpack and makes the decoder write
    warnings to the process's stderr, as does a wrong checksum.

    Args:
        data: a file whose header `read` has accepted.
        lenient: put black in place of rows that are missing or damaged.
        check_active: called now and then; ends the work if it raises.

    Returns:
        The file, and what is wrong with the original, empty if nothing is.

    Raises:
        OcelliError: IMAGE_CORRUPT if there are no rows, or some are missing or a checksum is wrong
            and `lenient` is false.
    """
    palette: bytes | None = None
    out: StoredPng | None = None
    damage = ""
    inflater = isal_zlib.decompressobj()
    view = memoryview(data)
    for chunk in _chunks(data):
        if chunk.kind not in _CRITICAL or chunk.end == chunk.start:
            continue
        if chunk.whole and not _is_sound(view, chunk):
            damage = damage or f"has a wrong checksum at byte {chunk.end}"
            if not lenient:
                raise damaged(ImageFormat.PNG, damage)
        if chunk.kind == b"PLTE":
            palette = palette or data[chunk.start : min(chunk.end, chunk.start + _PALETTE_BYTES)]
        elif chunk.kind == b"IDAT":
            out = out or StoredPng(_head(data, palette), _row_bytes(data))
            if not _inflate(view[chunk.start : chunk.end], inflater, out, check_active):
                break
    if out is None or out.missing == out.size:
        raise corrupt(ImageFormat.PNG, "has no row that can be read")
    damage = _check_rows(data, out) or damage
    if damage and not lenient:
        raise damaged(ImageFormat.PNG, damage)
    return out.finish(), damage


def _head(data: bytes, palette: bytes | None) -> bytes:
    """The file up to its first IDAT chunk, with a palette that has a colour for every index."""
    head = SIGNATURE + chunk_bytes(b"IHDR", data[16:29])
    if _read_size(data).color != _INDEXED:
        return head
    if palette is None:
        raise corrupt(ImageFormat.PNG, "has no palette before its rows")
    size = 3 << _read_size(data).depth
    return head + chunk_bytes(b"PLTE", palette[:size].ljust(size, b"\0"))


def _check_rows(data: bytes, out: StoredPng) -> str:
    """What is wrong with the rows, which it makes readable."""
    unknown = out.replace_above(_row_starts(data), _LAST_FILTER)
    if out.missing:
        return f"can be read for {1 - out.missing / out.size:.0%} of its rows"
    return f"has {unknown} rows of an unknown filter" if unknown else ""


def _inflate(
    packed: memoryview,
    inflater: isal_zlib.Decompress,
    out: StoredPng,
    check_active: Callable[[], None],
) -> bool:
    """Whether there may be more to inflate: rows are missing and nothing was wrong."""
    for at in range(0, len(packed), _INPUT_BYTES):
        check_active()
        try:
            out.write(inflater.decompress(packed[at : at + _INPUT_BYTES], out.missing))
        except isal_zlib.IsalError:  # type: ignore[misc]  # its stub has an instance here
            return False
        if not out.missing or inflater.eof:
            return False
    return True


def _is_sound(view: memoryview, chunk: _Chunk) -> bool:
    stated: int = unpack_from(">I", view, chunk.end)[0]
    return stated == isal_zlib.crc32(view[chunk.start - 4 : chunk.end])


def _read_size(data: bytes) -> _Size:
    return _Size(*unpack_from(">IIBBxxB", data, 16))


def _row_bytes(data: bytes) -> int:
    """How many bytes the rows take, their filters' included, uncompressed."""
    return sum(rows * row_bytes for rows, row_bytes in _passes(_read_size(data)))


def _row_starts(data: bytes) -> NDArray[np.int64]:
    """Where each row begins, with its filter, among the uncompressed bytes."""
    starts, at = [], 0
    for rows, row_bytes in _passes(_read_size(data)):
        starts.append(at + row_bytes * np.arange(rows, dtype=np.int64))
        at += rows * row_bytes
    return np.concatenate(starts)


def _passes(size: _Size) -> Iterator[tuple[int, int]]:
    """Of each pass its rows, and the bytes of one with its filter."""
    bits = size.depth * _SAMPLES[size.color]
    for x, y, step_x, step_y in _PASSES if size.interlace else _WHOLE:
        columns, rows = -(-(size.width - x) // step_x), -(-(size.height - y) // step_y)
        if columns > 0 and rows > 0:
            yield rows, 1 + (columns * bits + 7) // 8


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The chunks, to IEND or to the end of the file."""
    at = len(SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(data):
            return
        length, kind = unpack_from(">I4s", data, at)
        start, end = at + 8, at + 8 + length
        whole = end + 4 <= len(data)
        yield _Chunk(kind, start, min(end, len(data)), whole)
        if kind == b"IEND" or not whole:
            return
        at = end + 4
    raise corrupt(ImageFormat.PNG, f"has more than {_MAX_CHUNKS} chunks")
