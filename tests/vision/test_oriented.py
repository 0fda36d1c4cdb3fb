"""Rectangles at an angle, against geometry by hand."""

import numpy as np
import pytest

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Placement
from ocelli.edge.vision.oriented import corners, suppress, to_source, upright_boxes

BOUNDS = Region(0, 0, 1000, 1000)


def test_corners_go_round_clockwise_from_the_top_left() -> None:
    rectangle = np.array([[10, 20, 8, 4, 0]], np.float32)
    assert corners(rectangle)[0].tolist() == [[6, 18], [14, 18], [14, 22], [6, 22]]
    quarter = np.array([[10, 20, 8, 4, np.pi / 2]], np.float32)
    assert np.allclose(upright_boxes(quarter), [[8, 16, 12, 24]], atol=1e-5)


def test_an_even_scale_keeps_the_angle() -> None:
    placement = Placement(0.5, 0.5, 10, 20, BOUNDS)
    found = to_source(np.array([[60, 70, 8, 4, 0.5]], np.float32), placement)
    assert found[0].tolist() == pytest.approx([100, 100, 16, 8, np.degrees(0.5)], abs=1e-3)


def test_a_stretch_gives_the_smallest_rectangle_around() -> None:
    placement = Placement(2, 1, 0, 0, BOUNDS)
    rectangle = np.array([[100, 100, 40, 20, 0.6]], np.float32)
    x, y, width, height, angle = to_source(rectangle, placement)[0].tolist()
    assert (x, y) == pytest.approx((50, 100), abs=0.5)
    stretched = corners(rectangle)[0] / (2, 1)
    turn = np.radians(-angle)
    turned = (stretched - (x, y)) @ np.array(
        [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    )
    assert np.abs(turned[:, 0]).max() == pytest.approx(width / 2, abs=0.1)
    assert np.abs(turned[:, 1]).max() == pytest.approx(height / 2, abs=0.1)


def test_of_two_alike_the_better_one_stays_and_other_classes_and_places_do() -> None:
    rectangles = np.array(
        [
            [100, 100, 60, 20, 0.3],
            [101, 100, 60, 20, 0.32],
            [100, 100, 60, 20, 0.3],
            [300, 100, 60, 20, 0.3],
            [100, 100, 60, 20, 0.3 + np.pi / 2],
        ],
        np.float32,
    )
    scores = np.array([0.7, 0.9, 0.8, 0.6, 0.5], np.float32)
    classes = np.array([0, 0, 1, 0, 0], np.int32)
    assert suppress(rectangles, scores, classes, 0.5, 100).tolist() == [1, 2, 3, 4]
