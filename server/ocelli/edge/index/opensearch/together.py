"""Writes of many calls in one request, of which searches see all or nothing."""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, release_frames
from ocelli.edge.index.opensearch import unfinished
from ocelli.edge.index.opensearch.bulk import Write, Writer
from ocelli.edge.index.port import OutOfDate

_MAX_WRITES = 2000


class _Part(NamedTuple):
    writes: Sequence[Write]
    call: Call
    done: asyncio.Future[None]


class Together:
    """Gathers what is to be written to an index while a request to it is under way.

    One request at a time, with one refresh at its end, shows no other one half done, and costs less
    than one for each call.

    Args:
        writer: makes the writes.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: dict[str, list[_Part]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def write(self, target: str, writes: Sequence[Write], call: Call) -> None:
        """Makes writes, none of which has to find a document as it was; see `Writer.write`."""
        part = _Part(writes, call, asyncio.get_running_loop().create_future())
        waiting = self._waiting.get(target)
        if waiting is None:
            self._waiting[target] = [part]
            task = asyncio.create_task(self._run(target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            waiting.append(part)
        try:
            async with asyncio.timeout(call.deadline.remaining_s()):
                await part.done
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                "the vector database did not take the points in time; allow more time",
            ) from None
        finally:
            del part  # it holds the error that this frame is in the traceback of

    async def close(self) -> None:
        """Ends what is under way."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _run(self, target: str) -> None:
        waiting = self._waiting[target]
        try:
            while some := _taken(waiting):
                await self._write(target, some)
        finally:
            del self._waiting[target]
            _fail(waiting, OcelliError(Reason.INDEX_UNAVAILABLE, "the vector index has stopped"))

    async def _write(self, target: str, some: list[_Part]) -> None:
        deadline = max((part.call.deadline for part in some), key=lambda deadline: deadline.at_s)
        call = dataclasses.replace(some[0].call, deadline=deadline)
        writes = [write for part in some for write in part.writes]
        try:
            await self._writer.write(target, unfinished.marked(writes), call)
        except asyncio.CancelledError:
            _fail(some, OcelliError(Reason.INDEX_UNAVAILABLE, "the vector index has stopped"))
            raise
        except (OcelliError, OutOfDate) as error:
            release_frames(error)  # this frame, of them, holds the futures that keep the error
            _fail(some, error)
        except Exception as error:  # noqa: BLE001  # each call's to raise
            _fail(some, error)
        for part in some:
            if not part.done.done():
                part.done.set_result(None)


def _fail(parts: Sequence[_Part], error: Exception) -> None:
    for part in parts:
        if not part.done.done():
            part.done.set_exception(error)


def _taken(waiting: list[_Part]) -> list[_Part]:
    """Takes the next parts, but those whose callers have left."""
    some: list[_Part] = []
    count = 0
    while waiting and (not some or count + len(waiting[0].writes) <= _MAX_WRITES):
        part = waiting.pop(0)
        if not part.done.done():
            some.append(part)
            count += len(part.writes)
    return some
