"""Statistics of a stream."""

import pytest

from ocelli.client import Box, Detection, DetectResult, Dropped, FrameAnswer
from ocelli.client.cli.stats import StreamStats
from ocelli.client.errors import image_error

FOUND = DetectResult((Detection(Box(0, 0, 1, 1), 0.5, "cat", 0),), 8, 8, "m", "1")


def test_answers_are_counted_by_kind(capfd: pytest.CaptureFixture[str]) -> None:
    stats = StreamStats()
    stats.add(FrameAnswer(0, 0, result=FOUND), 0.020)
    stats.add(FrameAnswer(1, 0, result=FOUND), 0.020)
    for number in (2, 3):
        stats.add(FrameAnswer(number, 0, error=image_error("no")), 0.1)
    stats.add(FrameAnswer(4, 0, dropped=Dropped("superseded", 5)), 0.1)
    stats.report("out.mp4", dropped_at_source=9)
    out, err = capfd.readouterr()
    assert out == ""
    assert (stats.frames, stats.failed) == (5, 2)
    first, summary, found, written = err.splitlines()
    assert first == "ocelli: frame 2: no"  # only the first
    for text in (
        "frames: 5 in",
        "p50 20 ms",
        "9 superseded before sending",
        "1 dropped",
        "2 failed",
    ):
        assert text in summary
    assert (found, written) == ("found: cat 2", "written: out.mp4")


def test_no_frames_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    StreamStats().report("")
    assert "no frames that can be decoded" in capfd.readouterr().err


def test_a_line_tells_the_last_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now_s)
    stats = StreamStats()
    for _ in range(100):
        now_s += 0.1
        stats.add(FrameAnswer(0, 0, result=FOUND), 0.020, dropped_at_source=4)
    assert stats.now.startswith("10.")
    assert "p50 20 ms" in stats.now
    assert "dropped 4" in stats.now
