"""A stream that goes on to its end in Triton when its caller has left."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, TypeAlias

from ocelli.edge.scheduling.kept_tasks import KeptTasks

LEAVE_S = 30.0
"""How long what was asked may take once the caller has left; then the stream is cancelled."""

Open: TypeAlias = Callable[[AsyncIterator[bytes]], Any]
"""Opens a call of grpc.aio's with these requests."""


class CarriedStream:
    """One stream. Not every version of Triton survives the cancellation of what it has under way.

    grpc.aio cancels a call when whoever reads its answers, or makes its requests, is cancelled. So
    tasks of the stream's own do both, and the caller's meet them at queues of one message each.
    """

    def __init__(self, open_call: Open) -> None:
        self._open = open_call
        self._requests: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._left = False
        self._until = asyncio.timeout(None)

    async def run(
        self, requests: AsyncIterator[bytes], kept: KeptTasks
    ) -> AsyncGenerator[bytes, None]:
        """The answers.

        Args:
            requests: what the caller asks. What it raises ends what is asked, and is raised here
                after the answers to what was asked before.
            kept: keeps the stream until its end.

        Raises:
            AioRpcError: as Triton answered.
        """
        carrying = kept.start(self._carry())
        asking = asyncio.create_task(self._ask(requests))
        try:
            while (answer := await self._answers.get()) is not None:
                yield answer
            await asyncio.wait([carrying])
            if asking.done():
                asking.result()
            carrying.result()
        finally:
            asking.cancel()
            self._leave(carrying)

    def _leave(self, carrying: "asyncio.Task[None]") -> None:
        self._left = True
        _make_room(self._answers)
        _make_room(self._requests)
        self._requests.put_nowait(None)
        if not carrying.done():
            self._until.reschedule(asyncio.get_running_loop().time() + LEAVE_S)

    async def _ask(self, requests: AsyncIterator[bytes]) -> None:
        try:
            async for request in requests:
                await self._requests.put(request)
        finally:
            if not self._left:
                await self._requests.put(None)

    async def _carry(self) -> None:
        async with self._until:
            try:
                async for answer in self._open(self._asked()):
                    if not self._left:
                        await self._answers.put(answer)
            finally:
                if not self._left:
                    await self._answers.put(None)

    async def _asked(self) -> AsyncIterator[bytes]:
        while (request := await self._requests.get()) is not None:
            yield request


def _make_room(queue: "asyncio.Queue[bytes | None]") -> None:
    """Drops the message that waits, which nobody will read."""
    if not queue.empty():
        queue.get_nowait()
