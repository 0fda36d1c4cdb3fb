"""Work that is completed though the call that began it has ended."""

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.port import OutOfDate
from ocelli.edge.scheduling.deadline import Deadline

T = TypeVar("T")

_MAX_S = 3600.0
_log = logging.getLogger(__name__)


class Outliving:
    """Tasks that go on when their callers have left."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    async def run(self, work: Callable[[Call], Awaitable[T]], call: Call) -> T:
        """Runs work; returns what it does, or raises DEADLINE_EXCEEDED and lets it go on."""
        longer = dataclasses.replace(call, deadline=Deadline.after(None, _MAX_S))
        task = asyncio.ensure_future(work(longer))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                return await asyncio.shield(task)
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                "the change was not complete when the deadline passed; it goes on",
            ) from None
        finally:
            del task  # it holds the error that this frame is in the traceback of

    async def close(self) -> None:
        """Ends what is under way."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None and not isinstance(error, OcelliError | OutOfDate):
            _log.error("a change of a collection failed", exc_info=error)
