"""The engine's one worker: runs calls in order, and maintenance between them."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

import msgspec

from ocelli.edge.errors import OcelliError, Reason, release_frames
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import schema_update
from ocelli.edge.index.embedded.engine.catalogue import Catalogue, StaleTarget
from ocelli.edge.index.embedded.engine.jobs import STALE, Job, JobQueue, Outcome
from ocelli.edge.index.embedded.engine.operations import Operations
from ocelli.edge.index.embedded.engine.optimiser import Optimiser
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.embedded.engine.tuning import Tuning

_log = logging.getLogger(__name__)

_HELD_UP_S = 0.005
_PART_BYTES = 256 << 10
"""Of points stored at a time: 128 of 512 values, some 10 ms."""


class EngineLoop:
    """Takes from the queue what the engine runs.

    Many points are stored some at a time, and in between those who read get as long a turn. Between
    two calls sockets get their turn, flushes that are due are done, and the optimiser takes
    its next step. When nothing waits, changes of schemas go on, too, whether or not their callers
    have stayed.
    """

    def __init__(self, queue: JobQueue, catalogue: Catalogue, tuning: Tuning) -> None:
        self._queue = queue
        self._catalogue = catalogue
        self._tuning = tuning
        self._optimiser = Optimiser(catalogue, tuning, queue.wake)
        self._operations = Operations(catalogue, flush_before_ack=tuning.flush_before_ack)
        self._flush_at_s: float | None = None
        self._drain_until_s: float | None = None
        self._reads_until_s = 0.0

    def drain(self) -> None:
        """Has `run` return, after what is queued has been run and flushed."""
        self._drain_until_s = time.monotonic() + self._tuning.drain_timeout_s
        self._queue.wake()

    async def run(self) -> None:
        """Serves until `drain`."""
        while not self._drained():
            job = self._next()
            draining = self._drain_until_s is not None
            if draining:
                await self._optimiser.stop()
            busy = not draining and self._optimiser.step()
            if job is not None:
                self._serve(job)
            elif draining:
                break
            elif not (busy or self._update_schemas()):
                await self._wait()
            self._flush_if_due()
            await asyncio.sleep(0)
        await self._optimiser.stop()
        self._flush_all()

    def _next(self) -> Job | None:
        if time.monotonic() < self._reads_until_s:
            read = self._queue.take(lambda job: not isinstance(job.request.call, wire.Read))
            if read is not None:
                return read
        return self._queue.take(self._has_to_wait)

    def _has_to_wait(self, job: Job) -> bool:
        call = job.request.call
        return (
            self._drain_until_s is None
            and isinstance(call, wire.Write | wire.Update)
            and self._optimiser.holds_up(call.target.name)
        )

    async def _wait(self) -> None:
        if len(self._queue) > 0:  # they have to wait for the optimiser
            await asyncio.sleep(_HELD_UP_S)
        else:
            due_s = (self._flush_due_in_s(), self._optimiser.due_in_s())
            await self._queue.wait(min((at_s for at_s in due_s if at_s is not None), default=None))

    def _drained(self) -> bool:
        return self._drain_until_s is not None and time.monotonic() >= self._drain_until_s

    def _serve(self, job: Job) -> None:
        call = job.request.call
        if not isinstance(call, wire.Upsert):
            job.answer(self._outcome(call))
            return
        began_s = time.monotonic()
        part = _first_part(call)
        left = call.points[len(part.points) :]
        outcome = self._outcome(part, is_last=not left)
        self._optimiser.wrote(call.target.name, len(part.points))
        if left and outcome is None:
            rest = msgspec.structs.replace(call, points=left)
            job.request = msgspec.structs.replace(job.request, call=rest)
            self._queue.put_back(job)
            now_s = time.monotonic()
            self._reads_until_s = now_s + (now_s - began_s)
        else:
            job.answer(outcome)

    def _outcome(self, call: wire.Call, *, is_last: bool = True) -> Outcome:
        try:
            return self._operations.run(call, is_last=is_last)
        except OcelliError as error:
            release_frames(error)  # or they hold the call's points, and whoever holds the answer
            return error
        except StaleTarget:
            return STALE
        except Exception:  # noqa: BLE001  # a fault of ours must not take the other collections down
            _log.exception("a call failed")
            return OcelliError(
                Reason.INTERNAL, "the vector engine failed on this call; its log has the cause"
            )

    def _update_schemas(self) -> bool:
        for name, store in self._catalogue.stores():
            if store.described.pending:
                self._maintain(name, store, partial(schema_update.step, self._catalogue, store))
                return True
        return False

    def _flush_due_in_s(self) -> float | None:
        self._schedule_flush()
        return None if self._flush_at_s is None else max(0.0, self._flush_at_s - time.monotonic())

    def _flush_if_due(self) -> None:
        self._schedule_flush()
        if self._flush_at_s is not None and time.monotonic() >= self._flush_at_s:
            self._flush_all()

    def _schedule_flush(self) -> None:
        if self._flush_at_s is None and any(store.dirty for _, store in self._catalogue.stores()):
            self._flush_at_s = time.monotonic() + self._tuning.flush_interval_s

    def _flush_all(self) -> None:
        self._flush_at_s = None
        for name, store in self._catalogue.stores():
            self._maintain(name, store, store.flush)

    def _maintain(self, name: str, store: Store, task: Callable[[], object]) -> None:
        try:
            task()
        except OcelliError as error:
            _log.error("%s", error.message)
            store.dirty = False
            self._catalogue.close_store(name)


def _first_part(call: wire.Upsert) -> wire.Upsert:
    """The points to store at a time, one at least."""
    size_bytes = 0
    for number, point in enumerate(call.points):
        size_bytes += len(point.vector) + len(point.payload)
        if size_bytes > _PART_BYTES and number:
            return msgspec.structs.replace(call, points=call.points[:number])
    return call
