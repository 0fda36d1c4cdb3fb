"""Whose turn it is: start-time fair queueing between flows of jobs.

Goyal, Vin and Cheng, "Start-time Fair Queueing: A Scheduling Algorithm for Integrated Services
Packet Switching Networks", SIGCOMM 1996, with jobs that count one each. Unlike round robin it lets
a flow that was idle go before the next job of one that was not.
"""

import heapq
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

Job = TypeVar("Job")

_MAX_REMEMBERED = 1024


class FairQueue(Generic[Job]):
    """Jobs that wait, in the order in which they are to begin.

    Time is counted in jobs: a flow's job is due when its last one was due plus one, or now if the
    flow was idle. Now is when the job that began last was due.
    """

    def __init__(self) -> None:
        self._flows: dict[Hashable, deque[Job]] = {}
        self._due: list[tuple[int, int, Hashable]] = []
        self._next_due: dict[Hashable, int] = {}
        self._now = 0
        self._arrivals = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, flow: Hashable, job: Job) -> None:
        """Puts a job at the end of its flow."""
        self._count += 1
        jobs = self._flows.get(flow)
        if jobs is not None:
            jobs.append(job)
            return
        self._flows[flow] = deque((job,))
        self._put_in_turn(flow, max(self._now, self._next_due.pop(flow, 0)))

    def take(self) -> Job:
        """The next job. There must be one."""
        self._now, _, flow = heapq.heappop(self._due)
        jobs = self._flows[flow]
        job = jobs.popleft()
        self._count -= 1
        if jobs:
            self._put_in_turn(flow, self._now + 1)
        else:
            del self._flows[flow]
            self._remember(flow)
        return job

    def _put_in_turn(self, flow: Hashable, due: int) -> None:
        self._arrivals += 1
        heapq.heappush(self._due, (due, self._arrivals, flow))

    def _remember(self, flow: Hashable) -> None:
        """Keeps when an idle flow may go next, while that lies ahead."""
        if len(self._next_due) >= _MAX_REMEMBERED:
            self._next_due = {
                known: due for known, due in self._next_due.items() if due > self._now
            }
        self._next_due[flow] = self._now + 1
