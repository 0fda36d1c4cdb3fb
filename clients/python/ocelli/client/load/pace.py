"""When the next request goes out.

In an open loop latency counts from when a request was due, not from when it could be sent. Else a
server that stalls would hold back the very requests that would have met the stall: Gil Tene calls
this coordinated omission ("How NOT to Measure Latency", 2013; wrk2).
"""

import asyncio
import time
from collections.abc import Iterator
from typing import Protocol

# Timers of event loops round up to whole milliseconds. A request is rather sent that much early;
# its latency then counts from its sending.
_EARLY_S = 0.001


class Pace(Protocol):
    """Says when requests go out."""

    unsent: int
    """Requests that were due in time and never went out."""

    async def next(self) -> float | None:
        """Waits until a request is to be sent.

        Returns:
            From when its latency counts, by `time.monotonic`; None: there are no more.
        """


class ClosedPace:
    """A request as soon as there is room for one, until the end."""

    unsent = 0

    def __init__(self, end_s: float) -> None:
        self._end_s = end_s

    async def next(self) -> float | None:
        """Returns at once; see `Pace.next`."""
        now_s = time.monotonic()
        return now_s if now_s < self._end_s else None


class OpenPace:
    """A request whenever one is due.

    Args:
        dues_s: when, in ascending order, in seconds since `begin_s`.
        begin_s: by `time.monotonic`.
        end_s: no request goes out after this.
    """

    def __init__(self, dues_s: Iterator[float], begin_s: float, end_s: float) -> None:
        self._dues_s = dues_s
        self._begin_s = begin_s
        self._end_s = end_s
        self._due_s: float | None = None
        self.unsent = 0

    async def next(self) -> float | None:
        """Returns when a request is due, or at once if one was; see `Pace.next`."""
        # Whoever is cancelled while waiting here leaves the request to the next one.
        if self._due_s is None:
            self._due_s = self._begin_s + next(self._dues_s)
        due_s = self._due_s
        now_s = time.monotonic()
        if now_s >= self._end_s or due_s >= self._end_s:
            self.unsent = self._count_due(due_s)
            return None
        if due_s - now_s > _EARLY_S:
            await asyncio.sleep(due_s - now_s - _EARLY_S)
            now_s = time.monotonic()
        self._due_s = None
        return min(due_s, now_s)

    def _count_due(self, due_s: float) -> int:
        number = 0
        while due_s < self._end_s:
            number += 1
            due_s = self._begin_s + next(self._dues_s)
        return number
