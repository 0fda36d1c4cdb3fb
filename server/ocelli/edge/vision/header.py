"""The guard before any allocation: what a file is, how large, and whether it is all there."""

from collections.abc import Callable
from struct import error
from typing import TypeAlias

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.formats import avif, bmp, gif, jpeg, png, tiff, webp
from ocelli.edge.vision.formats.image_header import FIELD, ImageHeader, damaged
from ocelli.edge.vision.image import EncodedImage, ImageLimits, RawImage
from ocelli.edge.vision.unknown_file import describe

_Reader: TypeAlias = Callable[[bytes], ImageHeader]
_READERS: tuple[tuple[bytes, _Reader], ...] = (
    (jpeg.SIGNATURE, jpeg.read),
    (png.SIGNATURE, png.read),
    (webp.SIGNATURE, webp.read),
    (gif.SIGNATURE, gif.read),
    (bmp.SIGNATURE, bmp.read),
    *((signature, tiff.read) for signature in tiff.SIGNATURES),
)


def read_header(data: bytes, limits: ImageLimits, *, lenient: bool = False) -> ImageHeader:
    """Reads an image's header and refuses what must not be decoded.

    Nothing is allocated for pixels, and the time is bounded whatever the bytes say. Bytes after
    the end of the image are ignored, as cameras append their own data there.

    Args:
        data: the file.
        limits: what it may be.
        lenient: accept a file that is cut short, if its header is there.

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
    read = find_reader(data)
    if read is None:
        raise OcelliError(Reason.IMAGE_FORMAT_UNKNOWN, describe(data), field=FIELD)
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
    if header.damage and not lenient:
        raise damaged(header.format, header.damage)
    return header


def pixel_count(image: EncodedImage | RawImage, limits: ImageLimits) -> int:
    """How many pixels an image has when it is decoded in full, `limits.max_pixels` at most.

    Raises:
        OcelliError: an image reason: a file must not be decoded. Raw pixels are checked when they
            are read.
    """
    if isinstance(image, RawImage):
        return min(image.width * image.height, limits.max_pixels)
    header = read_header(image.data, limits, lenient=limits.is_lenient(image))
    return header.width * header.height


def find_reader(data: bytes) -> _Reader | None:
    """What reads the header of such a file; None for other files than images."""
    for signature, read in _READERS:
        if data.startswith(signature) and _is_image(signature, data):
            return read
    return avif.read if avif.is_avif(data) else None


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


def _is_image(signature: bytes, data: bytes) -> bool:
    # Two letters and a container's name also start other files.
    if signature == webp.SIGNATURE:
        return data[8:12] == b"WEBP"
    return signature != bmp.SIGNATURE or len(data) < 10 or data[6:10] == b"\0\0\0\0"
