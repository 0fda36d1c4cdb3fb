"""Keeps one of several workers serving, and its counts when it dies."""

import asyncio
import socket
import sys
from collections.abc import Callable

import msgspec

from ocelli.edge.config import Config, ConfigError
from ocelli.edge.observability.family import Family
from ocelli.edge.observability.merge import merge, without_gauges
from ocelli.edge.processes.child import SupervisedProcess, describe_status, spawn
from ocelli.edge.processes.supervision import StartError, Supervisor
from ocelli.edge.processes.workers.ipc import IpcConnection
from ocelli.edge.processes.workers.messages import (
    Collect,
    Failed,
    Metrics,
    ModelLoaded,
    Models,
    Report,
    Serve,
    Serving,
    TritonChanged,
)

_EXIT_MARGIN_S = 5.0


class _Worker:
    """A worker's process and our end of the connection to it."""

    def __init__(self, process: SupervisedProcess, end: socket.socket) -> None:
        self.process = process
        self.end = end

    async def stop(self, grace_s: float) -> int:
        """See `SupervisedProcess.stop`."""
        return await self.process.stop(grace_s)


class WorkerSupervisor:
    """Keeps one worker serving: starts it, and starts it again when it dies.

    Args:
        number: which of the workers it is, from 0.
        config: how it is to run.
        usage_fd: of the `UsageTable` that the workers share.
        on_model_loaded: told of a model that the worker had Triton load, and by which worker.
    """

    def __init__(
        self,
        number: int,
        config: Config,
        usage_fd: int,
        on_model_loaded: Callable[[int, str], None] = lambda _number, _name: None,
    ) -> None:
        self.number = number
        self._usage_fd = usage_fd
        self._on_model_loaded = on_model_loaded
        self._order = Serve(number, config.model_dump())
        self._grace_s = config.drain_notice_s + config.drain_grace_s + _EXIT_MARGIN_S
        self._supervisor = Supervisor(
            f"worker {number}", self._spawn, self._follow, grace_s=self._grace_s
        )
        self._ipc: IpcConnection[Report] | None = None
        self._models: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self._collecting: asyncio.Future[None] | None = None
        self._latest: list[Family] = []
        self._retired: list[Family] = []
        self._unresponsive = False

    @property
    def up(self) -> bool:
        """Whether its worker takes calls and answered the last `collect`."""
        return self._supervisor.up and not self._unresponsive

    @property
    def restarts(self) -> int:
        """How often the worker was started again."""
        return self._supervisor.restarts

    async def model_lines(self) -> list[str]:
        """A line for people about each model, as its first worker saw them."""
        return await asyncio.shield(self._models)

    async def start(self) -> None:
        """Starts the worker and waits until it takes calls.

        Raises:
            ConfigError: it ended before it did.
        """
        try:
            await self._supervisor.start()
        except StartError as error:
            raise ConfigError(str(error)) from error

    async def stop(self) -> None:
        """Has the worker drain and end; no process is left."""
        await self._supervisor.stop()

    def triton_changed(self, running: bool) -> None:  # noqa: FBT001  # a callback's one argument
        """Passes on that the local Triton came up or went down."""
        if self._ipc is not None:
            self._ipc.send(TritonChanged(running))

    def model_loaded(self, name: str) -> None:
        """Passes on that another worker had Triton load a model."""
        if self._ipc is not None:
            self._ipc.send(ModelLoaded(name))

    async def collect(self, timeout_s: float) -> list[Family]:
        """The metrics of its workers, the dead ones included.

        A worker that does not answer in time counts as it last did, and its gauges are left out.
        """
        if self._ipc is None:
            return self._retired
        if self._collecting is None:
            self._collecting = asyncio.get_running_loop().create_future()
            self._ipc.send(Collect())
        answered, _ = await asyncio.wait([self._collecting], timeout=timeout_s)
        self._unresponsive = not answered
        return merge([self._retired, self._latest if answered else without_gauges(self._latest)])

    async def _spawn(self) -> _Worker:
        ours, theirs = socket.socketpair()
        fds = (theirs.fileno(), self._usage_fd)
        command = [sys.executable, "-m", "ocelli.edge.processes.workers", *map(str, fds)]
        try:
            process = await spawn(command, pass_fds=fds, grace_s=self._grace_s)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Worker(process, ours)

    async def _follow(self, worker: _Worker, came_up: Callable[[], None]) -> str:
        ipc: IpcConnection[Report] = await IpcConnection.open(worker.end, Report)
        try:
            ipc.send(self._order)
            self._ipc = ipc
            reason = await self._receive(ipc, came_up)
            status = await worker.process.wait()
        except msgspec.DecodeError as error:
            return f"worker {self.number} sent what is no message: {error}"
        finally:
            self._worker_left()
            ipc.close()
        return reason or f"worker {self.number} ended with {describe_status(status)}"

    async def _receive(self, ipc: IpcConnection[Report], came_up: Callable[[], None]) -> str:
        """Takes the worker's messages until it is gone; why it could not start, if it said so."""
        reason = ""
        while (message := await ipc.receive()) is not None:
            match message:
                case Serving():
                    came_up()
                case Models():
                    if not self._models.done():
                        self._models.set_result(message.lines)
                case ModelLoaded():
                    self._on_model_loaded(self.number, message.name)
                case Metrics():
                    self._collected(message.families)
                case Failed():
                    reason = message.reason
        return reason

    def _collected(self, families: list[Family]) -> None:
        self._latest = families
        if self._collecting is not None:
            self._collecting.set_result(None)
            self._collecting = None

    def _worker_left(self) -> None:
        """The worker is gone: its counts stay, its gauges do not."""
        self._retired = merge([self._retired, without_gauges(self._latest)])
        self._ipc = None
        self._collected([])
