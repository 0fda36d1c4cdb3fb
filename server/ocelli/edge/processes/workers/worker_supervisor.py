"""A worker's place: filled by one process after another, of which only one lives at a time."""

import asyncio
import logging
import socket
import sys

import msgspec

from ocelli.edge.processes.child import Backoff, ChildError, SupervisedProcess, describe_status, spawn
from ocelli.edge.config import ConfigError
from ocelli.edge.observability.family import Family
from ocelli.edge.observability.merge import without_gauges, merge
from ocelli.edge.processes.workers.ipc import IpcConnection
from ocelli.edge.processes.workers.messages import (
    Count,
    Counts,
    Failed,
    Models,
    Report,
    Serve,
    Serving,
    TritonChanged,
)

_log = logging.getLogger(__name__)

_EXIT_MARGIN_S = 5.0


class WorkerSupervisor:
    """Keeps one worker serving: starts it, and starts it again when it dies.

    Args:
        order: how it is to run.

    Attributes:
        restarts: how often it was started again.
    """

    def __init__(self, order: Serve) -> None:
        self.restarts = 0
        self._order = order
        self._grace_s = order.config.drain_grace_s + _EXIT_MARGIN_S
        self._ipc: IpcConnection[Report] | None = None
        self._serving = asyncio.Event()
        self._models: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self._trouble = ""
        self._keeping: asyncio.Task[None] | None = None
        self._counting: asyncio.Future[None] | None = None
        self._fresh: list[Family] = []
        self._retired: list[Family] = []
        self._silent = False

    @property
    def number(self) -> int:
        """Which of the workers it is, from 0."""
        return self._order.number

    @property
    def up(self) -> bool:
        """Whether its worker takes calls and answered the last `count`."""
        return self._serving.is_set() and not self._silent

    async def model_lines(self) -> list[str]:
        """A line for people about each model, as its first worker saw them."""
        return await asyncio.shield(self._models)

    async def start(self) -> None:
        """Starts the worker and waits until it takes calls.

        Raises:
            ConfigError: it ended before it did.
        """
        self._keeping = asyncio.create_task(self._keep())
        serving = asyncio.create_task(self._serving.wait())
        try:
            await asyncio.wait({serving, self._keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            serving.cancel()
        if not self._serving.is_set():
            raise ConfigError(self._trouble)

    async def stop(self) -> None:
        """Has the worker drain and end; no process is left."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    def triton_changed(self, running: bool) -> None:  # noqa: FBT001  # a callback's one argument
        """Passes on that the local Triton came up or went down."""
        if self._ipc is not None:
            self._ipc.send(TritonChanged(running))

    async def count(self, timeout_s: float) -> list[Family]:
        """What its workers counted, the dead ones included.

        A worker that does not answer in time counts as it last did, and its gauges are left out.
        """
        if self._ipc is None:
            return self._retired
        if self._counting is None:
            self._counting = asyncio.get_running_loop().create_future()
            self._ipc.send(Count())
        answered, _ = await asyncio.wait([self._counting], timeout=timeout_s)
        self._silent = not answered
        return merge([self._retired, self._fresh if answered else without_gauges(self._fresh)])

    async def _keep(self) -> None:
        """Fills the worker again and again; returns only if its first worker never served."""
        backoff = Backoff()
        while True:
            backoff.started()
            has_served = self.restarts > 0
            try:
                self._trouble = await self._live()
                has_served |= self._serving.is_set()
            finally:
                self._leave()
            if not has_served:
                return
            _log.warning("%s; starting it again", self._trouble)
            await asyncio.sleep(backoff.next_delay_s())
            self.restarts += 1

    async def _live(self) -> str:
        """One life of a worker; returns what ended it."""
        ours, theirs = socket.socketpair()
        try:
            child = await self._spawn(theirs)
        except (ChildError, OSError) as error:
            ours.close()
            return str(error)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        try:
            ipc: IpcConnection[Report] = await IpcConnection.open(ours, Report)
            try:
                return await self._listen(ipc, child)
            finally:
                ipc.close()
        finally:
            await child.stop(self._grace_s)

    async def _spawn(self, theirs: socket.socket) -> SupervisedProcess:
        command = [sys.executable, "-m", "ocelli.edge.processes.workers", str(theirs.fileno())]
        return await spawn(command, pass_fds=(theirs.fileno(),), grace_s=self._grace_s)

    async def _listen(self, ipc: IpcConnection[Report], child: SupervisedProcess) -> str:
        ipc.send(self._order)
        self._ipc = ipc
        reason = ""
        try:
            while (said := await ipc.receive()) is not None:
                match said:
                    case Serving():
                        self._serving.set()
                    case Models():
                        if not self._models.done():
                            self._models.set_result(said.lines)
                    case Counts():
                        self._counted(said.families)
                    case Failed():
                        reason = said.reason
        except msgspec.DecodeError as error:
            return f"worker {self.number} said something unintelligible: {error}"
        status = await child.wait()
        return reason or f"worker {self.number} ended with {describe_status(status)}"

    def _counted(self, families: list[Family]) -> None:
        self._fresh = families
        if self._counting is not None:
            self._counting.set_result(None)
            self._counting = None

    def _leave(self) -> None:
        """The worker is gone: its counts stay, its gauges do not."""
        self._retired = merge([self._retired, without_gauges(self._fresh)])
        self._ipc = None
        self._serving.clear()
        self._counted([])
