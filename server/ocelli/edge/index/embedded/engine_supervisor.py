"""Keeps a link to the engine's process: starts it, connects, and does both again when it dies."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ocelli.edge.processes.child import (
    ChildError,
    SupervisedProcess,
    describe_status,
    open_log,
    spawn,
)
from ocelli.edge.processes.supervision import Backoff
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded.exit_status import FOLDER_TAKEN
from ocelli.edge.index.embedded.engine_connection import EngineConnection

_CONNECT_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 30.0
_STOP_GRACE_S = 10.0
_MAX_LOG_BYTES = 8 << 20
_log = logging.getLogger(__name__)


class EngineSupervisor:
    """The engine's process, if it is ours to run, and the live link to it.

    Args:
        socket: where the engine listens.
        command: starts the engine; None if another process of this host runs it.
        log: file for what the engine says; None: the edge's standard error.
    """

    def __init__(self, socket: Path, command: Sequence[str] | None, *, log: Path | None) -> None:
        self._socket = socket
        self._command = command
        self._log = log
        self._link: EngineConnection | None = None
        self._changed = asyncio.Event()
        self._listeners: list[Callable[[bool], None]] = []
        self._trouble = ""
        self._keeping: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a live link right now."""
        return self._link is not None and not self._link.lost

    def on_change(self, tell: Callable[[bool], None]) -> None:
        """Has `tell(ready)` called whenever `ready` changes."""
        self._listeners.append(tell)

    async def start(self, *, timeout_s: float) -> None:
        """Connects, starting the engine if it is ours.

        Raises:
            OcelliError: INDEX_UNAVAILABLE: it ended at once or took too long; nothing is left.
        """
        self._keeping = asyncio.create_task(self._keep())
        deadline_s = time.monotonic() + timeout_s
        try:
            while self._link is None and not self._trouble:
                await self._next_change(deadline_s)
            if self._link is None:
                raise self._unavailable()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stops the engine, if it is ours, once it has flushed; else lets go of it."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
            self._keeping = None

    async def link(self, deadline_s: float) -> EngineConnection:
        """The live link, waited for until `deadline_s` on the monotonic clock.

        Raises:
            OcelliError: INDEX_UNAVAILABLE.
        """
        while self._link is None or self._link.lost:
            if self._keeping is None or self._keeping.done():
                raise OcelliError(Reason.INDEX_UNAVAILABLE, "the vector index is not running")
            await self._next_change(deadline_s)
        return self._link

    async def _next_change(self, deadline_s: float) -> None:
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                await self._changed.wait()
        except TimeoutError:
            raise self._unavailable() from None

    def _unavailable(self) -> OcelliError:
        trouble = f" ({self._trouble})" if self._trouble else ""
        return OcelliError(
            Reason.INDEX_UNAVAILABLE, f"the vector engine cannot be reached{trouble}; try again"
        )

    def _set(self, link: EngineConnection | None, trouble: str = "") -> None:
        was_linked = self._link is not None
        self._link, self._trouble = link, trouble
        self._changed.set()
        self._changed = asyncio.Event()
        if (link is not None) is not was_linked:
            for tell in self._listeners:
                tell(link is not None)

    async def _keep(self) -> None:
        backoff = Backoff()
        while True:
            backoff.started()
            trouble = await self._live()
            _log.warning("vector engine: %s", trouble)
            self._set(None, trouble)
            await asyncio.sleep(max(_CONNECT_POLL_S, backoff.next_delay_s()))

    async def _live(self) -> str:
        """One life of the engine; returns what ended it."""
        try:
            child = await self._spawn()
        except (ChildError, OSError) as error:
            return str(error)
        try:
            link = await self._connect(child)
            if link is None:
                return await _exit_reason(child, f"nobody answers at {self._socket}")
            try:
                self._set(link)
                await link.wait_lost()
            finally:
                self._set(None)
                await link.close()
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
                link = await EngineConnection.open(self._socket)
                if child is None or link.engine_pid == child.pid:
                    return link
                # A predecessor that has not gone yet: its words would be its last.
                await link.close()
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
    if status == FOLDER_TAKEN:
        return "another process has its folder open; stop that one, or choose another folder"
    return f"it ended ({describe_status(status)}); its log says why"
