"""JPEG headers, and what cameras pad their files with.

Source: ITU-T T.81 (1992), annex B; CIPA DC-008 for the EXIF segment.
"""

import re
from collections.abc import Iterator
from math import ceil
from struct import Struct, unpack_from
from typing import TypeAlias

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    unsupported,
)

SIGNATURE = b"\xff\xd8\xff"

MAX_PADDING_BYTES = 16
"""Some cameras and encoders write a few zeros before a marker. More of them are damage."""

_MAX_SEGMENTS = 1024
# A file may name any number of scans and the decoder visits every block in each, so a few kilobytes
# could keep it busy for minutes. Encoders write about ten, which visit a block six times at most.
_MAX_SCANS = 32
_MAX_VISITS_PER_BLOCK = 8
_FREE_VISITS = 2_000_000
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_PADDED_MARKER = re.compile(rb"\x00{1,16}\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_START_OF_SCAN, _END_OF_IMAGE, _APP1 = 0xDA, 0xD9, 0xE1
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_PROGRESSIVE = 0xC2
# The work of arithmetic decoding is not bounded by the bytes of the file, as that of Huffman is.
_RARE = {0xC3: "lossless coding", 0xC5: "hierarchical coding", 0xC6: "hierarchical coding"}
_LENGTH = Struct(">H")
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


Segment: TypeAlias = tuple[int, int, int, int]
"""A segment of the header: its marker's second byte, where the marker or padding before it begins,
where its two bytes of length stand (or the end of a marker that stands alone), and its end."""


def read(data: bytes) -> ImageHeader:
    """Reads the segments before the first scan and looks for the end of the image after it.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no frame, no scan or far too many of them,
            IMAGE_FORMAT_UNKNOWN for samples of other than 8 bits and rare kinds of coding.
    """
    orientation = 1
    exif_seen = False
    frame_at = 0
    for kind, _, body, end in segments(data):
        if kind in _FRAMES and not frame_at:
            frame, frame_at = kind, body
            width, height, components = _read_frame(data, kind, body)
        elif kind == _APP1 and not exif_seen and data.startswith(b"Exif\0\0", body + 2):
            exif_seen = True
            orientation = read_orientation(data[body + 2 : end])
    if not frame_at:
        raise corrupt(ImageFormat.JPEG, "has no frame header before its scan")
    if frame == _PROGRESSIVE or data[body + 2] < components:
        _check_scans(data, body, _count_blocks(data, frame_at))
    damage = ""
    if data.rfind(b"\xff\xd9", body) < 0:
        damage = f"is cut off after {len(data)} bytes, before its end"
    return ImageHeader(ImageFormat.JPEG, width, height, 1, orientation, damage)


def is_single_scan(data: bytes) -> bool:
    """Whether this is Huffman-coded and its first scan holds all components.

    Decoders look at no further scan then.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no scan.
        struct.error: the data end in the header.
    """
    components = 0
    for kind, _, body, _ in segments(data):
        if kind in _FRAMES:
            if kind not in _SEQUENTIAL:
                return False
            components = components or data[body + 7]
    return data[body + 2] >= components > 0


def segments(data: bytes) -> Iterator[Segment]:
    """The segments of the header, up to and including the header of the first scan.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no scan.
        struct.error: the file ends in the header.
    """
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker = _MARKER.match(data, at) or _PADDED_MARKER.match(data, at)
        if marker is None:
            raise corrupt(ImageFormat.JPEG, f"has no marker at byte {at} of its header")
        kind, body = marker[1][0], marker.end()
        end = body if kind in _STANDALONE else body + _LENGTH.unpack_from(data, body)[0]
        yield kind, at, body, end
        if kind == _START_OF_SCAN:
            return
        at = end
    raise corrupt(ImageFormat.JPEG, f"has no scan within {_MAX_SEGMENTS} segments")


def _read_frame(data: bytes, kind: int, at: int) -> tuple[int, int, int]:
    """Width and height in pixels, and the number of components."""
    bits, height, width, components = unpack_from(">2xBHHB", data, at)
    if kind not in _SEQUENTIAL and kind != _PROGRESSIVE:
        coding = _RARE.get(kind, "arithmetic or hierarchical coding")
        raise unsupported(ImageFormat.JPEG, coding, "baseline or progressive JPEG")
    if bits != 8:
        raise unsupported(ImageFormat.JPEG, f"{bits} bits per sample", "8 bits per sample")
    if components not in {1, 3, 4}:
        raise unsupported(ImageFormat.JPEG, f"{components} components", "1, 3 or 4 components")
    return width, height, components


def _count_blocks(data: bytes, at: int) -> dict[int, int]:
    """How many blocks of 8×8 samples each component has, by its name."""
    height, width, count = unpack_from(">3xHHB", data, at)
    components = [unpack_from(">BB", data, at + 8 + 3 * i) for i in range(count)]
    across = max(1, *(sampling >> 4 for _, sampling in components))
    down = max(1, *(sampling & 15 for _, sampling in components))
    columns, rows = ceil(width / (8 * across)), ceil(height / (8 * down))
    return {
        name: columns * rows * (sampling >> 4) * (sampling & 15) for name, sampling in components
    }


def _check_scans(data: bytes, at: int, blocks: dict[int, int]) -> None:
    """Bounds the blocks that all scans together visit.

    `at` is the header of the first scan, after its marker.
    """
    visits = 0
    allowed = max(_FREE_VISITS, _MAX_VISITS_PER_BLOCK * sum(blocks.values()))
    segments_left = _MAX_SEGMENTS
    for _ in range(_MAX_SCANS):
        names = data[at + 3 : at + 3 + 2 * data[at + 2] : 2]
        visits += sum(blocks.get(name, 0) for name in names)
        if visits > allowed:
            break
        found = _AFTER_SCAN.search(data, _segment_end(data, at))
        while found is not None and found[1][0] not in {_START_OF_SCAN, _END_OF_IMAGE}:
            segments_left -= 1
            if not segments_left:
                raise corrupt(ImageFormat.JPEG, f"has more than {_MAX_SEGMENTS} segments")
            found = _AFTER_SCAN.search(data, _segment_end(data, found.end()))
        if found is None or found[1][0] == _END_OF_IMAGE:
            return
        at = found.end()
        if at + 3 > len(data):
            return
    raise corrupt(ImageFormat.JPEG, "has more scans than any encoder writes")


def _segment_end(data: bytes, at: int) -> int:
    return at + int.from_bytes(data[at : at + 2], "big")
