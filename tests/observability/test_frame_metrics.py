"""What is counted of the frames of streams."""

import asyncio
from collections.abc import Callable

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.definitions import REGISTRY
from ocelli.edge.observability.frame_metrics import counted
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.stream import FrameWindow, FrameWork, WindowOptions


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def until(true: Callable[[], bool], timeout_s: float = 20) -> None:
    async with asyncio.timeout(timeout_s):
        while not true():  # noqa: ASYNC110  # nobody signals a metric
            await asyncio.sleep(0.01)


async def test_every_frame_counts_under_what_became_of_it() -> None:
    method = "test/Frames"
    release = asyncio.Event()

    async def answer(frame: str, check_active: Callable[[], None]) -> str:
        if frame == "bad":
            raise OcelliError(Reason.IMAGE_CORRUPT, "torn")
        if frame == "slow":
            await release.wait()
        return frame

    work: FrameWork[str, str] = FrameWork(
        answer,
        lambda frame, error: f"{frame} failed",
        lambda frame, cause, age_s: f"{frame} dropped",
    )
    frames = iter(["slow", "good", "bad", None])
    arrived = asyncio.Queue[str | None]()

    async def read() -> str | None:
        await asyncio.sleep(0)
        return next(frames)

    async def write(answer: str) -> None:
        await arrived.put(answer)

    outcomes: dict[str, int] = {}
    window = FrameWindow(WindowOptions(limit=4), counted(work, method, outcomes), Drain())
    running = asyncio.create_task(window.run(read, write))
    await until(lambda: value("ocelli_frames_total", method=method, outcome="error") == 1)
    assert value("ocelli_frames_in_flight", method=method) == 1
    release.set()
    await running
    assert value("ocelli_frames_total", method=method, outcome="result") == 2
    assert value("ocelli_frames_in_flight", method=method) == 0
    assert value("ocelli_frame_seconds_count", method=method) == 2
    assert outcomes == {"result": 2, "error": 1}
    assert value("ocelli_errors_total", of="frame", reason="IMAGE_CORRUPT") >= 1

    release.clear()
    frames = iter(["slow", "superseded", "newest"])
    stays_open = asyncio.Event()

    async def read_some() -> str | None:
        await asyncio.sleep(0)
        frame = next(frames, None)
        if frame is None:
            await stays_open.wait()
        return frame

    window = FrameWindow(WindowOptions(limit=1, keep_latest=True), counted(work, method), Drain())
    running = asyncio.create_task(window.run(read_some, write))
    await until(lambda: value("ocelli_frames_total", method=method, outcome="dropped") == 1)
    assert value("ocelli_frames_dropped_total", method=method, cause="superseded") == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert value("ocelli_frames_total", method=method, outcome="cancelled") == 1
    assert value("ocelli_frames_in_flight", method=method) == 0
