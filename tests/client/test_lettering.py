"""Text on images."""

import numpy as np
import pytest

from ocelli.client import lettering
from ocelli.client.lettering import Lettering


@pytest.fixture(params=["the face that OpenCV has", "its line font"])
def letters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Lettering:
    if request.param == "its line font":
        monkeypatch.setattr(lettering, "_FACE", None)
    return Lettering(20)


def test_text_lies_where_it_was_measured(letters: Lettering) -> None:
    pixels = np.zeros((80, 400, 3), np.uint8)
    letters.write(pixels, "Agyp", 10, 50, (255, 0, 0))
    rows, columns = np.nonzero(pixels[:, :, 0] > 100)
    assert (pixels[:, :, 1:] == 0).all()
    assert 50 - letters.ascent - 2 <= rows.min()
    assert rows.max() <= 50 + letters.descent + 2
    assert columns.min() >= 8
    assert columns.max() <= 10 + letters.width("Agyp") + 2


def test_more_text_is_wider_and_larger_letters_are_taller(letters: Lettering) -> None:
    assert letters.width("mm") > letters.width("m") > 0
    assert Lettering(40).ascent > letters.ascent > letters.descent > 0


def test_what_the_line_font_lacks_is_replaced(letters: Lettering) -> None:
    pixels = np.zeros((80, 400, 3), np.uint8)
    letters.write(pixels, "猫 ✈", 10, 50, (255, 255, 255))
    assert pixels.any()
