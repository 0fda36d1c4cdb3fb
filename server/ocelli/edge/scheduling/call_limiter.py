"""How many calls are served at once, in all and of one connection."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ocelli.edge.errors import OcelliError, Reason


class CallLimiter:
    """Counts the calls under way and refuses those beyond a limit. One loop only.

    Args:
        max_calls: most calls and streams at once.
        max_of_connection: most of one connection, so that no client takes all places.
    """

    def __init__(self, max_calls: int, max_of_connection: int) -> None:
        self._max_calls = max_calls
        self._max_of_connection = max_of_connection
        self._of_connection: Counter[str] = Counter()
        self._active = 0
        self._ends: set[asyncio.Timeout] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def active(self) -> int:
        """Calls under way."""
        return self._active

    @contextmanager
    def enter(self, connection: str) -> Iterator[asyncio.Timeout]:
        """Holds a place for the body of the `with`, which serves the call under the timeout given.

        It never passes but by `end_calls`.

        Raises:
            OcelliError: OVERLOADED.
        """
        if self._active >= self._max_calls:
            raise _refused("max_concurrent_calls", self._max_calls, "in all")
        if self._of_connection[connection] >= self._max_of_connection:
            raise _refused(
                "max_calls_per_connection", self._max_of_connection, "on this connection"
            )
        self._active += 1
        self._of_connection[connection] += 1
        self._idle.clear()
        end = asyncio.timeout(None)
        self._ends.add(end)
        try:
            yield end
        finally:
            self._ends.discard(end)
            self._active -= 1
            self._of_connection[connection] -= 1
            if not self._of_connection[connection]:
                del self._of_connection[connection]
            if not self._active:
                self._idle.set()

    def end_calls(self) -> None:
        """Has the timeout of every call under way pass now."""
        now_s = asyncio.get_running_loop().time()
        for end in self._ends:
            end.reschedule(now_s)

    async def wait_idle(self, timeout_s: float) -> bool:
        """Waits until no call is under way; False if some still are after `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        return not self._active


def _refused(limit: str, number: int, where: str) -> OcelliError:
    return OcelliError(
        Reason.OVERLOADED,
        f"{number} calls are under way {where}, which is the limit; retry after the delay, or "
        f"raise {limit} on the server",
        quota=limit,
    )
