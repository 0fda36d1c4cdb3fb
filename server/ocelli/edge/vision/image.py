"""Images as callers send them, and the limits that they must keep."""

from dataclasses import dataclass
from enum import StrEnum

from ocelli.edge.errors import OcelliError, Reason


class PixelFormat(StrEnum):
    """Layout of raw pixels, 8 bits per sample.

    RGB and BGR are interleaved, 3 bytes per pixel; GRAY is 1 byte per pixel. NV12 and I420 are
    BT.601 video range with 2×2 subsampled chroma: a plane of Y, then one of interleaved U and V
    (NV12) or one of U and one of V (I420).
    """

    RGB = "RGB"
    BGR = "BGR"
    GRAY = "GRAY"
    NV12 = "NV12"
    I420 = "I420"


class Tolerance(StrEnum):
    """What to do with a file that is damaged or cut short.

    STRICT refuses it, LENIENT uses what can be decoded of it, with a warning. What cameras are
    known to pad their files with is no damage.
    """

    STRICT = "strict"
    LENIENT = "lenient"


class WarningReason(StrEnum):
    """What an image is warned of, named as in the contract."""

    DAMAGED = "DAMAGED"


@dataclass(frozen=True, slots=True)
class ImageWarning:
    """Something to know of an image that was used all the same; `message` is one line."""

    reason: WarningReason
    message: str


class ColorOrder(StrEnum):
    """Order of the channels of a pixel."""

    RGB = "RGB"
    BGR = "BGR"


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in float pixels: origin top-left, x right, y down, maxima exclusive."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.x_max - self.x_min

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.y_max - self.y_min


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A whole JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF file, and the part of it to look at.

    `region` is in pixels of the upright image (after EXIF orientation); None means all of it.
    `tolerance` is for damage; None leaves it to the server's setting.
    """

    data: bytes
    region: Region | None = None
    tolerance: Tolerance | None = None


@dataclass(frozen=True, slots=True)
class RawImage:
    """Uncompressed upright pixels, rows from top to bottom, and the part of them to look at.

    `stride` is the distance in bytes between the starts of two rows (of luma for NV12 and I420,
    whose chroma rows follow from it); 0 means rows without padding. The last row may end at its
    last pixel.
    """

    data: bytes
    width: int
    height: int
    format: PixelFormat
    stride: int = 0
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What an image may cost and may lack: the server's settings."""

    max_pixels: int
    """Width × height of one frame."""
    max_side: int
    """Width or height in pixels."""
    max_frames: int
    """Frames of an animation or pages of a document, of which only the first is used."""
    tolerance: Tolerance = Tolerance.STRICT
    """What to do with damaged files where the request leaves it open."""

    def is_lenient(self, image: EncodedImage) -> bool:
        """Whether what can be decoded of a damaged file is good enough."""
        return (image.tolerance or self.tolerance) is Tolerance.LENIENT

    def check_size(self, width: int, height: int, field: str) -> None:
        """Refuses an image of too many pixels.

        Raises:
            OcelliError: IMAGE_TOO_LARGE, naming the size, the limits and the request `field`.
        """
        if max(width, height) > self.max_side or width * height > self.max_pixels:
            raise OcelliError(
                Reason.IMAGE_TOO_LARGE,
                f"the image is {width}×{height} pixels; at most {self.max_pixels} pixels and "
                f"{self.max_side} per side are accepted; send it smaller",
                field=field,
            )
