"""Text out of steps."""

import unicodedata

import numpy as np
import pytest

from ocelli.edge.text.ctc import decode

CHARACTERS = ("a", "b", "e", "\N{COMBINING ACUTE ACCENT}", "")
SPACE = len(CHARACTERS) + 1


def read(*classes: int) -> tuple[str, float]:
    steps = np.array(classes, np.int32)
    return decode(steps, np.linspace(0.5, 1, len(classes), dtype=np.float32), CHARACTERS)


def test_steps_in_a_row_are_one_character_unless_none_lies_between() -> None:
    assert read(1, 1, 2, 0, 2, 0)[0] == "abb"


def test_what_lies_beyond_the_characters_or_has_no_sign_is_a_space() -> None:
    assert read(1, SPACE, 2)[0] == "a b"
    assert read(1, 5, 2)[0] == "a b"
    assert read(SPACE, 1, SPACE)[0] == "a"


def test_text_is_composed() -> None:
    text, _ = read(3, 4)
    assert text == unicodedata.normalize("NFC", "e\N{COMBINING ACUTE ACCENT}")
    assert len(text) == 1


def test_the_score_is_the_mean_of_each_characters_first_step() -> None:
    assert read(1, 1, 2)[1] == pytest.approx((0.5 + 1) / 2)
    assert read(0, 0, 0) == ("", 0.0)
    assert decode(np.empty(0, np.int32), np.empty(0, np.float32), CHARACTERS) == ("", 0.0)
