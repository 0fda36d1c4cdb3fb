"""The guard before any allocation: what a file is, how large, and whether it is all there."""

from collections.abc import Callable
from struct import error
from typing import TypeAlias

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.formats import bmp, jpeg, png, tiff, webp
from ocelli.edge.vision.formats.image_header import FIELD, ImageHeader
from ocelli.edge.vision.image import ImageLimits

_Reader: TypeAlias = Callable[[bytes], ImageHeader]
_READERS: tuple[tuple[bytes, _Reader], ...] = (
    (jpeg.SIGNATURE, jpeg.read),
    (png.SIGNATURE, png.read),
    (webp.SIGNATURE, webp.read),
    (bmp.SIGNATURE, bmp.read),
    *((signature, tiff.read) for signature in tiff.SIGNATURES),
)

# Where a signature does not start at byte 0, its offset is 4 (the size of an ISO media box).
_UNSUPPORTED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL ", "JPEG XL"),
    (4, b"jP  ", "JPEG 2000"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftyp", "MP4 video"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (0, b"RIFF", "AVI or another RIFF file"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"8BPS", "Photoshop"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"\x89PNG", "a PNG whose line ends were converted"),
)


def read_header(data: bytes, limits: ImageLimits) -> ImageHeader:
    """Reads an image's header and refuses what must not be decoded.

    Nothing is allocated for pixels, and the time is bounded whatever the bytes say. Bytes after
    the end of the image are ignored, as cameras append their own data there.

    Raises:
        OcelliError: IMAGE_EMPTY, IMAGE_FORMAT_UNKNOWN, IMAGE_CORRUPT (cut off or
            contradicting itself) or IMAGE_TOO_LARGE.
    """
    if not data:
        raise OcelliError(
            Reason.IMAGE_EMPTY,
            "the image has no bytes; expected a whole image file; send its content",
            field=FIELD,
        )
    read = _find_reader(data)
    if read is None:
        raise _unknown(data)
    try:
        header = read(data)
    except (error, IndexError):
        raise OcelliError(
            Reason.IMAGE_CORRUPT,
            f"the image's header passes the end of its {len(data)} bytes; expected a whole, "
            "undamaged file; send it again",
            field=FIELD,
        ) from None
    _check_size(header, limits)
    return header


def _check_size(header: ImageHeader, limits: ImageLimits) -> None:
    if header.width < 1 or header.height < 1:
        raise OcelliError(
            Reason.IMAGE_CORRUPT,
            f"the {header.format} states a size of {header.width}×{header.height} pixels; "
            "expected at least 1×1; send it again",
            field=FIELD,
        )
    limits.check_size(header.width, header.height, FIELD)
    if header.frames > limits.max_frames:
        raise OcelliError(
            Reason.IMAGE_TOO_LARGE,
            f"the {header.format} has {header.frames} frames; at most {limits.max_frames} are "
            "accepted and only the first is used; send that one alone",
            field=FIELD,
        )


def _find_reader(data: bytes) -> _Reader | None:
    for signature, read in _READERS:
        if data.startswith(signature) and _is_image(signature, data):
            return read
    return None


def _is_image(signature: bytes, data: bytes) -> bool:
    # Two letters and a container's name also start other files.
    if signature == webp.SIGNATURE:
        return data[8:12] == b"WEBP"
    return signature != bmp.SIGNATURE or len(data) < 10 or data[6:10] == b"\0\0\0\0"


def _unknown(data: bytes) -> OcelliError:
    return OcelliError(
        Reason.IMAGE_FORMAT_UNKNOWN,
        f"the image looks like {_describe(data)}; send JPEG, PNG, WebP, BMP or TIFF",
        field=FIELD,
    )


def _describe(data: bytes) -> str:
    for offset, signature, name in _UNSUPPORTED:
        if data.startswith(signature, offset):
            return name
    start = data[:64]
    if all(byte >= 32 or byte in b"\t\n\r\f" for byte in start) and b"\x7f" not in start:
        try:
            text = start.decode(errors="strict" if len(data) <= 64 else "ignore").lstrip(
                "\ufeff \r\n\t"
            )
        except UnicodeDecodeError:
            text = ""
        if text.startswith("<"):
            return "HTML, SVG or other XML"
        if text:
            return "text"
    return f"no known format (its first bytes are {data[:8].hex(' ')})"
