"""The bound on memory that images and tensors hold at once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ocelli.edge.errors import OcelliError, Reason


class MemoryLimiter:
    """Counts bytes in flight; admits first come, first served, up to a limit.

    One loop only. A single reservation larger than the limit is refused, whatever is in flight.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._total_bytes = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def bytes_held(self) -> int:
        """Bytes reserved now."""
        return self._bytes

    @property
    def max_bytes(self) -> int:
        """Most bytes that may be reserved at once."""
        return self._max_bytes

    @property
    def total_bytes(self) -> int:
        """Bytes reserved ever."""
        return self._total_bytes

    @asynccontextmanager
    async def reserve(self, size_bytes: int, *, wait: bool) -> AsyncIterator[None]:
        """Holds `size_bytes` for the body of the `async with`.

        Raises:
            OcelliError: OVERLOADED, at once if `wait` is false and there is no room.
        """
        if size_bytes > self._max_bytes or (not wait and not self._fits(size_bytes)):
            raise OcelliError(
                Reason.OVERLOADED,
                f"{self._bytes} of {self._max_bytes} bytes are in flight and {size_bytes} more do "
                "not fit; retry after the delay, or raise max_inflight_bytes on the server",
                quota="max_inflight_bytes",
            )
        await self._take(size_bytes)
        self._total_bytes += size_bytes
        try:
            yield
        finally:
            self._bytes -= size_bytes
            self._admit()

    def _fits(self, size_bytes: int) -> bool:
        return not self._waiting and self._bytes + size_bytes <= self._max_bytes

    async def _take(self, size_bytes: int) -> None:
        if self._fits(size_bytes):
            self._bytes += size_bytes
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size_bytes, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._bytes -= size_bytes
            else:
                self._forget(turn)
            self._admit()
            raise

    def _forget(self, turn: asyncio.Future[None]) -> None:
        self._waiting = deque(item for item in self._waiting if item[1] is not turn)

    def _admit(self) -> None:
        while self._waiting and self._bytes + self._waiting[0][0] <= self._max_bytes:
            size_bytes, turn = self._waiting.popleft()
            if not turn.cancelled():
                self._bytes += size_bytes
                turn.set_result(None)
