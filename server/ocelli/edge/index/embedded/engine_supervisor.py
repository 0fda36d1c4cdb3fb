"""Keeps a connection to the engine's process: starts it, connects, and again when it dies."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import exit_status
from ocelli.edge.index.embedded.engine_connection import EngineConnection
from ocelli.edge.processes.child import (
    ChildError,
    SupervisedProcess,
    describe_status,
    open_log,
    spawn,
)
from ocelli.edge.processes.supervision import Backoff
from ocelli.edge.scheduling.deadline import Deadline

_CONNECT_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 30.0
_STOP_GRACE_S = 10.0
_MAX_LOG_BYTES = 8 << 20
_log = logging.getLogger(__name__)


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
        self._problem = ""
        self._task: asyncio.Task[None] | None = None

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
        self._task = asyncio.create_task(self._run())
        try:
            while self._connection is None and not self._problem:
                await self._next_change(deadline.at_s)
            if self._connection is None:
                raise self._unavailable()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stops the engine, if it is ours, once it has flushed; else lets go of it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    async def connection(self, deadline_s: float) -> EngineConnection:
        """The live connection, waited for until `deadline_s` on the monotonic clock.

        Raises:
            OcelliError: INDEX_UNAVAILABLE.
        """
        while self._connection is None or self._connection.lost:
            if self._task is None or self._task.done():
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
        problem = f" ({self._problem})" if self._problem else ""
        return OcelliError(
            Reason.INDEX_UNAVAILABLE, f"the vector engine cannot be reached{problem}; try again"
        )

    def _set(self, connection: EngineConnection | None, problem: str = "") -> None:
        was_connected = self._connection is not None
        self._connection, self._problem = connection, problem
        self._changed.set()
        self._changed = asyncio.Event()
        if (connection is not None) is not was_connected:
            for listener in self._listeners:
                listener(connection is not None)

    async def _run(self) -> None:
        backoff = Backoff()
        while True:
            backoff.started()
            problem = await self._run_once()
            _log.warning("vector engine: %s", problem)
            self._set(None, problem)
            await asyncio.sleep(max(_CONNECT_POLL_S, backoff.next_delay_s()))

    async def _run_once(self) -> str:
        """One life of the engine; returns what ended it."""
        try:
            child = await self._spawn()
        except (ChildError, OSError) as error:
            return str(error)
        try:
            connection = await self._connect(child)
            if connection is None:
                return await _exit_reason(child, f"nobody answers at {self._socket}")
            try:
                self._set(connection)
                await connection.wait_lost()
            finally:
                self._set(None)
                await connection.close()
            return await _exit_reason(child, "the connection broke")
        finally:
            if child is not None:
                await child.stop(_STOP_GRACE_S)

    async def _spawn(self) -> SupervisedProcess | None:
        if self._command is None:
            return None
        log = self._log and open_log(self._log, max_bytes=_MAX_LOG_BYTES)
        return await spawn(self._command, log=log, grace_s=_STOP_GRACE_S)

    async def _connect(self, child: SupervisedProcess | None) -> EngineConnection | None:
        give_up_s = time.monotonic() + _CONNECT_TIMEOUT_S
        while time.monotonic() < give_up_s:
            if child is not None and child.returncode is not None:
                return None
            with contextlib.suppress(OSError, TimeoutError):
                connection = await EngineConnection.open(self._socket)
                if child is None or connection.engine_pid == child.pid:
                    return connection
                # A predecessor that is about to end: what it answers would be its last.
                await connection.close()
            await asyncio.sleep(_CONNECT_POLL_S)
        return None


async def _exit_reason(child: SupervisedProcess | None, otherwise: str) -> str:
    if child is None:
        return otherwise
    try:
        async with asyncio.timeout(_CONNECT_POLL_S * 10):
            status = await child.wait()
    except TimeoutError:
        return otherwise
    return exit_status.REASONS.get(
        status, f"it ended ({describe_status(status)}); its log has the cause"
    )
