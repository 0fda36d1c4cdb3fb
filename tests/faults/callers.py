"""The programs that call through the SDK of each language, `callers`, and what they report."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_START_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 60.0
_LEAST_OF_RATE = 0.9


class CallersError(Exception):
    """A program did not do what it should."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked.

    Attributes:
        model: a detector.
        image: file of the image that every call sends.
        callers: how many call at the same time, at most.
        calls_per_s: of all callers together.
        streams: of frames, beside the callers.
        frames_per_s: of each stream.
    """

    model: str
    image: Path
    callers: int = 48
    calls_per_s: float = 200.0
    streams: int = 0
    frames_per_s: float = 5.0

    def flags(self, target: str) -> list[str]:
        """The program's command line for a target."""
        flags = {
            "--target": target,
            "--model": self.model,
            "--image": str(self.image),
            "--callers": str(self.callers),
            "--rate": str(self.calls_per_s),
            "--streams": str(self.streams),
            "--frames-per-s": str(self.frames_per_s),
        }
        return [word for pair in flags.items() for word in pair]


@dataclass(frozen=True, slots=True)
class Streamed:
    """What became of the frames of all streams.

    Attributes:
        sent: that were drawn from their source.
        answered: with a result.
        failed: with an error, or as dropped.
        twice: answers to a frame that had been answered before.
        lost: that have no answer.
    """

    sent: int
    answered: int
    failed: int
    twice: int
    lost: int

    @property
    def wrong(self) -> int:
        """Frames that were not answered once, with a result."""
        return self.failed + self.twice + self.lost


@dataclass(frozen=True, slots=True)
class Called:
    """What came of the calls.

    Attributes:
        calls: that ended.
        failed: how many of them failed.
        failures: how often each failure of a call or stream occurred.
        frames: those of the streams.
        seconds: for how long there were calls.
    """

    calls: int
    failed: int
    failures: dict[str, int]
    frames: Streamed
    seconds: float

    def kept_up(self, load: Load) -> bool:
        """Whether there were about as many calls and frames as were asked for."""
        frames_per_s = load.streams * load.frames_per_s
        return (
            self.calls >= _LEAST_OF_RATE * load.calls_per_s * self.seconds
            and self.frames.sent >= _LEAST_OF_RATE * frames_per_s * self.seconds
        )


class Callers:
    """A program that calls."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._began_s = asyncio.get_running_loop().time()

    async def end(self) -> Called:
        """Has it finish its calls and report.

        Raises:
            CallersError: it failed.
        """
        seconds = asyncio.get_running_loop().time() - self._began_s
        ends = self._process.communicate(b"")  # which closes its standard input
        report, _ = await _in_time(ends, _END_TIMEOUT_S, "it does not end")
        if self._process.returncode != 0:
            raise CallersError(f"it ended with status {self._process.returncode}")
        found = json.loads(report)
        frames = Streamed(**found.pop("frames"))
        return Called(**found, frames=frames, seconds=seconds)


@asynccontextmanager
async def calling(command: Sequence[str], load: Load, target: str) -> AsyncIterator[Callers]:
    """Starts a program, waits until its first call was answered, and leaves none behind.

    Raises:
        CallersError: it did not begin to call.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, *load.flags(target), stdin=pipe, stdout=pipe
    )
    assert process.stdout
    try:
        said = await _in_time(
            process.stdout.readline(), _START_TIMEOUT_S, "none of its calls was answered"
        )
        if said.strip() != b"calling":
            raise CallersError(f"it said {said.decode()!r} instead of 'calling'")
        yield Callers(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _in_time(awaited: Awaitable[T], timeout_s: float, otherwise: str) -> T:
    try:
        async with asyncio.timeout(timeout_s):
            return await awaited
    except TimeoutError:
        raise CallersError(f"{otherwise} within {timeout_s:.0f} s") from None
