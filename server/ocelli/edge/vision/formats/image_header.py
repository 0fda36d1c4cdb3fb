"""What a header says about an image, and how a reader says that a header is wrong."""

from dataclasses import dataclass
from enum import StrEnum

from ocelli.edge.errors import OcelliError, Reason

FIELD = "image.encoded"

# A cut file may be filled up with zeros to the size that it states, but not from next to nothing.
_MAX_FILLING = 4


class ImageFormat(StrEnum):
    """The encodings that are understood."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    AVIF = "AVIF"
    GIF = "GIF"
    BMP = "BMP"
    TIFF = "TIFF"


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What is known of an image before it is decoded.

    Attributes:
        format: its encoding.
        width: as stored, in pixels.
        height: as stored, in pixels.
        frames: of an animation, or pages of a document.
        orientation: 1 to 8 as in EXIF tag 274; 5 to 8 swap width and height when applied.
        damage: what the file lacks, to follow its format's name in a sentence; empty if it is whole
            as far as its header goes.
    """

    format: ImageFormat
    width: int
    height: int
    frames: int = 1
    orientation: int = 1
    damage: str = ""

    @property
    def upright_width(self) -> int:
        """Width in pixels after the orientation is applied."""
        return self.height if self.orientation >= 5 else self.width

    @property
    def upright_height(self) -> int:
        """Height in pixels after the orientation is applied."""
        return self.width if self.orientation >= 5 else self.height


def corrupt(image_format: ImageFormat, what: str) -> OcelliError:
    """The error for a file of which nothing can be used."""
    return OcelliError(
        Reason.IMAGE_CORRUPT,
        f"the {image_format} {what}; expected a whole, undamaged file; send it again",
        field=FIELD,
    )


def damaged(image_format: ImageFormat, what: str) -> OcelliError:
    """The error for a file of which a part might be used, if the caller wanted that."""
    return OcelliError(
        Reason.IMAGE_CORRUPT,
        f"the {image_format} {what}; expected a whole, undamaged file; send it again, or with "
        "tolerance LENIENT to use what is left of it",
        field=FIELD,
    )


def unsupported(image_format: ImageFormat, what: str, instead: str) -> OcelliError:
    """The error for a sound file of a variety that the decoders do not read."""
    return OcelliError(
        Reason.IMAGE_FORMAT_UNKNOWN,
        f"the {image_format} has {what}, which is not supported; send {instead}",
        field=FIELD,
    )


def cut_off(data: bytes, size_bytes: int) -> str:
    """What is said of a file that should be larger."""
    return f"is cut off: {len(data)} bytes of {size_bytes}"


def filled(image_format: ImageFormat, data: bytes, size_bytes: int) -> bytes:
    """The file with zeros in place of the bytes that it lacks to its stated size.

    Raises:
        OcelliError: IMAGE_CORRUPT if there is less than a quarter of it.
    """
    if size_bytes <= len(data):
        return data
    if size_bytes > _MAX_FILLING * len(data):
        raise corrupt(image_format, cut_off(data, size_bytes))
    return data + bytes(size_bytes - len(data))
