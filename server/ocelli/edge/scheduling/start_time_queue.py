"""Start-time fair queueing between flows of jobs, each with a weight.

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


class StartTimeQueue(Generic[Job]):
    """Jobs that wait, in the order in which they are to begin.

    Time is counted in jobs of weight 1: a flow's job is due when its last one was due plus one by
    its weight, or now if the flow was idle. Now is when the job that began last was due.
    """

    def __init__(self) -> None:
        self._flows: dict[Hashable, deque[tuple[Job, float]]] = {}
        self._due: list[tuple[float, int, Hashable]] = []
        self._next_due: dict[Hashable, float] = {}
        self._now = 0.0
        self._arrivals = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, flow: Hashable, job: Job, weight: float = 1.0) -> None:
        """Puts a job at the end of its flow.

        Args:
            flow: whose it is.
            job: what waits.
            weight: the flow's share relative to others', more than 0.
        """
        self._count += 1
        jobs = self._flows.get(flow)
        if jobs is not None:
            jobs.append((job, weight))
            return
        self._flows[flow] = deque(((job, weight),))
        self._put_in_turn(flow, max(self._now, self._next_due.pop(flow, 0.0)))

    def take(self) -> Job:
        """The next job. There must be one."""
        self._now, _, flow = heapq.heappop(self._due)
        jobs = self._flows[flow]
        job, weight = jobs.popleft()
        self._count -= 1
        if jobs:
            self._put_in_turn(flow, self._now + 1 / weight)
        else:
            del self._flows[flow]
            self._remember(flow, self._now + 1 / weight)
        return job

    def discard(self, flow: Hashable, job: Job) -> bool:
        """Takes out a job that waits no longer; False if it was taken already."""
        jobs = self._flows.get(flow)
        found = next((pair for pair in jobs or () if pair[0] is job), None)
        if jobs is None or found is None:
            return False
        jobs.remove(found)
        self._count -= 1
        if not jobs:
            del self._flows[flow]
            self._due = [turn for turn in self._due if turn[2] != flow]
            heapq.heapify(self._due)
        return True

    def _put_in_turn(self, flow: Hashable, due: float) -> None:
        self._arrivals += 1
        heapq.heappush(self._due, (due, self._arrivals, flow))

    def _remember(self, flow: Hashable, due: float) -> None:
        """Keeps when an idle flow may go next, while that lies ahead."""
        if len(self._next_due) >= _MAX_REMEMBERED:
            self._next_due = {
                known: ahead for known, ahead in self._next_due.items() if ahead > self._now
            }
        self._next_due[flow] = due
