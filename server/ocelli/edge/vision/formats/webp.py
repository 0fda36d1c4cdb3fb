"""WebP headers.

Source: RFC 9649, "WebP Image Format".
"""

from collections.abc import Iterator
from struct import unpack_from

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt

SIGNATURE = b"RIFF"

_MAX_CHUNKS = 65_536
_SIZE_14_BITS = 0x3FFF


def read(data: bytes) -> ImageHeader:
    """Reads the canvas or frame size and walks the chunks for animation frames and EXIF.

    Raises:
        OcelliError: IMAGE_CORRUPT if the file is shorter than it states or holds no image.
    """
    (riff_size,) = unpack_from("<I", data, 4)
    end = riff_size + 8
    if end > len(data):
        raise corrupt(ImageFormat.WEBP, f"is cut off: {len(data)} bytes of the {end} it states")
    size: tuple[int, int] | None = None
    frames = 0
    orientation = 1
    for kind, start, length in _chunks(data, end):
        if size is None:
            size = _read_size(data, kind, start)
        if kind in {b"VP8 ", b"VP8L", b"ANMF"}:
            frames += 1
        elif kind == b"EXIF":
            orientation = read_orientation(data[start : start + length])
    if size is None or not frames:
        raise corrupt(ImageFormat.WEBP, "holds no image")
    return ImageHeader(ImageFormat.WEBP, *size, frames, orientation)


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


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and length in bytes of each chunk's data, to the end of the RIFF."""
    at = 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > end:
            return
        kind, length = unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise corrupt(ImageFormat.WEBP, f"has a chunk at byte {at} that passes its end")
        yield kind, at + 8, length
        at += 8 + length + (length & 1)
    raise corrupt(ImageFormat.WEBP, f"has more than {_MAX_CHUNKS} chunks")
