"""Threads for CPU work, shared fairly between those who ask.

Work waits in lanes, one per stream or connection, and the lanes take turns (round robin), so that a
sender with many frames waiting delays another by one turn, not by all of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[], Any]
    done: "asyncio.Future[Any]"


# One job more than threads is handed over, so that no thread idles while the loop hears of an end.
_AHEAD = 1


class FairThreads:
    """Runs work on `threads` threads. Use it from one event loop."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._room = threads + _AHEAD
        self._lanes: dict[Hashable, deque[_Job]] = {}
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Jobs that wait for their lane's turn."""
        return self._waiting

    async def run(
        self,
        lane: Hashable,
        work: Callable[..., Result],
        *arguments: object,
    ) -> Result:
        """Runs `work(*arguments)` on a thread when it is the lane's turn.

        A caller that is cancelled while it waits leaves the queue; work that has begun goes on, and
        its result is dropped.
        """
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        job = _Job(partial(work, *arguments), done)
        if self._room > 0:
            self._start(job)
        else:
            self._lanes.setdefault(lane, deque()).append(job)
            self._waiting += 1
        return await done

    def close(self) -> None:
        """Begins no more work; what runs is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self, job: _Job) -> None:
        self._room -= 1
        running = asyncio.get_running_loop().run_in_executor(self._pool, job.work)
        running.add_done_callback(partial(self._ended, job))

    def _ended(self, job: _Job, running: "asyncio.Future[Any]") -> None:
        self._room += 1
        done = job.done
        if done.cancelled():
            if not running.cancelled():
                running.exception()  # marks it as seen
        elif running.cancelled():
            done.cancel()
        elif (error := running.exception()) is not None:
            done.set_exception(error)
        else:
            done.set_result(running.result())
        self._start_next()

    def _start_next(self) -> None:
        while self._room > 0 and self._lanes:
            lane, jobs = next(iter(self._lanes.items()))
            del self._lanes[lane]
            job = jobs.popleft()
            self._waiting -= 1
            if jobs:
                self._lanes[lane] = jobs
            if not job.done.cancelled():
                self._start(job)
