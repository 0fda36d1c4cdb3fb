"""Keeps a connection to the engine's process: starts it, connects, and again when it dies."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import exit_status
from ocelli.edge.index.embedded.engine_connection import EngineConnection
from ocelli.edge.processes.child import SupervisedProcess, describe_status, open_log, spawn
from ocelli.edge.processes.supervision import StartError, Supervisor
from ocelli.edge.scheduling.deadline import Deadline

_CONNECT_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 30.0
_EXIT_WAIT_S = 0.2
_STOP_GRACE_S = 10.0
_MAX_LOG_BYTES = 8 << 20


class _Engine:
    """A life of the engine: its process, or None if another process of this host runs it."""

    def __init__(self, process: SupervisedProcess | None) -> None:
        self.process = process

    @property
    def ended(self) -> bool:
        """Whether it is known to be over."""
        return self.process is not None and self.process.returncode is not None

    def is_of(self, pid: int) -> bool:
        """Whether that is the process, as far as can be told."""
        return self.process is None or self.process.pid == pid

    async def exit_reason(self, otherwise: str) -> str:
        """Why it ended, if it did so just now."""
        if self.process is None:
            return otherwise
        try:
            async with asyncio.timeout(_EXIT_WAIT_S):
                status = await self.process.wait()
        except TimeoutError:
            return otherwise
        return exit_status.REASONS.get(status, f"{describe_status(status)}; its log has the cause")

    async def stop(self, grace_s: float) -> None:
        """See `SupervisedProcess.stop`."""
        if self.process is not None:
            await self.process.stop(grace_s)


class EngineSupervisor:
    """The engine's process, if it is ours to run, and the live connection to it.

    Args:
        socket: where the engine listens.
        command: starts the engine; None if another process of this host runs it.
        log: file for what the engine writes; None: the edge's standard error.
    """

    def __init__(self, socket: Path, command: Sequence[str] | None, *, log: Path | None) -> None:
        self._socket = socket
        self._command = command
        self._log = log
        self._connection: EngineConnection | None = None
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[bool], None]] = []
        self._supervisor = Supervisor(
            "the vector engine", self._spawn, self._follow, grace_s=_STOP_GRACE_S
        )

    @property
    def ready(self) -> bool:
        """Whether there is a live connection right now."""
        return self._connection is not None and not self._connection.lost

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Has `listener(ready)` called whenever `ready` changes."""
        self._listeners.append(listener)

    async def start(self, deadline: Deadline) -> None:
        """Connects, starting the engine if it is ours.

        Raises:
            OcelliError: INDEX_UNAVAILABLE: it ended at once or took too long; nothing is left.
        """
        try:
            async with asyncio.timeout(deadline.remaining_s()):
                await self._supervisor.start()
        except (StartError, TimeoutError):
            raise self._unavailable() from None

    async def close(self) -> None:
        """Stops the engine, if it is ours, once it has flushed; else lets go of it."""
        await self._supervisor.stop()
        self._set(None)

    async def connection(self, deadline_s: float) -> EngineConnection:
        """The live connection, waited for until `deadline_s` on the monotonic clock.

        Raises:
            OcelliError: INDEX_UNAVAILABLE.
        """
        while self._connection is None or self._connection.lost:
            if not self._supervisor.running:
                raise OcelliError(Reason.INDEX_UNAVAILABLE, "the vector index is not running")
            await self._next_change(deadline_s)
        return self._connection

    async def _next_change(self, deadline_s: float) -> None:
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                await self._changed.wait()
        except TimeoutError:
            raise self._unavailable() from None

    def _unavailable(self) -> OcelliError:
        trouble = self._supervisor.trouble or "the vector engine does not answer"
        return OcelliError(Reason.INDEX_UNAVAILABLE, f"{trouble}; try again")

    def _set(self, connection: EngineConnection | None) -> None:
        was_connected = self._connection is not None
        self._connection = connection
        self._changed.set()
        self._changed = asyncio.Event()
        if (connection is not None) is not was_connected:
            for listener in self._listeners:
                listener(connection is not None)

    async def _spawn(self) -> _Engine:
        if self._command is None:
            return _Engine(None)
        log = self._log and open_log(self._log, max_bytes=_MAX_LOG_BYTES)
        return _Engine(await spawn(self._command, log=log, grace_s=_STOP_GRACE_S))

    async def _follow(self, engine: _Engine, came_up: Callable[[], None]) -> str:
        connection = await self._connect(engine)
        if connection is None:
            reason = await engine.exit_reason(f"nobody answers at {self._socket}")
            return f"the vector engine did not come up: {reason}"
        try:
            self._set(connection)
            came_up()
            await connection.wait_lost()
        finally:
            self._set(None)
            await connection.close()
        return f"the vector engine ended: {await engine.exit_reason('the connection broke')}"

    async def _connect(self, engine: _Engine) -> EngineConnection | None:
        give_up_s = time.monotonic() + _CONNECT_TIMEOUT_S
        while time.monotonic() < give_up_s and not engine.ended:
            with contextlib.suppress(OSError, TimeoutError):
                connection = await EngineConnection.open(self._socket)
                if engine.is_of(connection.engine_pid):
                    return connection
                # A predecessor that is about to end: what it answers would be its last.
                await connection.close()
            await asyncio.sleep(_CONNECT_POLL_S)
        return None
