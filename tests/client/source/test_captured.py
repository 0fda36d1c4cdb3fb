"""Live sources: FFmpeg as a camera, over HTTP and over RTSP.

Cameras of this machine are not tested: there is none where tests run.
"""

import contextlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
import pytest

from ocelli.client import ImageError
from ocelli.client.source import open_source
from ocelli.models.media import Media

pytestmark = pytest.mark.system


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_LOGLEVEL", "-8")


def test_the_newest_frame_wins_and_the_rest_is_counted(camera: Any) -> None:
    with open_source(camera.address) as source:
        assert (source.live, source.fps, source.frame_count) == (True, 25, 0)
        found = source.frames()
        first = next(found)
        time.sleep(0.6)
        late = list(islice(found, 3))
        assert source.dropped > 5
        assert all(one.frame.frame_id > 5 for one in late)
    image = first.frame.image
    assert isinstance(image, np.ndarray)
    assert (image.shape, first.frame.pixel_format) == ((272, 640, 3), "BGR")
    numbers = [one.frame.frame_id or 0 for one in (first, *late)]
    assert all(earlier < later for earlier, later in pairwise(numbers))
    assert numbers[-1] <= source.dropped + len(numbers)
    assert first.frame.capture_time_us == pytest.approx(time.time() * 1e6, abs=10e6)


def test_all_frames_can_be_kept(camera: Any) -> None:
    with open_source(camera.address, keep_all=True) as source:
        found = source.frames()
        next(found)
        time.sleep(0.3)
        assert [one.frame.frame_id for one in islice(found, 8)] == list(range(1, 9))
        assert source.dropped == 0


def test_a_source_that_stalls_is_given_up(camera: Any) -> None:
    with open_source(camera.address, stall_timeout_s=0.7) as source:
        found = source.frames()
        list(islice(found, 5))
        camera.process.send_signal(signal.SIGSTOP)
        with pytest.raises(ImageError, match=r"sent nothing for 0\.7 s"):
            list(found)


def test_a_source_that_ends_ends(camera: Any) -> None:
    with open_source(camera.address) as source:
        found = source.frames()
        list(islice(found, 5))
        camera.process.kill()
        assert len(list(found)) < 50


def test_closing_ends_one_who_waits_for_a_frame(camera: Any) -> None:
    with open_source(camera.address) as source:
        found = source.frames()
        next(found)
        camera.process.send_signal(signal.SIGSTOP)
        threading.Timer(0.5, source.close).start()
        assert len(list(found)) < 50
        camera.process.send_signal(signal.SIGCONT)


def test_an_address_that_states_its_length_is_a_recording(media: Media) -> None:
    with open_source(f"file://{media.video.path.resolve()}") as source:
        assert (source.live, source.frame_count) == (False, 250)
        found = list(source.frames())
    assert len(found) == 250
    assert source.dropped == 0
    assert [one.frame.capture_time_us for one in found[:3]] == [0, 40_000, 80_000]


class RtspServer:
    """The least of RFC 2326 that plays one stream: RTP packets of FFmpeg's, over the connection."""

    def __init__(self, folder: Path, video: Path) -> None:
        self._sdp = folder / "street.sdp"
        self._packets = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._packets.bind(("127.0.0.1", 0))
        self._packets.settimeout(5)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"rtsp://127.0.0.1:{self._listening.getsockname()[1]}/main"
        target = f"rtp://127.0.0.1:{self._packets.getsockname()[1]}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "quiet", "-re", "-i", str(video)]
        command += ["-an", "-c:v", "mpeg2video", "-q:v", "3", "-g", "5", "-f", "rtp"]
        command += ["-sdp_file", str(self._sdp), target]
        self._ffmpeg = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        deadline_s = time.monotonic() + 10
        while not (self._sdp.exists() and "m=video" in self._sdp.read_text()):
            assert time.monotonic() < deadline_s, "FFmpeg describes nothing"
            time.sleep(0.02)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join(6)
        self._ffmpeg.kill()
        self._ffmpeg.wait(5)
        self._listening.close()
        self._packets.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listening.accept()
            with connection, connection.makefile("rb") as lines:
                while request := lines.readline().decode():
                    headers = {}
                    while header := lines.readline().decode().strip():
                        name, _, value = header.partition(": ")
                        headers[name.lower()] = value
                    self._answer(connection, *request.split()[:2], headers["cseq"])

    def _answer(self, connection: socket.socket, method: str, address: str, number: str) -> None:
        more, body = "Session: 1\r\n", ""
        if method == "DESCRIBE":
            more = f"Content-Type: application/sdp\r\nContent-Base: {address}/\r\n"
            body = re.sub(r"m=video \d+", "m=video 0", self._sdp.read_text())
        elif method == "SETUP":
            more += "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"
        head = f"RTSP/1.0 200 OK\r\nCSeq: {number}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        connection.sendall((head + body).encode())
        if method == "PLAY":
            self._relay(connection)

    def _relay(self, connection: socket.socket) -> None:
        while True:
            packet = self._packets.recv(65536)
            connection.sendall(b"$\0" + struct.pack(">H", len(packet)) + packet)


@pytest.fixture
def rtsp(tmp_path: Path, media: Media) -> Iterator[RtspServer]:
    server = RtspServer(tmp_path, media.video.path)
    yield server
    server.close()


def test_a_camera_speaks_rtsp(rtsp: RtspServer) -> None:
    with open_source(rtsp.address, stall_timeout_s=5) as source:
        assert source.live
        found = list(islice(source.frames(), 10))
    image = found[-1].frame.image
    assert isinstance(image, np.ndarray)
    assert image.shape == (272, 640, 3)
    assert image.std() > 10
