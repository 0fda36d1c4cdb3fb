"""Raw pixels to images, without copying where the layout allows it.

Source of the layouts: Microsoft, "Recommended 8-Bit YUV Formats for Video Rendering" (NV12, I420).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.image import ColorOrder, ImageLimits, PixelFormat, RawImage

_BYTES_PER_PIXEL = {PixelFormat.RGB: 3, PixelFormat.BGR: 3}
_YUV_CODES = {
    (PixelFormat.NV12, ColorOrder.RGB): cv2.COLOR_YUV2RGB_NV12,
    (PixelFormat.NV12, ColorOrder.BGR): cv2.COLOR_YUV2BGR_NV12,
    (PixelFormat.I420, ColorOrder.RGB): cv2.COLOR_YUV2RGB_I420,
    (PixelFormat.I420, ColorOrder.BGR): cv2.COLOR_YUV2BGR_I420,
}


def read_raw(
    image: RawImage, color: ColorOrder, limits: ImageLimits
) -> tuple[NDArray[np.uint8], ColorOrder]:
    """The image as an array, and the order of its channels.

    RGB and BGR give a read-only view [H, W, 3] in their own order, GRAY one of [H, W], which has
    no order (`color` is returned); NV12 and I420 are converted to a new array [H, W, 3] in `color`.

    Raises:
        OcelliError: IMAGE_EMPTY, IMAGE_TOO_LARGE, or IMAGE_LAYOUT if the sizes do not fit
            together.
    """
    stride = _check_layout(image, limits)
    if image.format in {PixelFormat.NV12, PixelFormat.I420}:
        return _convert_yuv(image, color, stride), color
    channels = _BYTES_PER_PIXEL.get(image.format, 1)
    rows = _rows(image.data, 0, image.height, image.width * channels, stride)
    if channels == 1:
        return rows, color
    return _split(rows, channels), ColorOrder(image.format.value)


def _check_layout(image: RawImage, limits: ImageLimits) -> int:
    """The stride in bytes, once everything else is known to fit."""
    width, height = image.width, image.height
    if not image.data:
        raise OcelliError(
            Reason.IMAGE_EMPTY,
            "the raw image has no bytes; expected its pixels; send them",
            field="image.raw.data",
        )
    if width < 1 or height < 1:
        raise _misfit("width", f"the size is {width}×{height} pixels; expected at least 1×1")
    limits.check_size(width, height, "image.raw")
    subsampled = image.format in {PixelFormat.NV12, PixelFormat.I420}
    if subsampled and (width % 2 or height % 2):
        raise _misfit(
            "width" if width % 2 else "height",
            f"the size is {width}×{height} pixels; {image.format} needs an even width and "
            "height; crop or pad the image by one pixel",
        )
    row_bytes = width * _BYTES_PER_PIXEL.get(image.format, 1)
    stride = image.stride or row_bytes
    if stride < row_bytes:
        raise _misfit(
            "stride",
            f"the stride is {stride} bytes; rows of {width} {image.format} pixels take "
            f"{row_bytes}; send the distance between rows in bytes, or 0 for rows without padding",
        )
    if image.format is PixelFormat.I420 and stride % 2:
        raise _misfit(
            "stride",
            f"the stride is {stride} bytes; I420 needs an even one, as its chroma rows have half "
            "of it",
        )
    needed = _needed_bytes(image, row_bytes, stride)
    if len(image.data) < needed:
        raise _misfit(
            "data",
            f"the data is {len(image.data)} bytes; {width}×{height} {image.format} pixels "
            f"with a stride of {stride} bytes take {needed}; send all rows",
        )
    return stride


def _needed_bytes(image: RawImage, row_bytes: int, stride: int) -> int:
    height = image.height
    if image.format is PixelFormat.NV12:
        return stride * (height + height // 2 - 1) + row_bytes
    if image.format is PixelFormat.I420:
        return stride * height + stride // 2 * (height - 1) + row_bytes // 2
    return stride * (height - 1) + row_bytes


def _convert_yuv(image: RawImage, color: ColorOrder, stride: int) -> NDArray[np.uint8]:
    data, width, height = image.data, image.width, image.height
    code = _YUV_CODES[image.format, color]
    luma = _rows(data, 0, height, width, stride)
    if image.format is PixelFormat.NV12:
        chroma = _split(_rows(data, stride * height, height // 2, width, stride), 2)
        return np.asarray(cv2.cvtColorTwoPlane(luma, chroma, code), np.uint8)
    if stride == width:
        planes = _rows(data, 0, height + height // 2, width, width)
    else:
        chroma = _rows(data, stride * height, height, width // 2, stride // 2)
        planes = np.concatenate((luma.reshape(-1), chroma.reshape(-1))).reshape(-1, width)
    return np.asarray(cv2.cvtColor(planes, code), np.uint8)


def _rows(data: bytes, start: int, rows: int, row_bytes: int, stride: int) -> NDArray[np.uint8]:
    """A view [rows, row_bytes] of rows that start `stride` bytes apart."""
    return np.ndarray((rows, row_bytes), np.uint8, data, start, (stride, 1))


def _split(rows: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """A view [rows, pixels, channels] of rows of interleaved samples."""
    shape = (rows.shape[0], rows.shape[1] // channels, channels)
    return np.lib.stride_tricks.as_strided(
        rows, shape, (rows.strides[0], channels, 1), writeable=False
    )


def _misfit(name: str, message: str) -> OcelliError:
    return OcelliError(Reason.IMAGE_LAYOUT, message, field=f"image.raw.{name}")
