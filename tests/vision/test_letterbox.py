"""Fitting images into a tensor."""

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Anchor, InputSpec, Placement, Resize, letterbox

Pixels = NDArray[np.uint8]

WHITE = np.full((50, 100, 3), 255, np.uint8)


def fit(image: Pixels, spec: InputSpec, out: Pixels | None = None):
    height, width = image.shape[:2]
    out = np.zeros((spec.height, spec.width, 3), np.uint8) if out is None else out
    whole = Region(0, 0, width, height)
    return out, letterbox(image, spec, out, covers=whole, bounds=whole)


def test_top_left_pads_right_and_below():
    out, placement = fit(WHITE, InputSpec(64, 64, anchor=Anchor.TOP_LEFT, pad_value=114))
    assert (out[:32] == 255).all()
    assert (out[32:] == 114).all()
    assert (placement.scale_x, placement.scale_y, placement.offset_x) == (0.64, 0.64, 0)


def test_center_pads_both_sides():
    out, placement = fit(WHITE.transpose(1, 0, 2), InputSpec(64, 64, pad_value=7))
    assert (out[:, :16] == 7).all()
    assert (out[:, 16:48] == 255).all()
    assert (out[:, 48:] == 7).all()
    assert placement.offset_x == 16


def test_stretch_and_cover_fill_everything():
    for resize in (Resize.STRETCH, Resize.COVER):
        out, _ = fit(WHITE, InputSpec(64, 64, resize=resize))
        assert (out == 255).all()


def test_cover_keeps_the_middle_or_the_top_left():
    image = np.zeros((10, 30, 3), np.uint8)
    image[:, 10:20] = 255
    out, placement = fit(image, InputSpec(20, 20, resize=Resize.COVER))
    assert (out == 255).all()
    assert placement.to_source(np.array([[0, 0, 20, 20]], np.float32))[0].tolist() == [
        10,
        0,
        20,
        10,
    ]
    out, _ = fit(image, InputSpec(20, 20, resize=Resize.COVER, anchor=Anchor.TOP_LEFT))
    assert (out[:, :18] == 0).all()


@pytest.mark.parametrize("resize", Resize)
@pytest.mark.parametrize("image", [WHITE, WHITE[:, :, 0]], ids=["colour", "grey"])
def test_the_given_memory_is_filled_in_place(image: Pixels, resize: Resize):
    arena = np.zeros(3 * 64 * 64 * 3, np.uint8)
    slot = arena[64 * 64 * 3 : 2 * 64 * 64 * 3].reshape(64, 64, 3)
    fit(image, InputSpec(64, 64, resize=resize, pad_value=9), slot)
    assert (slot != 0).all()
    assert not arena[: 64 * 64 * 3].any()
    assert not arena[2 * 64 * 64 * 3 :].any()


def test_antialias_averages_what_linear_steps_over():
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::8] = 255
    expected = 255 / 8
    smooth, _ = fit(stripes, InputSpec(64, 64, antialias=True))
    assert np.abs(smooth.astype(float) - expected).max() < 2
    rough, _ = fit(stripes, InputSpec(64, 64))
    assert np.abs(rough.astype(float) - expected).max() > 20


def test_extreme_ratios_keep_a_pixel():
    for shape in ((1, 16_000, 3), (16_000, 1, 3)):
        for resize in Resize:
            fit(np.zeros(shape, np.uint8), InputSpec(32, 32, resize=resize))


def test_boxes_are_unpadded_before_they_are_clipped():
    placement = Placement(0.5, 0.25, 8.0, 4.0, Region(0, 0, 100, 200))
    boxes = np.array([[8, 4, 58, 54], [0, 0, 999, 999], [18, 14, 28, 24]], np.float32)
    found = placement.to_source(boxes)
    assert found.tolist() == [[0, 0, 100, 200], [0, 0, 100, 200], [20, 40, 40, 80]]
    assert found.dtype == np.float32
    assert placement.to_source(np.empty((0, 4), np.float32)).shape == (0, 4)
