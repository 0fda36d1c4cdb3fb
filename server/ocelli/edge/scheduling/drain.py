"""Whether the server is stopping, and who wants to know."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A connection that is closed while its client still sends is reset, and a reset may overtake what
# was sent last: the status that says why the stream ended, and when to come back.
_CLOSE_DELAY_S = 0.2


class Drain:
    """Starts once and tells everyone who asked."""

    def __init__(self) -> None:
        self.started = False
        self._callbacks: set[Callable[[], None]] = set()
        self._alone = asyncio.Event()

    def start(self) -> None:
        """From now on the server takes no new work."""
        self.started = True
        for callback in tuple(self._callbacks):
            callback()

    @contextmanager
    def notify(self, callback: Callable[[], None]) -> Iterator[None]:
        """Calls `callback` when the drain starts during the body of the `with`."""
        self._callbacks.add(callback)
        try:
            yield
        finally:
            self._callbacks.discard(callback)
            if not self._callbacks:
                self._alone.set()

    async def wait_heard(self, timeout_s: float) -> None:
        """Waits until all who were told have ended and their clients have heard of it.

        Args:
            timeout_s: longest time to wait for them, in seconds.
        """
        if not self._callbacks:
            return
        self._alone.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._alone.wait()
                await asyncio.sleep(_CLOSE_DELAY_S)
