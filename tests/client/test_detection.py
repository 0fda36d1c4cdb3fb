"""Boxes and masks."""

from ocelli.client import Box, Detection, MaskRuns


def test_a_box_is_its_four_edges() -> None:
    box = Box(1, 2, 4, 8)
    assert tuple(box) == (1, 2, 4, 8)
    assert (box.width, box.height) == (3, 6)
    assert repr(Detection(box, 0.5, "cat", 3)) == "Detection(cat 0.50 Box(1.0, 2.0, 4.0, 8.0))"


def test_runs_alternate_and_begin_outside_the_object() -> None:
    mask = MaskRuns(x_min=5, y_min=6, width=3, height=2, lengths=(1, 3, 2))
    assert mask.pixels().tolist() == [[False, True, True], [True, False, False]]
    full = MaskRuns(x_min=0, y_min=0, width=2, height=1, lengths=(0, 2))
    assert full.pixels().tolist() == [[True, True]]
