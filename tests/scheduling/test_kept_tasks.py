"""Work that outlives its caller, and what is left of it when it fails."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.fair_executor import FairExecutor
from ocelli.edge.scheduling.flow import Flow
from ocelli.edge.scheduling.kept_tasks import KeptTasks


class Picture:
    """Something large that one can watch go."""


class Seen:
    """Knows the last picture that was worked on."""

    def __init__(self) -> None:
        self._picture: weakref.ref[Picture] = weakref.ref(Picture())

    def new(self) -> Picture:
        picture = Picture()
        self._picture = weakref.ref(picture)
        return picture

    @property
    def exists(self) -> bool:
        return self._picture() is not None


@pytest.fixture
def seen() -> Iterator[Seen]:
    """With no collection, but by reference counts."""
    gc.collect()
    gc.disable()
    yield Seen()
    gc.enable()


async def test_a_caller_who_leaves_does_not_end_it() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.01)
        ended.set()

    caller = asyncio.create_task(KeptTasks().finish(work()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await asyncio.wait_for(ended.wait(), 5)


async def failing(seen: Seen, go_on: asyncio.Event) -> None:
    picture = seen.new()
    await go_on.wait()
    error = OcelliError(Reason.INFERENCE_FAILED, f"cannot see {id(picture)}")
    raise error  # a name of it in its own traceback: a cycle


async def test_a_failure_that_nobody_waits_for_holds_nothing(seen: Seen) -> None:
    kept, go_on = KeptTasks(), asyncio.Event()
    caller = asyncio.create_task(kept.finish(failing(seen, go_on)))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert seen.exists
    go_on.set()
    await asyncio.sleep(0.01)
    assert not seen.exists


def unreadable(picture: Picture) -> None:
    raise ValueError(id(picture))


@pytest.mark.parametrize("leaves", [False, True])
async def test_failed_work_of_a_thread_holds_nothing(seen: Seen, leaves: bool) -> None:
    executor = FairExecutor(1)
    try:
        for _ in range(2):  # the thread lets go of a job when the next one comes, at the latest
            running = asyncio.create_task(executor.run(Flow("anyone"), unreadable, seen.new()))
            await asyncio.sleep(0)
            if leaves:
                running.cancel()
            await asyncio.wait([running])
            assert running.cancelled() is leaves
            if not leaves:
                assert isinstance(running.exception(), ValueError)
            del running
            await asyncio.sleep(0.05)
        assert not seen.exists
    finally:
        executor.close()
