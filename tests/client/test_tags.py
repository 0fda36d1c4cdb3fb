"""Where the tags beside boxes go."""

import numpy as np
import numpy.typing as npt
import pytest

from ocelli.client import Box, Detection, draw

GRAY = 90


def _plain(width: int = 320, height: int = 240) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), GRAY, np.uint8)


def _found(box: Box, class_id: int = 0, label: str = "cat", score: float = 0.5) -> Detection:
    return Detection(box, score, label, class_id)


@pytest.mark.parametrize(
    "box",
    [
        Box(0, 0, 320, 240),
        Box(0, 0, 30, 20),
        Box(300, 220, 320, 240),
        Box(-50, -50, 400, 400),
        Box(318, 0, 320, 240),
        Box(10, 10, 10.2, 10.2),
    ],
)
def test_tags_stay_inside_the_image(box: Box) -> None:
    score = "0.50"
    drawn = draw.annotate(_plain(), [_found(box, class_id=1, label=f"tag {score}")])
    ground = (drawn == draw.color_of(1)).all(axis=2)
    widest_run = max(int(row.sum()) for row in ground)
    assert widest_run >= 40


def test_the_surer_of_two_tags_has_the_better_place_and_they_do_not_cover_each_other() -> None:
    box = Box(100, 100, 200, 200)
    alone = draw.annotate(_plain(), [_found(box, class_id=1, score=0.9)])
    both = draw.annotate(
        _plain(), [_found(box, class_id=2, score=0.3), _found(box, class_id=1, score=0.9)]
    )
    tag = (alone == draw.color_of(1)).all(axis=2)
    tag[100:200] = False
    assert tag.sum() > 100
    assert (both[tag] == draw.color_of(1)).all()
