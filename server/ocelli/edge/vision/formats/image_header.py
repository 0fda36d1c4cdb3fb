"""What a header says about an image, and how a reader says that a header is wrong."""

from dataclasses import dataclass
from enum import StrEnum

from ocelli.edge.errors import OcelliError, Reason

FIELD = "image.encoded"


class ImageFormat(StrEnum):
    """The encodings that are understood."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    BMP = "BMP"
    TIFF = "TIFF"


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """An image's format, its stored size in pixels, its frames and its EXIF orientation.

    `orientation` is 1 to 8 as in EXIF tag 274; 5 to 8 swap width and height when applied.
    """

    format: ImageFormat
    width: int
    height: int
    frames: int = 1
    orientation: int = 1

    @property
    def upright_width(self) -> int:
        """Width in pixels after the orientation is applied."""
        return self.height if self.orientation >= 5 else self.width

    @property
    def upright_height(self) -> int:
        """Height in pixels after the orientation is applied."""
        return self.width if self.orientation >= 5 else self.height


def corrupt(image_format: ImageFormat, what: str) -> OcelliError:
    """The error for a file that is cut off or contradicts itself."""
    return OcelliError(
        Reason.IMAGE_CORRUPT,
        f"the {image_format} {what}; expected a whole, undamaged file; send it again",
        field=FIELD,
    )


def unsupported(image_format: ImageFormat, what: str, instead: str) -> OcelliError:
    """The error for a sound file of a variety that the decoders do not read."""
    return OcelliError(
        Reason.IMAGE_FORMAT_UNKNOWN,
        f"the {image_format} has {what}, which is not supported; send {instead}",
        field=FIELD,
    )
