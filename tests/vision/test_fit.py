"""Many inputs from one decoded image."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import ColorOrder, EncodedImage, Region
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.upright import decode_upright
from tests.vision.preparing import LIMITS, prepare

DETECTOR = InputSpec(416, 416, ColorOrder.BGR)
EMBEDDER = InputSpec(224, 224, ColorOrder.RGB)


def test_a_region_of_a_decoded_image_is_what_decoding_that_region_gives(
    cat: NDArray[np.uint8], encode: Callable[..., bytes]
):
    for orientation in (1, 6):
        data = encode(cat, "PNG", orientation) if orientation > 1 else encode(cat, "PNG")
        region = Region(40.5, 30.25, 180, 200)
        once = fit(decode_upright(EncodedImage(data), LIMITS), EMBEDDER, region)
        alone = prepare(EncodedImage(data, region), EMBEDDER)
        assert np.array_equal(once.tensor, alone.tensor)
        assert once.placement == alone.placement


def test_one_decoding_serves_models_of_other_colours(
    cat: NDArray[np.uint8], encode: Callable[..., bytes]
):
    upright = decode_upright(EncodedImage(encode(cat, "PNG")), LIMITS)
    bgr, rgb = fit(upright, DETECTOR), fit(upright, InputSpec(416, 416, ColorOrder.RGB))
    assert np.array_equal(bgr.tensor, rgb.tensor[:, :, ::-1])
    assert np.array_equal(fit(upright, DETECTOR).tensor, bgr.tensor), "the image was changed"


def test_boxes_found_in_a_region_lie_in_the_whole_image(
    cat: NDArray[np.uint8], encode: Callable[..., bytes]
):
    upright = decode_upright(EncodedImage(encode(cat, "PNG")), LIMITS)
    region = Region(100, 50, 300, 250)
    placement = fit(upright, EMBEDDER, region).placement
    whole = np.array([[0, 0, 224, 224]], np.float32)
    assert placement.to_source(whole)[0].tolist() == [100, 50, 300, 250]


def test_a_region_beside_what_was_decoded_is_refused(
    cat: NDArray[np.uint8], encode: Callable[..., bytes]
):
    part = decode_upright(EncodedImage(encode(cat, "PNG"), Region(0, 0, 100, 100)), LIMITS)
    with pytest.raises(OcelliError) as caught:
        fit(part, EMBEDDER, Region(200, 200, 300, 300))
    assert caught.value.reason is Reason.REGION_OUTSIDE_IMAGE
