"""Masks of objects, by option."""

from typing import Any

import numpy as np
import pytest

from ocelli.client import MaskPolygons, MaskRuns
from tests import toy_models

RED = np.full((64, 128, 3), (240, 0, 0), np.uint8)


@pytest.fixture(scope="module")
def model(edge: Any) -> Any:
    toy_models.write_segmenter(edge.models_dir)
    with edge.connect() as client:
        yield client.models.load("halves")
        client.models.unload("halves")


def test_there_is_no_mask_unless_it_is_asked_for(client: Any, model: Any) -> None:
    (found,) = client.detect(RED, model="halves").detections
    assert found.mask is None
    assert list(found.box) == pytest.approx([32, 16, 96, 48], abs=0.01)


def test_runs_are_the_pixels_within_the_box(client: Any, model: Any) -> None:
    (found,) = client.detect(RED, model="halves", mask_format="runs").detections
    mask = found.mask
    assert isinstance(mask, MaskRuns)
    assert (mask.x_min, mask.y_min, mask.width, mask.height) == (32, 16, 64, 32)
    wanted = np.zeros((32, 64), np.bool_)
    wanted[:, :32] = True  # the left half of the image, of which the box begins at a quarter
    assert (mask.pixels() == wanted).all()


def test_polygons_lie_in_the_callers_pixels(client: Any, model: Any) -> None:
    answers = list(client.detect_stream([RED], model="halves", mask_format="polygons"))
    mask = answers[0].result.detections[0].mask
    assert isinstance(mask, MaskPolygons)
    (outline,) = mask.polygons
    assert outline.min(axis=0) == pytest.approx([32, 16], abs=1)
    assert outline.max(axis=0) == pytest.approx([64, 48], abs=1)


def test_detectors_without_masks_give_none(client: Any, photo: Any) -> None:
    found = client.detect(photo("cat"), mask_format="runs").detections
    assert found
    assert all(each.mask is None for each in found)
