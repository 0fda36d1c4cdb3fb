"""Opening cameras and addresses, and giving them up."""

import socket

import pytest

from ocelli.client import ImageError
from ocelli.client.source import open_source
from ocelli.client.source.capture import stated_fps


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")


def test_one_that_accepts_and_says_nothing_is_given_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(ImageError, match=r"sent nothing for 0\.5 s"),
    ):
        open_source(f"http://127.0.0.1:{silent.getsockname()[1]}/", stall_timeout_s=0.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("97", "cannot open camera 97; is it plugged in"),
        ("/dev/video97", "cannot open camera /dev/video97"),
        (
            "rtsp://me:secret@127.0.0.1:1/main",
            r"cannot open rtsp://me:…@127\.0\.0\.1:1/main; check",
        ),
        ("http://127.0.0.1:1/", "cannot open http"),
        ("nothing://at/all", "cannot open nothing"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(text: str, says: str) -> None:
    with pytest.raises(ImageError, match=says):
        open_source(text)


class Stating:
    """A source that states a frame rate."""

    def __init__(self, fps: float) -> None:
        self._fps = fps

    def get(self, _: int) -> float:
        return self._fps


@pytest.mark.parametrize(("stated", "fps"), [(30, 30), (0, 25), (-1, 25), (90_000, 25)])
def test_a_frame_rate_that_cannot_be_true_is_not_believed(stated: float, fps: float) -> None:
    assert stated_fps(Stating(stated)) == fps  # type: ignore[arg-type]  # all that it uses
