"""Types and layouts of tensors for exported models."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision.tensor import TensorLayout, TensorPacker, TensorType

Pixels = NDArray[np.uint8]

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.mark.parametrize("layout", TensorLayout)
@pytest.mark.parametrize(("dtype", "type_"), [(np.float32, "FP32"), (np.float16, "FP16")])
def test_arithmetic_and_layout(
    layout: TensorLayout, dtype: type[np.floating[Any]], type_: str, cat: Pixels
):
    packer = TensorPacker(TensorType(type_), layout, scale=1 / 255, mean=MEAN, std=STD)
    packed = packer.pack(cat)
    expected = (cat / 255 - MEAN) / STD
    if layout is TensorLayout.NCHW:
        expected = expected.transpose(2, 0, 1)
    assert packed.shape == (1, *expected.shape)
    assert packed.dtype == dtype
    assert packed.flags.c_contiguous
    assert np.array_equal(packed[0], expected.astype(dtype))


def test_bytes_keep_their_values(cat: Pixels):
    same = TensorPacker(TensorType.UINT8, TensorLayout.NHWC).pack(cat)
    assert same.shape == (1, *cat.shape)
    assert np.shares_memory(same, cat)
    planar = TensorPacker(TensorType.UINT8, TensorLayout.NCHW).pack(cat)
    assert planar.flags.c_contiguous
    assert np.array_equal(planar[0], cat.transpose(2, 0, 1))


def test_arithmetic_that_cannot_be():
    with pytest.raises(ValueError, match="UINT8"):
        TensorPacker(TensorType.UINT8, TensorLayout.NHWC, scale=1 / 255)
    with pytest.raises(ValueError, match="zero"):
        TensorPacker(TensorType.FP32, TensorLayout.NHWC, std=(1.0, 0.0, 1.0))
