"""The items of streams that follow one another."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Generic, TypeVar

from ocelli.client.aio.cancelling import is_task_cancelled
from ocelli.client.aio.stream import drawn

Item = TypeVar("Item")


class Backlog(Generic[Item]):
    """Holds items until they are answered, so that another stream can go on where one ended.

    One task draws them all, each when it is asked for: a stream that ends takes its own task with
    it, which must not cancel the source.
    """

    def __init__(self, items: AsyncIterable[Item] | Iterable[Item]) -> None:
        self._source = items
        self._drawing: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self._given = asyncio.Event()
        self._unanswered: deque[Item] = deque()
        self._has_ended = False
        self.position = 0
        """Of the oldest item that is not answered."""
        self.failure: BaseException | None = None
        """What the source raised."""

    async def items(self) -> AsyncIterator[Item]:
        """Yields what is not answered, then what the source has yet to give."""
        position = self.position
        while await self._reaches(position):
            yield self._unanswered[position - self.position]
            position += 1
        if self.failure is not None:
            raise self.failure

    def answered(self) -> None:
        """Lets go of the oldest item."""
        self._unanswered.popleft()
        self.position += 1

    async def close(self) -> None:
        """Ends the source, and lets go of what it raised: that holds frames, and they hold this."""
        if self._drawing is not None:
            self._drawing.cancel()
            await asyncio.wait((self._drawing,))
        self._drawing = self.failure = None

    async def _reaches(self, position: int) -> bool:
        while position >= self.position + len(self._unanswered):
            if self._has_ended:
                return False
            if self._drawing is None:
                self._drawing = asyncio.create_task(self._draw())
            self._given.clear()
            self._asked.set()
            await self._given.wait()
        return True

    async def _draw(self) -> None:
        try:
            async for item in drawn(self._source):
                # Asked once more meanwhile means asked for this one.
                self._asked.clear()
                self._unanswered.append(item)
                self._given.set()
                await self._asked.wait()
        except Exception as error:  # noqa: BLE001  the caller's code: raised to each stream
            self.failure = error
        except asyncio.CancelledError as error:
            if is_task_cancelled():
                raise
            self.failure = error
        finally:
            self._has_ended = True
            self._given.set()
