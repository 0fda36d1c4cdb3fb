"""PNG headers.

Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)".
"""

from collections.abc import Iterator
from struct import unpack_from
from zlib import crc32

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import ImageFormat, ImageHeader, corrupt

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_MAX_CHUNKS = 65_536
_CRITICAL = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})


def read(data: bytes) -> ImageHeader:
    """Walks the chunks to IEND. An animation counts the frames that it states.

    Raises:
        OcelliError: IMAGE_CORRUPT if IHDR does not come first or IEND does not come at all.
    """
    frames = orientation = 1
    if data[12:16] != b"IHDR":
        raise corrupt(ImageFormat.PNG, "does not start with an IHDR chunk")
    width, height = unpack_from(">II", data, 16)
    for kind, start, length in _chunks(data):
        if kind == b"acTL":
            frames = max(1, unpack_from(">I", data, start)[0])
        elif kind == b"eXIf":
            orientation = read_orientation(data[start : start + length])
    return ImageHeader(ImageFormat.PNG, width, height, frames, orientation)


def bare(data: bytes) -> bytes:
    """The same still image with the critical chunks only, their checksums verified.

    What is left out (colour profiles, text, animation frames) cannot change the decoded 8-bit
    colours, costs time to unpack and makes the decoder write warnings to the process's stderr, as
    does a wrong checksum.

    Raises:
        OcelliError: IMAGE_CORRUPT if a checksum is wrong.
    """
    view = memoryview(data)
    parts: list[bytes | memoryview] = [SIGNATURE]
    size = len(SIGNATURE)
    for kind, start, length in _chunks(data):
        if kind in _CRITICAL:
            end = start + length
            if crc32(view[start - 4 : end]) != unpack_from(">I", data, end)[0]:
                raise corrupt(ImageFormat.PNG, f"has a wrong checksum at byte {end}")
            parts.append(view[start - 8 : end + 4])
            size += length + 12
    return data if size == len(data) else b"".join(parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and length in bytes of each chunk's data, to IEND."""
    at = len(SIGNATURE)
    for _ in range(_MAX_CHUNKS):
        length, kind = unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise corrupt(ImageFormat.PNG, f"is cut off after {len(data)} bytes, before its end")
        yield kind, at + 8, length
        if kind == b"IEND":
            return
        at += 12 + length
    raise corrupt(ImageFormat.PNG, f"has more than {_MAX_CHUNKS} chunks")
