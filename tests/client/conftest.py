"""The command, run in this process, a server that notes calls, and a camera on the network."""

import contextlib
import inspect
import json
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import psutil
import pytest

from ocelli.client import Client, connect, connect_async
from ocelli.client.cli.entry import run
from ocelli.models.media import Media
from tests.client.recorder import Recorder, recording


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def says(self, text: str, code: int) -> None:
        """Checks a failure: one line on stderr, nothing else."""
        assert self.code == code
        assert text in self.err
        assert self.err.startswith("ocelli: ")
        assert self.err.count("\n") == 1
        assert self.out == ""


Ocelli = Callable[..., Outcome]


@pytest.fixture
def offline(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ocelli:
    """Runs a command with no server's address at hand."""
    monkeypatch.delenv("OCELLI_ADDRESS", raising=False)

    def ocelli(*arguments: object) -> Outcome:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return ocelli


@pytest.fixture
def ocelli(offline: Ocelli, client: Client) -> Ocelli:
    """Runs a command against the shared server."""
    return lambda *arguments: offline("--address", client.address, *arguments)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A server that notes what it is sent and answers as it was told."""
    with recording() as running:
        yield running


@pytest.fixture
def at_recorder(offline: Ocelli, recorder: Recorder) -> Ocelli:
    """Runs a command against the recorder."""
    return lambda *arguments: offline("--address", recorder.address, *arguments)


Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]


@pytest.fixture(params=["sync", "async"])
def call(recorder: Recorder, request: pytest.FixtureRequest) -> Call:
    """Uses one of the clients on the recorder: awaits what it awaits, gathers what it yields."""

    async def with_sync(use: Callable[[Any], Any]) -> Any:
        with connect(recorder.address) as client:
            result = use(client)
            return list(result) if isinstance(result, Generator) else result

    async def with_async(use: Callable[[Any], Any]) -> Any:
        async with connect_async(recorder.address) as client:
            result = use(client)
            if isinstance(result, AsyncGenerator):
                return [one async for one in result]
            return await result if inspect.isawaitable(result) else result

    return with_sync if request.param == "sync" else with_async


@pytest.fixture
def images(tmp_path: Path, photo: Callable[[str], bytes]) -> Path:
    """A folder with two images in folders of their own."""
    for folder, name in (("pets", "cat"), ("things", "coffee")):
        (tmp_path / "images" / folder).mkdir(parents=True)
        (tmp_path / "images" / folder / f"{name}.png").write_bytes(photo(name))
    return tmp_path / "images"


@dataclass
class Camera:
    """FFmpeg, showing a street without end to the first who asks."""

    address: str
    process: subprocess.Popen[bytes]

    def wait_listening(self, timeout_s: float = 10) -> None:
        # To try a connection would use up the only one that it takes.
        deadline_s = time.monotonic() + timeout_s
        process = psutil.Process(self.process.pid)
        while not any(one.status == psutil.CONN_LISTEN for one in process.net_connections()):
            assert time.monotonic() < deadline_s, "FFmpeg does not listen"
            time.sleep(0.02)


@pytest.fixture
def camera(media: Media) -> Iterator[Camera]:
    """A live video at 25 frames per second, 640×272, over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}/live.ts"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "quiet", "-re", "-stream_loop", "-1"]
    command += ["-i", str(media.video.path), "-an", "-c:v", "mpeg2video", "-q:v", "3", "-g", "5"]
    command += ["-f", "mpegts", "-listen", "1", address]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            running = Camera(address, process)
            running.wait_listening()
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
