"""WebP headers.

Source: RFC 9649, "WebP Image Format".
"""

from collections.abc import Iterator
from struct import pack_into, unpack_from

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    cut_off,
    filled,
)

SIGNATURE = b"RIFF"

_MAX_CHUNKS = 65_536
_SIZE_14_BITS = 0x3FFF
_FIRST_CHUNK = 12
_STILLS = frozenset({b"VP8 ", b"VP8L"})
# What takes part in a frame. Alpha does not: the colours below it are what counts.
_KEPT = frozenset({b"VP8 ", b"VP8L", b"ANIM", b"ANMF"})
_ANIMATION_FLAG = 0x02


def read(data: bytes) -> ImageHeader:
    """Reads the canvas or frame size and walks the chunks for animation frames and EXIF.

    Raises:
        OcelliError: IMAGE_CORRUPT if the file holds no image.
        struct.error: the file ends in its first chunk.
    """
    size: tuple[int, int] | None = None
    frames = 0
    orientation = 1
    exif_seen = False
    for kind, start, end in _chunks(data):
        if size is None:
            size = _read_size(data, kind, start)
        if kind in _STILLS or kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF" and not exif_seen:
            exif_seen = True
            orientation = read_orientation(data[start:end])
    if size is None or not frames:
        raise corrupt(ImageFormat.WEBP, "holds no image")
    stated = _stated_bytes(data)
    damage = cut_off(data, stated) if stated > len(data) else ""
    return ImageHeader(ImageFormat.WEBP, *size, frames, orientation, damage)


def bare(data: bytes) -> bytes:
    """The same file without metadata, alpha and all frames but the first.

    What is left out cannot change the decoded colours, and takes time: the decoder reads EXIF
    blocks of any size and looks through all frames.
    """
    parts = [b""]
    still = animated = left_out = False
    for kind, start, end in _chunks(data):
        if kind == b"VP8X":
            # A canvas: flags, then its size.
            canvas = bytearray(data[start - 8 : end])
            canvas[8] &= _ANIMATION_FLAG
            animated = bool(canvas[8])
            parts[0] = bytes(canvas)
        elif kind not in _KEPT or still or (kind in _STILLS and animated):
            left_out = True
        else:
            still = kind in _STILLS or kind == b"ANMF"
            parts.append(data[start - 8 : end] + bytes(end - start & 1))
    if not left_out:
        return data
    body = b"WEBP" + b"".join(parts)
    header = bytearray(b"RIFF0000")
    pack_into("<I", header, 4, len(body))
    return bytes(header) + body


def whole(data: bytes) -> bytes:
    """The file with zeros in place of the bytes that it lacks."""
    return filled(ImageFormat.WEBP, data, _stated_bytes(data))


def _stated_bytes(data: bytes) -> int:
    size: int = unpack_from("<I", data, 4)[0]
    return size + 8


def _read_size(data: bytes, kind: bytes, start: int) -> tuple[int, int]:
    if kind == b"VP8X":
        low_w, high_w, low_h, high_h = unpack_from("<4xHBHB", data, start)
        return (high_w << 16 | low_w) + 1, (high_h << 16 | low_h) + 1
    if kind == b"VP8 ":
        sync, width, height = unpack_from("<3x3sHH", data, start)
        if sync == b"\x9d\x01\x2a":
            return width & _SIZE_14_BITS, height & _SIZE_14_BITS
    if kind == b"VP8L":
        sync, bits = unpack_from("<BI", data, start)
        if sync == 0x2F:
            return (bits & _SIZE_14_BITS) + 1, (bits >> 14 & _SIZE_14_BITS) + 1
    raise corrupt(ImageFormat.WEBP, "does not start with an image chunk")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each chunk's data, to the end of the RIFF or of the file."""
    stated = _stated_bytes(data)
    end = min(stated, len(data))
    at = _FIRST_CHUNK
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            return
        kind, length = unpack_from("<4sI", data, at)
        if at + 8 + length > stated:
            raise corrupt(ImageFormat.WEBP, f"has a chunk at byte {at} that passes its end")
        yield kind, at + 8, min(at + 8 + length, end)
        at += 8 + length + (length & 1)
    raise corrupt(ImageFormat.WEBP, f"has more than {_MAX_CHUNKS} chunks")
