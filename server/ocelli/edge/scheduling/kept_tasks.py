"""Work that goes on when whoever began it has left."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ocelli.edge.errors import release_frames

Result = TypeVar("Result")


class KeptTasks:
    """Keeps tasks until they have ended: the event loop itself does not (asyncio.create_task)."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Begins work that nobody has to wait for. What it raises is not reported then."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def finish(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of work that a cancellation of the caller's does not reach."""
        task = self.start(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_release)
            raise
        finally:
            del task  # it holds the error that this frame is in the traceback of

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen, should the caller have gone


def _release(task: "asyncio.Task[Any]") -> None:
    """Lets go of what a failed task worked on; whoever would have read the error has left."""
    if not task.cancelled():
        release_frames(task.exception())
