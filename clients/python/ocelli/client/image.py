"""Images as Python has them, and how they become the contract's `Image`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, Union

import numpy as np
import numpy.typing as npt

from ocelli.client.detection import Box
from ocelli.client.enums import number_of
from ocelli.client.errors import image_error, invalid_request
from ocelli.client.payload import Payload
from ocelli.v1 import image_pb2

if TYPE_CHECKING:
    import PIL.Image

PixelFormat: TypeAlias = Literal["RGB", "BGR", "GRAY", "NV12", "I420"]
"""How the values of an array are to be read."""

Tolerance: TypeAlias = Literal["strict", "lenient"]
"""What to do with a file that is damaged or cut short: refuse it, or use what can be decoded of it
and answer with a warning."""

Encoded: TypeAlias = bytes | bytearray | memoryview
"""A whole image file in memory."""

ImageLike: TypeAlias = Union[
    str, os.PathLike[str], Encoded, npt.NDArray[np.uint8], "PIL.Image.Image"
]
"""An image in any of the forms that calls accept.

A path: the file is sent as it is, EXIF orientation is applied by the server. Bytes: a whole encoded
file, the same way. An array: uint8 pixels, sent raw, without loss: (H, W, 3) is **RGB** unless
`pixel_format` says "BGR", (H, W) is gray; with "NV12" and "I420" it is (H × 3 / 2, W). A PIL image:
its pixels as they stand, converted to RGB or gray; boxes fit `image.size`.
"""

RegionLike: TypeAlias = Box | tuple[float, float, float, float]
"""x_min, y_min, x_max, y_max in pixels of the upright image, maxima exclusive."""

_FORMATS: dict[str, image_pb2.PixelFormat] = {
    "RGB": image_pb2.PIXEL_FORMAT_RGB,
    "BGR": image_pb2.PIXEL_FORMAT_BGR,
    "GRAY": image_pb2.PIXEL_FORMAT_GRAY,
    "NV12": image_pb2.PIXEL_FORMAT_NV12,
    "I420": image_pb2.PIXEL_FORMAT_I420,
}
_TOLERANCES: Mapping[Tolerance, image_pb2.Tolerance] = {
    "strict": image_pb2.TOLERANCE_STRICT,
    "lenient": image_pb2.TOLERANCE_LENIENT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame of a stream: an image or, to be embedded, a text."""

    image: ImageLike | None = None
    """The pixels."""
    frame_id: int | None = None
    """Returned with the answer. None: its position in the stream, from 0."""
    capture_time_us: int = 0
    """Returned with the answer: when it was taken, in microseconds since any epoch."""
    region: RegionLike | None = None
    """The part to look at. None: all of it."""
    pixel_format: PixelFormat | None = None
    """How an array's values are to be read. None: by its shape, RGB or gray."""
    text: str | None = None
    """In place of an image."""
    tolerance: Tolerance | None = None
    """What to do with a damaged or cut file. None: as the stream, or else the server, says."""


@dataclass(frozen=True, slots=True, eq=False)
class IndexItem:
    """One image, or text, to embed and store."""

    id: str
    """Id of the point: 1 to 256 bytes of UTF-8."""
    image: ImageLike | None = None
    """The image."""
    payload: Payload | None = None
    """What is to be kept with the vector."""
    text: str | None = None
    """In place of an image."""
    region: RegionLike | None = None
    """The part to look at. None: all of it."""
    pixel_format: PixelFormat | None = None
    """How an array's values are to be read. None: by its shape, RGB or gray."""
    tolerance: Tolerance | None = None
    """What to do with a damaged or cut file. None: as the stream, or else the server, says."""


def pack_image(
    source: ImageLike,
    *,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> image_pb2.Image:
    """Packs an image. Reads the file if it is a path.

    Raises:
        ImageError: the file cannot be read, or the array's type or shape cannot be expressed.
        InvalidRequest: there is no such tolerance.
    """
    where = image_pb2.Region(**_bounds(region)) if region is not None else None
    tolerated = None if tolerance is None else number_of(_TOLERANCES, tolerance, "image.tolerance")
    match source:
        case str() | os.PathLike():
            encoded = _read(Path(source))
        case bytes() | bytearray() | memoryview():
            encoded = bytes(source)
        case np.ndarray():
            return image_pb2.Image(
                raw=_raw(source, pixel_format), region=where, tolerance=tolerated
            )
        case _ if hasattr(source, "convert") and hasattr(source, "mode"):
            return image_pb2.Image(
                raw=_raw(_pil_pixels(source), None), region=where, tolerance=tolerated
            )
        case _:
            raise image_error(
                f"an image of type {type(source).__name__}; expected a path, the bytes of an "
                "image file, a uint8 array or a PIL image"
            )
    return image_pb2.Image(encoded=encoded, region=where, tolerance=tolerated)


def pack_input(
    source: ImageLike | None,
    text: str | None,
    *,
    region: RegionLike | None = None,
    pixel_format: PixelFormat | None = None,
    tolerance: Tolerance | None = None,
) -> tuple[image_pb2.Image | None, str | None]:
    """Packs what is to be embedded: an image or a text, one of which must be given.

    Raises:
        InvalidRequest: both are given, or neither.
        ImageError: as `pack_image`.
    """
    if (source is None) == (text is None):
        raise invalid_request("give exactly one of image, text", field="input")
    if source is None:
        return None, text
    return pack_image(source, region=region, pixel_format=pixel_format, tolerance=tolerance), None


def blocks(source: ImageLike | None) -> bool:
    """Tells whether packing this image waits for a disk or computes for long."""
    return source is not None and not isinstance(source, (bytes, bytearray, memoryview, np.ndarray))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise image_error(
            f"cannot read {path}: {why}", hint="give the path of an image file, or its bytes"
        ) from error


def _pil_pixels(image: "PIL.Image.Image") -> npt.NDArray[np.uint8]:
    mode = "L" if image.mode in {"1", "L"} else "RGB"
    return np.asarray(image.convert(mode), dtype=np.uint8)


def _raw(pixels: npt.NDArray[np.uint8], pixel_format: PixelFormat | None) -> image_pb2.RawImage:
    if pixels.dtype != np.uint8:
        raise image_error(
            f"an array of {pixels.dtype}; expected uint8 values from 0 to 255 (floats from 0 to 1: "
            "(pixels * 255).astype(numpy.uint8))"
        )
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    name = pixel_format or ("GRAY" if pixels.ndim == 2 else "RGB")
    if name not in _FORMATS:
        raise image_error(f"pixel_format {name!r} is none of {', '.join(_FORMATS)}")
    wanted = "(H, W, 3)" if name in {"RGB", "BGR"} else "(H, W)"
    if name in {"NV12", "I420"}:
        wanted = "(H * 3 / 2, W)"
    rank = 3 if wanted.endswith("3)") else 2
    if pixels.ndim != rank or (rank == 3 and pixels.shape[2] != 3):
        raise image_error(
            f"an array of shape {pixels.shape} is not {name}; expected {wanted} "
            "(drop an alpha channel with pixels[:, :, :3])"
        )
    height, width = pixels.shape[:2]
    if name in {"NV12", "I420"}:
        height = height * 2 // 3
    return image_pb2.RawImage(
        data=pixels.tobytes(), width=width, height=height, format=_FORMATS[name]
    )


def _bounds(region: RegionLike) -> dict[str, float]:
    return dict(zip(("x_min", "y_min", "x_max", "y_max"), region, strict=True))
