"""The engine's one worker: runs calls in order, and maintenance between them."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import wire
from ocelli.edge.index.embedded.engine import schema_update
from ocelli.edge.index.embedded.engine.catalogue import Catalogue, StaleTarget
from ocelli.edge.index.embedded.engine.jobs import STALE, Job, JobQueue
from ocelli.edge.index.embedded.engine.operations import Operations
from ocelli.edge.index.embedded.engine.optimiser import Optimiser
from ocelli.edge.index.embedded.engine.store import Store
from ocelli.edge.index.embedded.engine.tuning import Tuning

_log = logging.getLogger(__name__)

_HELD_UP_S = 0.005


class EngineLoop:
    """Takes from the queue what the engine runs.

    Between two calls sockets get their turn, flushes that are due are done, and the optimiser takes
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

    def drain(self) -> None:
        """Has `run` return, after what is queued has been run and flushed."""
        self._drain_until_s = time.monotonic() + self._tuning.drain_timeout_s
        self._queue.wake()

    async def run(self) -> None:
        """Serves until `drain`."""
        while not self._drained():
            job = self._queue.take(self._has_to_wait)
            draining = self._drain_until_s is not None
            if draining:
                await self._optimiser.stop()
            busy = not draining and self._optimiser.step()
            if job is not None:
                self._serve(job)
                if isinstance(call := job.request.call, wire.Upsert):
                    self._optimiser.wrote(call.target.name, len(call.points))
            elif draining:
                break
            elif not (busy or self._update_schemas()):
                await self._wait()
            self._flush_if_due()
            await asyncio.sleep(0)
        await self._optimiser.stop()
        self._flush_all()

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
            await self._queue.wait(self._flush_due_in_s())

    def _drained(self) -> bool:
        return self._drain_until_s is not None and time.monotonic() >= self._drain_until_s

    def _serve(self, job: Job) -> None:
        try:
            job.answer(self._operations.run(job.request.call))
        except OcelliError as error:
            job.answer(error)
        except StaleTarget:
            job.answer(STALE)
        except Exception:  # noqa: BLE001  # a fault of ours must not take the other collections down
            _log.exception("a call failed")
            job.answer(
                OcelliError(
                    Reason.INTERNAL, "the vector engine failed on this call; its log has the cause"
                )
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
