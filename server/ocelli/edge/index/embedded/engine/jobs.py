"""What waits for the engine: a bounded queue that drops what nobody waits for any more."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire

STALE = wire.Stale()

Outcome: TypeAlias = wire.Result | wire.Stale | OcelliError


@dataclass(slots=True, eq=False)
class Job:
    """A call in the queue."""

    request: wire.Request
    size_bytes: int
    answer: Callable[[Outcome], None]
    withdrawn: bool = False
    begun: bool = False
    """Whether a part of it has been run: the rest will be, too."""


class JobQueue:
    """First in, first out; bounded in calls and in bytes."""

    def __init__(self, *, max_calls: int, max_bytes: int) -> None:
        self._max_calls = max_calls
        self._max_bytes = max_bytes
        self._jobs: deque[Job] = deque()
        self._held_bytes = 0
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._jobs)

    def put(self, job: Job) -> None:
        """Queues a job, or answers it with OVERLOADED.

        A call larger than `max_bytes` is taken when the queue is empty.
        """
        full = len(self._jobs) >= self._max_calls
        if full or (self._jobs and self._held_bytes + job.size_bytes > self._max_bytes):
            job.answer(
                OcelliError(
                    Reason.OVERLOADED,
                    f"{len(self._jobs)} calls wait for the vector engine; try again later",
                    quota="index.queued_calls" if full else "index.queued_bytes",
                )
            )
            return
        self._held_bytes += job.size_bytes
        self._jobs.append(job)
        self._filled.set()

    def put_back(self, job: Job) -> None:
        """Has what was begun come first."""
        job.begun = True
        self._held_bytes += job.size_bytes
        self._jobs.appendleft(job)

    def take(self, has_to_wait: Callable[[Job], bool]) -> Job | None:
        """The next job that is still wanted; those past their deadline are answered here.

        Args:
            has_to_wait: whether a job is to stay where it is; others are taken before it.
        """
        staying: list[Job] = []
        try:
            return self._next(has_to_wait, staying)
        finally:
            self._jobs.extendleft(reversed(staying))

    def _next(self, has_to_wait: Callable[[Job], bool], staying: list[Job]) -> Job | None:
        while self._jobs:
            job = self._jobs.popleft()
            wanted = job.begun or not job.withdrawn
            in_time = job.begun or job.request.deadline_s > time.monotonic()
            if wanted and in_time and has_to_wait(job):
                staying.append(job)
                continue
            self._held_bytes -= job.size_bytes
            if not wanted:
                continue
            if in_time:
                return job
            job.answer(
                OcelliError(
                    Reason.DEADLINE_EXCEEDED,
                    "the deadline passed while the call waited for the vector engine",
                )
            )
        return None

    def wake(self) -> None:
        """Ends a `wait`."""
        self._filled.set()

    async def wait(self, timeout_s: float | None) -> None:
        """Returns when there is a job, `wake` was called, or the time is over."""
        self._filled.clear()
        if self._jobs:
            return
        try:
            async with asyncio.timeout(timeout_s):
                await self._filled.wait()
        except TimeoutError:
            return
