"""Whose turn it is: interactive work first, owners by their weights, each one's parts in turn.

Start-time fair queueing in two levels, as its authors have it for shares within shares: an owner
with a thousand connections gets what one with a single connection gets.
"""

from collections.abc import Hashable
from typing import Generic, TypeVar

from ocelli.edge.scheduling.flow import Flow
from ocelli.edge.scheduling.start_time_queue import StartTimeQueue

Job = TypeVar("Job")


class FairQueue(Generic[Job]):
    """Jobs that wait, in the order in which they are to begin."""

    def __init__(self) -> None:
        self._interactive: _Shares[Job] = _Shares()
        self._batch: _Shares[Job] = _Shares()

    def __len__(self) -> int:
        return len(self._interactive) + len(self._batch)

    @property
    def interactive(self) -> int:
        """Jobs that go before those of batch work."""
        return len(self._interactive)

    def add(self, flow: Flow, job: Job) -> None:
        """Puts a job at the end of its flow."""
        (self._batch if flow.is_batch else self._interactive).add(flow, job)

    def take(self) -> Job:
        """The next job. There must be one."""
        return (self._interactive if len(self._interactive) else self._batch).take()

    def discard(self, flow: Flow, job: Job) -> None:
        """Takes out a job that waits no longer, unless it was taken already."""
        (self._batch if flow.is_batch else self._interactive).discard(flow, job)


class _Shares(Generic[Job]):
    """Owners, and within each of them its parts."""

    def __init__(self) -> None:
        self._owners: StartTimeQueue[Hashable] = StartTimeQueue()
        self._parts: dict[Hashable, StartTimeQueue[Job]] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def add(self, flow: Flow, job: Job) -> None:
        parts = self._parts.get(flow.owner)
        if parts is None:
            parts = self._parts[flow.owner] = StartTimeQueue()
        parts.add(flow.part, job)
        self._owners.add(flow.owner, flow.owner, flow.weight)

    def take(self) -> Job:
        owner = self._owners.take()
        parts = self._parts[owner]
        job = parts.take()
        if not len(parts):
            del self._parts[owner]
        return job

    def discard(self, flow: Flow, job: Job) -> None:
        parts = self._parts.get(flow.owner)
        if parts is None or not parts.discard(flow.part, job):
            return
        self._owners.discard(flow.owner, flow.owner)
        if not len(parts):
            del self._parts[flow.owner]
