"""What is drawn, where, and in which colours."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ocelli.client import Box, Detection, ImageError, draw

GRAY = 90


def _plain(width: int = 320, height: int = 240) -> npt.NDArray[np.uint8]:
    return np.full((height, width, 3), GRAY, np.uint8)


def _found(box: Box, class_id: int = 0, label: str = "cat", score: float = 0.5) -> Detection:
    return Detection(box, score, label, class_id)


def _changed(drawn: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return np.asarray((drawn != GRAY).any(axis=2))


def test_the_line_lies_on_the_boxs_edge_and_has_the_classes_colour() -> None:
    drawn = draw.annotate(_plain(), [_found(Box(100, 80, 200, 180), class_id=3)])
    color = draw.color_of(3)
    for x, y in ((100, 130), (199, 130), (150, 179)):
        assert np.abs(drawn[y, x].astype(int) - color).max() < 30
    assert np.array_equal(drawn[220, 300], [GRAY] * 3)


def test_the_image_itself_is_left_alone() -> None:
    pixels = _plain()
    draw.annotate(pixels, [_found(Box(10, 10, 100, 100))])
    assert (pixels == GRAY).all()
    pixels.flags.writeable = False
    draw.annotate(pixels, [_found(Box(10, 10, 100, 100))])


def test_bgr_pixels_get_the_same_colours() -> None:
    found = [_found(Box(50, 60, 200, 200), class_id=n) for n in (0, 5)]
    of_rgb = draw.annotate(_plain(), found)
    of_bgr = draw.annotate(_plain(), found, pixel_format="BGR")
    assert np.array_equal(of_rgb, of_bgr[:, :, ::-1])


def test_lines_grow_with_the_image() -> None:
    small = _changed(draw.annotate(_plain(), [_found(Box(40, 40, 280, 200))]))
    large_box = Box(400, 400, 2800, 2000)
    large = _changed(draw.annotate(_plain(3200, 2400), [_found(large_box)]))
    assert large.sum() > 60 * small.sum()


def test_an_image_too_small_for_text_still_gets_its_box() -> None:
    drawn = draw.annotate(_plain(8, 8), [_found(Box(1, 1, 7, 7), class_id=1)])
    assert drawn.shape == (8, 8, 3)
    assert _changed(drawn).any()


def test_labels_that_no_font_has_do_not_break_it() -> None:
    drawn = draw.annotate(_plain(), [_found(Box(40, 40, 280, 200), label="猫 ✈ \x07")])
    assert _changed(drawn).any()


def test_images_survive_the_disk_in_their_colours(tmp_path: Path) -> None:
    pixels = np.zeros((4, 5, 3), np.uint8)
    pixels[:, :, 0] = 200
    draw.save(tmp_path / "x.png", pixels)
    assert np.array_equal(draw.load(tmp_path / "x.png"), pixels)


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_text("text")
    with pytest.raises(ImageError, match=r"x\.jpg is not an image"):
        draw.load(tmp_path / "x.jpg")
    with pytest.raises(ImageError, match="cannot read"):
        draw.load(tmp_path / "nope.jpg")
    with pytest.raises(ImageError, match=r"no kind of image ends in \.xyz"):
        draw.save(tmp_path / "x.xyz", _plain())
    with pytest.raises(ImageError, match="cannot write"):
        draw.save(tmp_path / "nope" / "x.png", _plain())
