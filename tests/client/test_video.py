"""Frames out of videos and into them."""

from pathlib import Path

import numpy as np
import pytest

from ocelli.client import ImageError
from ocelli.client.video import VideoWriter, frames, probe


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames at 10 a second; the red grows from frame to frame."""
    path = tmp_path_factory.mktemp("video") / "x.mp4"
    with VideoWriter(path, 10) as writer:
        for number in range(12):
            pixels = np.zeros((48, 64, 3), np.uint8)
            pixels[:, :, 2] = 20 * number
            writer.write(pixels)
    return path


def test_a_video_says_what_it_is(video: Path) -> None:
    info = probe(video)
    assert (info.width, info.height, info.fps, info.frame_count) == (64, 48, 10, 12)


def test_frames_come_in_order_with_their_times(video: Path) -> None:
    read = list(frames(video))
    assert [frame.frame_id for frame in read] == list(range(12))
    assert [frame.capture_time_us for frame in read] == [100_000 * n for n in range(12)]
    for number, frame in enumerate(read):
        assert isinstance(frame.image, np.ndarray)
        assert frame.pixel_format == "BGR"
        blue, green, red = frame.image.mean(axis=(0, 1))
        assert red == pytest.approx(20 * number, abs=8)
        assert max(blue, green) < 12


def test_frames_are_decoded_one_at_a_time_and_the_file_is_let_go(video: Path) -> None:
    reading = frames(video)
    assert next(reading).frame_id == 0
    reading.close()
    with pytest.raises(StopIteration):
        next(reading)


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        next(frames(tmp_path / "nope.mp4"))
    text = tmp_path / "text.mp4"
    text.write_text("not a video")
    with pytest.raises(ImageError, match=r"text\.mp4 is not a video"):
        probe(text)


def test_frames_of_another_size_and_unwritable_files_are_refused(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "x.mp4", 10) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8))
        with pytest.raises(ImageError, match=r"\(8, 8, 3\)"):
            writer.write(np.zeros((8, 8, 3), np.uint8))
    with (
        VideoWriter(tmp_path / "nope" / "x.mp4", 10) as writer,
        pytest.raises(ImageError, match="cannot write a video"),
    ):
        writer.write(np.zeros((48, 64, 3), np.uint8))
