"""JPEG headers.

Source: ITU-T T.81 (1992), annex B; CIPA DC-008 for the EXIF segment.
"""

import re
from struct import unpack_from

from ocelli.edge.vision.formats.exif import read_orientation
from ocelli.edge.vision.formats.image_header import (
    ImageFormat,
    ImageHeader,
    corrupt,
    unsupported,
)

SIGNATURE = b"\xff\xd8\xff"

_MAX_SEGMENTS = 1024
# A progressive file may name any number of scans and the decoder visits every block in each, so a
# few kilobytes could keep it busy for minutes. Encoders write about ten.
_MAX_SCANS = 32
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_START_OF_SCAN, _APP1, _END_OF_IMAGE = 0xDA, 0xE1, b"\xff\xd9"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def read(data: bytes) -> ImageHeader:
    """Reads the segments before the first scan and looks for the end of the image after it.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is no frame, no scan or no end of image,
            IMAGE_FORMAT_UNKNOWN for samples of other than 8 bits.
    """
    orientation = 1
    exif_seen = False
    frame: tuple[int, int, int, int] | None = None
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker = _MARKER.match(data, at)
        if marker is None:
            raise corrupt(ImageFormat.JPEG, f"has no marker at byte {at} of its header")
        kind, at = marker[1][0], marker.end()
        if kind in _STANDALONE:
            continue
        if kind == _START_OF_SCAN:
            break
        (length,) = unpack_from(">H", data, at)
        if kind in _FRAMES and frame is None:
            frame = (kind, *_read_frame(data, at))
        elif kind == _APP1 and not exif_seen and data.startswith(b"Exif\0\0", at + 2):
            exif_seen = True
            orientation = read_orientation(data[at + 2 : at + length])
        at += length
    else:
        raise corrupt(ImageFormat.JPEG, f"has no scan within {_MAX_SEGMENTS} segments")
    if frame is None:
        raise corrupt(ImageFormat.JPEG, "has no frame header before its scan")
    kind, width, height, components = frame
    _check_scans(data, at, several=kind in _PROGRESSIVE or data[at + 2] < components)
    return ImageHeader(ImageFormat.JPEG, width, height, orientation=orientation)


def _read_frame(data: bytes, at: int) -> tuple[int, int, int]:
    bits, height, width, components = unpack_from(">2xBHHB", data, at)
    if bits != 8:
        raise unsupported(ImageFormat.JPEG, f"{bits} bits per sample", "8 bits per sample")
    if components not in {1, 3, 4}:
        raise unsupported(ImageFormat.JPEG, f"{components} components", "1, 3 or 4 components")
    return width, height, components


def _check_scans(data: bytes, at: int, *, several: bool) -> None:
    if data.rfind(_END_OF_IMAGE, at) < 0:
        raise corrupt(ImageFormat.JPEG, f"is cut off after {len(data)} bytes, before its end")
    if several and data.count(b"\xff\xda", at) >= _MAX_SCANS:
        raise corrupt(ImageFormat.JPEG, f"has more than {_MAX_SCANS} scans")
