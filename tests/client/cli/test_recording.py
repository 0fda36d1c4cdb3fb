"""The annotated video that `ocelli watch` writes."""

from pathlib import Path

import cv2
import numpy as np

from ocelli.client.cli.recording import Recording
from ocelli.client.video import frames, probe

GRAY = np.full((48, 64, 3), 90, np.uint8)


def test_every_frame_of_a_recording_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    with Recording(path, 10, in_real_time=False) as recording:
        for number in range(5):
            recording.write(GRAY, (), number * 1_000_000)
    assert (probe(path).frame_count, probe(path).fps) == (5, 10)


def test_frames_of_a_live_source_stand_until_the_next_was_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    with Recording(path, 10, in_real_time=True) as recording:
        for second in (0, 0.1, 0.5, 0.5, 1.0):
            recording.write(GRAY, (), round(second * 1e6) + 7_000_000)
    assert probe(path).frame_count == 11


def test_later_frames_are_fitted_into_the_size_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    tall = np.full((96, 32, 3), 255, np.uint8)
    with Recording(path, 10, in_real_time=False) as recording:
        recording.write(GRAY, (), 0)
        recording.write(cv2.imencode(".png", tall)[1].tobytes(), (), 0)
        recording.write(b"not an image", (), 0)
        recording.write("/a/path", (), 0)
    first, second = frames(path)
    assert isinstance(first.image, np.ndarray)
    assert isinstance(second.image, np.ndarray)
    assert first.image.shape == second.image.shape == (48, 64, 3)
    assert second.image[:, 28:36].mean() > 200
    assert second.image[:, :16].mean() < 30
