"""Faces laid onto a template."""

import cv2
import numpy as np
import pytest

from ocelli.edge.vision.align import TEMPLATES, Alignment, align
from ocelli.edge.vision.image import ColorOrder, Region
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.upright import UprightImage

NAMES = ("nose", "left_eye", "right_eye", "chin")


def picture(turn: complex, shift: complex, size: int = 800) -> tuple[UprightImage, np.ndarray]:
    """An image with a coloured dot at each landmark of dlib's template, moved; and their places."""
    template = TEMPLATES[Alignment.DLIB].points
    places = [turn * complex(*template.get(name, (0, 0))) + shift for name in NAMES]
    pixels = np.zeros((size, size, 3), np.uint8)
    radius = max(2, round(abs(turn) * 4))
    for channel, place in enumerate(places[:3]):
        color = [0, 0, 0]
        color[channel] = 255
        cv2.circle(pixels, (round(place.real), round(place.imag)), radius, color, -1)
    whole = Region(0, 0, size, size)
    image = UprightImage(pixels, ColorOrder.RGB, whole, whole, size, size)
    return image, np.array([(place.real, place.imag) for place in places])


def centre(view: np.ndarray, channel: int) -> np.ndarray:
    rows, columns = np.nonzero(view[..., channel] > 100)
    return np.array((columns.mean(), rows.mean()))


@pytest.mark.parametrize(
    "turn", [1 + 0j, 0.8 + 0.6j, -1 + 0.3j, 4 + 1j, 0.6 - 0.2j], ids=lambda turn: f"{turn}"
)
def test_landmarks_come_to_lie_where_the_template_has_them(turn: complex):
    image, places = picture(turn, 400 + 400j - turn * (75 + 75j))
    template = TEMPLATES[Alignment.DLIB]
    view = align(image, NAMES, places, template, InputSpec(150, 150))
    assert view is not None
    assert (view.shape, view.dtype) == ((150, 150, 3), np.uint8)
    for channel, name in enumerate(NAMES[:3]):
        np.testing.assert_allclose(centre(view, channel), template.points[name], atol=1.5)


def test_a_template_is_scaled_to_the_input_and_colours_to_its_order():
    image, places = picture(1 + 0j, 300 + 200j)
    spec = InputSpec(300, 300, color=ColorOrder.BGR)
    view = align(image, NAMES, places, TEMPLATES[Alignment.DLIB], spec)
    assert view is not None
    np.testing.assert_allclose(centre(view, 2), (148, 153.2), atol=2)


def test_beyond_the_edge_the_last_pixels_go_on():
    image, places = picture(1 + 0j, -40 - 40j, 200)
    image.pixels[:, 0] = image.pixels[0] = (9, 99, 199)
    view = align(image, NAMES, places, TEMPLATES[Alignment.DLIB], InputSpec(150, 150))
    assert view is not None
    assert view[5, 5].tolist() == [9, 99, 199]


@pytest.mark.parametrize(
    "places",
    [np.full((4, 2), np.nan), np.full((4, 2), 7.0), np.arange(8.0).reshape(4, 2) * 20 - 5000],
    ids=["not finite", "at one place", "outside"],
)
def test_landmarks_that_are_of_no_use_are_told(places: np.ndarray):
    image, _ = picture(1 + 0j, 0j)
    spec = InputSpec(150, 150)
    assert align(image, NAMES, places, TEMPLATES[Alignment.DLIB], spec) is None


def test_a_template_needs_both_eyes():
    template = TEMPLATES[Alignment.ARCFACE]
    assert template.finds(("nose", "left_eye", "right_eye"))
    assert not template.finds(("nose", "left_eye"))
    assert not template.finds(())
