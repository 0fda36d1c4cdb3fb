"""Points in time after which work is not worth doing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ocelli.edge.errors import OcelliError, Reason


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    at_s: float

    @classmethod
    def after(cls, duration_s: float | None, cap_s: float) -> "Deadline":
        """`duration_s` from now, or `cap_s` from now if that is sooner or there is none."""
        return cls(time.monotonic() + (cap_s if duration_s is None else min(duration_s, cap_s)))

    def remaining_s(self) -> float:
        """Seconds left, negative once it has passed."""
        return self.at_s - time.monotonic()

    def check(self) -> None:
        """Raises DEADLINE_EXCEEDED once it has passed."""
        if self.remaining_s() <= 0:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                "the deadline passed before the work was done; allow more time or send less",
            )


@asynccontextmanager
async def within(deadline: Deadline) -> AsyncIterator[None]:
    """Ends the block when the deadline passes, with DEADLINE_EXCEEDED."""
    try:
        async with asyncio.timeout(deadline.remaining_s()):
            yield
    except TimeoutError:
        deadline.check()
        raise
