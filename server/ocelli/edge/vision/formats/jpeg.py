"""JPEG headers, and what cameras pad their files with.

Source: ITU-T T.81 (1992), annex B; CIPA DC-008 for the EXIF segment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from struct import unpack_from

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
_MARKER = re.compile(rb"\x00{0,16}\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_START_OF_SCAN, _END_OF_IMAGE, _APP1 = 0xDA, 0xD9, 0xE1
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_PROGRESSIVE = 0xC2
# The work of arithmetic decoding is not bounded by the bytes of the file, as that of Huffman is.
_RARE = {0xC3: "lossless coding", 0xC5: "hierarchical coding", 0xC6: "hierarchical coding"}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of the header.

    Attributes:
        kind: the marker's second byte.
        start: where the marker and what pads it begin.
        body: where its two bytes of length stand, or the end of a marker that stands alone.
        end: of the segment.
        padding: bytes before the marker that are not part of it.
    """

    kind: int
    start: int
    body: int
    end: int
    padding: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame header: its kind, the size in pixels, the blocks of 8×8 samples by component."""

    kind: int
    width: int
    height: int
    blocks: dict[int, int]


def read(data: bytes) -> ImageHeader:
    """Reads the segments before the first scan and looks for the end of the image after it.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no frame, no scan or far too many of them,
            IMAGE_FORMAT_UNKNOWN for samples of other than 8 bits and rare kinds of coding.
    """
    orientation = 1
    exif_seen = False
    frame: _Frame | None = None
    for segment in segments(data):
        if segment.kind in _FRAMES and frame is None:
            frame = _read_frame(data, segment)
        elif (
            segment.kind == _APP1
            and not exif_seen
            and data.startswith(b"Exif\0\0", segment.body + 2)
        ):
            exif_seen = True
            orientation = read_orientation(data[segment.body + 2 : segment.end])
    if frame is None:
        raise corrupt(ImageFormat.JPEG, "has no frame header before its scan")
    if frame.kind == _PROGRESSIVE or data[segment.body + 2] < len(frame.blocks):
        _check_scans(data, segment.body, frame)
    damage = ""
    if data.rfind(b"\xff\xd9", segment.body) < 0:
        damage = f"is cut off after {len(data)} bytes, before its end"
    return ImageHeader(
        ImageFormat.JPEG, frame.width, frame.height, orientation=orientation, damage=damage
    )


def segments(data: bytes) -> Iterator[Segment]:
    """The segments of the header, up to and including the header of the first scan.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no scan.
        struct.error: the file ends in the header.
    """
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker = _MARKER.match(data, at)
        if marker is None:
            raise corrupt(ImageFormat.JPEG, f"has no marker at byte {at} of its header")
        kind, body = marker[1][0], marker.end()
        length = 0 if kind in _STANDALONE else unpack_from(">H", data, body)[0]
        padding = len(marker[0]) - len(marker[0].lstrip(b"\0"))
        yield Segment(kind, at, body, body + length, padding)
        if kind == _START_OF_SCAN:
            return
        at = body + length
    raise corrupt(ImageFormat.JPEG, f"has no scan within {_MAX_SEGMENTS} segments")


def _read_frame(data: bytes, segment: Segment) -> _Frame:
    at = segment.body
    bits, height, width, count = unpack_from(">2xBHHB", data, at)
    if segment.kind not in _SEQUENTIAL and segment.kind != _PROGRESSIVE:
        coding = _RARE.get(segment.kind, "arithmetic or hierarchical coding")
        raise unsupported(ImageFormat.JPEG, coding, "baseline or progressive JPEG")
    if bits != 8:
        raise unsupported(ImageFormat.JPEG, f"{bits} bits per sample", "8 bits per sample")
    if count not in {1, 3, 4}:
        raise unsupported(ImageFormat.JPEG, f"{count} components", "1, 3 or 4 components")
    components = [unpack_from(">BB", data, at + 8 + 3 * i) for i in range(count)]
    across = max(1, *(sampling >> 4 for _, sampling in components))
    down = max(1, *(sampling & 15 for _, sampling in components))
    columns, rows = ceil(width / (8 * across)), ceil(height / (8 * down))
    blocks = {
        name: columns * rows * (sampling >> 4) * (sampling & 15) for name, sampling in components
    }
    return _Frame(segment.kind, width, height, blocks)


def _check_scans(data: bytes, at: int, frame: _Frame) -> None:
    """Bounds the blocks that all scans together visit.

    `at` is the header of the first scan, after its marker.
    """
    visits = 0
    allowed = max(_FREE_VISITS, _MAX_VISITS_PER_BLOCK * sum(frame.blocks.values()))
    for _ in range(_MAX_SCANS):
        names = data[at + 3 : at + 3 + 2 * data[at + 2] : 2]
        visits += sum(frame.blocks.get(name, 0) for name in names)
        if visits > allowed:
            break
        found = _AFTER_SCAN.search(data, _segment_end(data, at))
        while found is not None and found[1][0] not in {_START_OF_SCAN, _END_OF_IMAGE}:
            found = _AFTER_SCAN.search(data, _segment_end(data, found.end()))
        if found is None or found[1][0] == _END_OF_IMAGE:
            return
        at = found.end()
        if at + 3 > len(data):
            return
    raise corrupt(ImageFormat.JPEG, "has more scans than any encoder writes")


def _segment_end(data: bytes, at: int) -> int:
    return at + int.from_bytes(data[at : at + 2], "big")
