"""PNG headers, and PNG files that take no more work to decode than their pixels.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import unpack_from

from isal import isal_zlib

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt, damaged
from ocelli.edge.vision.formats.stored_png import StoredPng, chunk_bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MAX_CHUNKS = 65_536
_MAX_PALETTE_BYTES = 768
_INPUT_BYTES = 1 << 16
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT"})
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
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


@dataclass(frozen=True, slots=True)
class _Chunk:
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
    if data[12:16] != b"IHDR":
        raise corrupt(ImageFormat.PNG, "does not start with an IHDR chunk")
    width, height, depth, color, interlace = _read_size(data)
    if depth not in _DEPTHS.get(color, ()) or interlace > 1:
        raise corrupt(
            ImageFormat.PNG,
            f"states a colour type of {color}, a depth of {depth} and an interlace method of "
            f"{interlace}",
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
    return ImageHeader(ImageFormat.PNG, width, height, frames, orientation, damage)


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
    out: StoredPng | None = None
    head = [SIGNATURE]
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
        if chunk.kind != b"IDAT":
            head.append(_copy_small(data, chunk))
            continue
        out = out or StoredPng(b"".join(head), _row_bytes(data))
        if not _inflate(view[chunk.start : chunk.end], inflater, out, check_active):
            break
    return _finish(out, damage, lenient=lenient)


def _copy_small(data: bytes, chunk: _Chunk) -> bytes:
    if chunk.end - chunk.start > _MAX_PALETTE_BYTES:
        raise corrupt(ImageFormat.PNG, "has a palette of more than 256 colours")
    return chunk_bytes(chunk.kind, data[chunk.start : chunk.end])


def _finish(out: StoredPng | None, damage: str, *, lenient: bool) -> tuple[bytearray, str]:
    if out is None or out.missing == out.size:
        raise corrupt(ImageFormat.PNG, "has no row that can be read")
    if out.missing:
        damage = f"can be read for {1 - out.missing / out.size:.0%} of its rows"
        if not lenient:
            raise damaged(ImageFormat.PNG, damage)
    return out.finish(), damage


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


def _read_size(data: bytes) -> tuple[int, int, int, int, int]:
    """Width and height in pixels, bits of a sample, colour type, and whether Adam7 is used."""
    width, height, depth, color, interlace = unpack_from(">IIBBxxB", data, 16)
    return width, height, depth, color, interlace


def _row_bytes(data: bytes) -> int:
    """How many bytes the rows take, their filters' included, uncompressed."""
    width, height, depth, color, interlace = _read_size(data)
    bits = depth * _SAMPLES[color]
    if not interlace:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for x, y, step_x, step_y in _PASSES:
        columns, rows = -(-(width - x) // step_x), -(-(height - y) // step_y)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


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
