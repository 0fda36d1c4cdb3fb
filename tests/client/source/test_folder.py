"""The images of a folder as frames."""

from pathlib import Path

import pytest

from ocelli.client import ImageError
from ocelli.client.source import open_source


def test_images_come_in_counting_order_as_they_stand(tmp_path: Path) -> None:
    names = ["a/2.jpg", "a/10.JPG", "b.png", "frame-2-9.jpg", "frame-2-11.jpg", "frame-010-1.jpg"]
    for name in [*names, "notes.txt"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    with open_source(str(tmp_path), folder_fps=4) as source:
        assert (source.live, source.fps, source.frame_count, source.dropped) == (False, 4, 6, 0)
        found = list(source.frames())
    assert [one.name for one in found] == names
    assert [one.frame.image for one in found] == [name.encode() for name in names]
    assert [one.frame.frame_id for one in found] == list(range(6))
    assert [one.frame.capture_time_us for one in found] == [250_000 * n for n in range(6)]


def test_a_file_that_vanishes_is_left_to_fail_by_itself(tmp_path: Path) -> None:
    (tmp_path / "1.jpg").write_bytes(b"x")
    (tmp_path / "2.jpg").write_bytes(b"y")
    source = open_source(str(tmp_path))
    (tmp_path / "1.jpg").unlink()
    assert [one.frame.image for one in source.frames()] == [tmp_path / "1.jpg", b"y"]


def test_a_folder_without_images_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"no images in .*\.jpg"):
        open_source(str(tmp_path))
