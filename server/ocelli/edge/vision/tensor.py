"""Prepared images as the float or planar tensors that exported models take."""

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray


class TensorLayout(StrEnum):
    """Order of an image tensor's axes."""

    NHWC = "NHWC"
    NCHW = "NCHW"


class TensorType(StrEnum):
    """Type of an image tensor's values, named as Triton does."""

    UINT8 = "UINT8"
    FP16 = "FP16"
    FP32 = "FP32"


_Vector = tuple[float, float, float]
_ZEROS, _ONES = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


class TensorPacker:
    """Packs uint8 [H, W, 3] into a model's own type and layout: (value × scale − mean) ÷ std.

    The 256 possible results of each channel are worked out once, so that packing is one look-up
    per sample, whatever the arithmetic and for FP16 too.

    Args:
        dtype: type of the result; UINT8 takes no arithmetic.
        layout: of the result.
        scale: factor of the 8-bit values, often 1/255.
        mean: per channel, in the model's colour order, after scaling.
        std: per channel, likewise; not zero.

    Raises:
        ValueError: arithmetic was asked for UINT8, or a `std` is zero.
    """

    def __init__(
        self,
        dtype: TensorType,
        layout: TensorLayout,
        *,
        scale: float = 1.0,
        mean: _Vector = _ZEROS,
        std: _Vector = _ONES,
    ) -> None:
        if dtype is TensorType.UINT8 and (scale, mean, std) != (1.0, _ZEROS, _ONES):
            raise ValueError("a UINT8 tensor takes no scale, mean or std")
        if 0.0 in std:
            raise ValueError(f"std must not be zero, not {std}")
        self._layout = layout
        self._table = _make_table(dtype, scale, mean, std)
        # OpenCV looks up 16-bit patterns, not halves.
        self._viewed_as = np.dtype(np.float16) if dtype is TensorType.FP16 else None

    @property
    def is_plain(self) -> bool:
        """Whether tensors stay as they are, but for the batch axis."""
        return self._layout is TensorLayout.NHWC and self._table is None

    def pack(self, tensor: NDArray[np.uint8]) -> NDArray[np.generic]:
        """The tensor with a batch axis: [1, H, W, 3] or [1, 3, H, W], C-contiguous.

        `tensor` is uint8 [H, W, 3]; if nothing is to be done, the result shares its memory.
        """
        packed = self._pack(tensor)
        return packed if self._viewed_as is None else packed.view(self._viewed_as)

    def _pack(self, tensor: NDArray[np.uint8]) -> NDArray[np.generic]:
        table = self._table
        if self._layout is TensorLayout.NHWC:
            return (tensor if table is None else np.asarray(cv2.LUT(tensor, table.T[None])))[None]
        planes = cv2.split(tensor)
        if table is None:
            return np.stack(planes)[None]
        packed = np.empty((1, 3, *tensor.shape[:2]), table.dtype)
        for out, plane, column in zip(packed[0], planes, table, strict=True):
            cv2.LUT(plane, column, dst=out)
        return packed


def _make_table(
    dtype: TensorType, scale: float, mean: _Vector, std: _Vector
) -> NDArray[np.float32] | NDArray[np.uint16] | None:
    """The results for 0 to 255 per channel, [3, 256]; None for UINT8."""
    if dtype is TensorType.UINT8:
        return None
    values = np.arange(256, dtype=np.float64) * scale
    table: NDArray[np.float64] = (values - np.array(mean)[:, None]) / np.array(std)[:, None]
    if dtype is TensorType.FP16:
        return table.astype(np.float16).view(np.uint16)
    return table.astype(np.float32)
