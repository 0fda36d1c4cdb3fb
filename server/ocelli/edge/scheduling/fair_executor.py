"""Threads for CPU work, shared fairly between those who ask.

Work waits in flows and these take turns (`FairQueue`), so that a sender with many frames waiting
does not delay one that asks for less than its share.
"""

import asyncio
import contextlib
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from ocelli.edge.scheduling.fair_queue import FairQueue
from ocelli.edge.scheduling.flow import Flow

Result = TypeVar("Result")

# One job more than threads is handed over, so that no thread idles while the loop hears of an end.
_AHEAD = 1


class _Job:
    """Work, and the future that its caller awaits."""

    __slots__ = ("arguments", "done", "error", "result", "work")

    def __init__(
        self, work: Callable[..., Any], arguments: tuple[object, ...], done: "asyncio.Future[Any]"
    ) -> None:
        self.work = work
        self.arguments = arguments
        self.done = done
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.result = self.work(*self.arguments)
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is its caller's
            self.error = error


class FairExecutor:
    """Runs work on `threads` threads. Use it from one event loop.

    The threads and their queue are its own: an executor's futures, made for callers on any thread,
    cost a frame as much as all of its other bookkeeping.
    """

    def __init__(self, threads: int) -> None:
        self._handed_over: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = threads
        self._room = threads + _AHEAD
        self._queue: FairQueue[_Job] = FairQueue()
        for number in range(threads):
            Thread(target=self._serve, name=f"decode_{number}", daemon=True).start()

    @property
    def waiting(self) -> int:
        """Jobs that wait for their flow's turn."""
        return len(self._queue)

    async def run(
        self,
        flow: Flow,
        work: Callable[..., Result],
        *arguments: object,
    ) -> Result:
        """Runs `work(*arguments)` on a thread when it is the flow's turn.

        A caller that is cancelled while it waits leaves the queue; work that has begun goes on, and
        its result is dropped.
        """
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        job = _Job(work, arguments, done)
        self._queue.add(flow, job)
        self._start_next()
        del job
        try:
            return await done
        finally:
            del done  # it holds the error that this frame is in the traceback of

    def close(self) -> None:
        """Begins no more work; what runs is not waited for."""
        with contextlib.suppress(Empty):
            while True:
                job = self._handed_over.get_nowait()
                if job is not None:
                    job.done.cancel()
        for _ in range(self._threads):
            self._handed_over.put(None)

    def _serve(self) -> None:
        """What each thread does."""
        while (job := self._handed_over.get()) is not None:
            job.run()
            # The loop may be closed already: the process ends.
            with contextlib.suppress(RuntimeError):
                job.done.get_loop().call_soon_threadsafe(self._ended, job)
            del job  # its result may be large, and the next job may be long in coming

    def _ended(self, job: _Job) -> None:
        self._room += 1
        done, error = job.done, job.error
        del job.done, job.error  # the error's traceback has a frame of the job's
        if not done.done():
            if error is None:
                done.set_result(job.result)
            else:
                done.set_exception(error)
        del error
        self._start_next()

    def _start_next(self) -> None:
        while self._room > 0 and self._queue:
            job = self._queue.take()
            if not job.done.cancelled():
                self._room -= 1
                self._handed_over.put(job)
