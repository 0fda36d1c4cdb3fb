"""Raw pixels to images, without copying where the layout allows it.

Source of the layouts: Microsoft, "Recommended 8-Bit YUV Formats for Video Rendering" (NV12, I420).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.picture import ColorOrder, PictureLimits, PixelFormat, RawPicture

_BYTES_PER_PIXEL = {PixelFormat.RGB: 3, PixelFormat.BGR: 3}
_YUV_CODES = {
    (PixelFormat.NV12, ColorOrder.RGB): cv2.COLOR_YUV2RGB_NV12,
    (PixelFormat.NV12, ColorOrder.BGR): cv2.COLOR_YUV2BGR_NV12,
    (PixelFormat.I420, ColorOrder.RGB): cv2.COLOR_YUV2RGB_I420,
    (PixelFormat.I420, ColorOrder.BGR): cv2.COLOR_YUV2BGR_I420,
}


def read_raw(
    picture: RawPicture, color: ColorOrder, limits: PictureLimits
) -> tuple[NDArray[np.uint8], ColorOrder]:
    """The picture as an array, and the order of its channels.

    RGB and BGR give a read-only view [H, W, 3] in their own order, GRAY one of [H, W], which has
    no order (`color` is returned); NV12 and I420 are converted to a new array [H, W, 3] in `color`.

    Raises:
        OcelliError: PICTURE_EMPTY, PICTURE_TOO_LARGE, or PICTURE_LAYOUT if the sizes do not fit
            together.
    """
    stride = _check_layout(picture, limits)
    if picture.format in {PixelFormat.NV12, PixelFormat.I420}:
        return _convert_yuv(picture, color, stride), color
    channels = _BYTES_PER_PIXEL.get(picture.format, 1)
    rows = _rows(picture.data, 0, picture.height, picture.width * channels, stride)
    if channels == 1:
        return rows, color
    return _split(rows, channels), ColorOrder(picture.format.value)


def _check_layout(picture: RawPicture, limits: PictureLimits) -> int:
    """The stride in bytes, once everything else is known to fit."""
    width, height = picture.width, picture.height
    if not picture.data:
        raise OcelliError(
            Reason.PICTURE_EMPTY,
            "the raw picture has no bytes; expected its pixels; send them",
            field="picture.raw.data",
        )
    if width < 1 or height < 1:
        raise _misfit("width", f"the size is {width}×{height} pixels; expected at least 1×1")
    limits.check_size(width, height, "picture.raw")
    subsampled = picture.format in {PixelFormat.NV12, PixelFormat.I420}
    if subsampled and (width % 2 or height % 2):
        raise _misfit(
            "width" if width % 2 else "height",
            f"the size is {width}×{height} pixels; {picture.format} needs an even width and "
            "height; crop or pad the picture by one pixel",
        )
    row_bytes = width * _BYTES_PER_PIXEL.get(picture.format, 1)
    stride = picture.stride or row_bytes
    if stride < row_bytes:
        raise _misfit(
            "stride",
            f"the stride is {stride} bytes; rows of {width} {picture.format} pixels take "
            f"{row_bytes}; send the distance between rows in bytes, or 0 for rows without padding",
        )
    if picture.format is PixelFormat.I420 and stride % 2:
        raise _misfit(
            "stride",
            f"the stride is {stride} bytes; I420 needs an even one, as its chroma rows have half "
            "of it",
        )
    needed = _needed_bytes(picture, row_bytes, stride)
    if len(picture.data) < needed:
        raise _misfit(
            "data",
            f"the data is {len(picture.data)} bytes; {width}×{height} {picture.format} pixels "
            f"with a stride of {stride} bytes take {needed}; send all rows",
        )
    return stride


def _needed_bytes(picture: RawPicture, row_bytes: int, stride: int) -> int:
    height = picture.height
    if picture.format is PixelFormat.NV12:
        return stride * (height + height // 2 - 1) + row_bytes
    if picture.format is PixelFormat.I420:
        return stride * height + stride // 2 * (height - 1) + row_bytes // 2
    return stride * (height - 1) + row_bytes


def _convert_yuv(picture: RawPicture, color: ColorOrder, stride: int) -> NDArray[np.uint8]:
    data, width, height = picture.data, picture.width, picture.height
    code = _YUV_CODES[picture.format, color]
    luma = _rows(data, 0, height, width, stride)
    if picture.format is PixelFormat.NV12:
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
    return OcelliError(Reason.PICTURE_LAYOUT, message, field=f"picture.raw.{name}")
