"""Keeps a child process running: start, watch, restart after growing pauses, stop.

supervisor = Supervisor("Triton", spawn_triton, follow_triton, on_change=print)
await supervisor.start()
...
await supervisor.stop()
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from ocelli.edge.processes.child import ChildError

_log = logging.getLogger(__name__)


class Child(Protocol):
    """A running child; `ocelli.edge.processes.child.SupervisedProcess` is one."""

    async def stop(self, grace_s: float) -> object:
        """Ends it, at once if it is over already; kills it if it still runs after `grace_s`."""


ChildT = TypeVar("ChildT", bound=Child)


class StartError(Exception):
    """A child did not come up when it was first started; the message says why."""


class Backoff:
    """How long to wait before a dead child is started again.

    At once for the first time, then 0.5 s doubling up to `max_s`; a child that lived `healthy_s`
    starts the row anew.
    """

    def __init__(
        self,
        *,
        max_s: float = 10.0,
        healthy_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_s = max_s
        self._healthy_s = healthy_s
        self._clock = clock
        self._failures = 0
        self._started_at = clock()

    def started(self) -> None:
        """Notes that the child was started just now."""
        self._started_at = self._clock()

    def next_delay_s(self) -> float:
        """Notes that the child is dead; the seconds to wait before it is started again."""
        if self._clock() - self._started_at >= self._healthy_s:
            self._failures = 0
        self._failures += 1
        return 0.0 if self._failures == 1 else min(self._max_s, 0.5 * 2.0 ** (self._failures - 2))


class Supervisor(Generic[ChildT]):
    """Keeps one child running, one process at a time.

    A child that fails before it has ever been up is not restarted: `start` raises instead.

    Args:
        name: of the child, for people.
        spawn: starts it; may raise ChildError or OSError.
        follow: follows one life of it. It is given the child and a callback to call as soon as the
            child can be used, and returns when the child cannot be used any more: the reason, as a
            sentence without a full stop.
        grace_s: seconds it has between SIGTERM and SIGKILL.
        clean_up: runs whenever a process of it is gone.
        on_change: called on the event loop with the new value of `up` when it changes.

    Attributes:
        restarts: how often it was started again.
        trouble: what ended its last life; empty before any ended.
        child: the running child, if there is one.
    """

    def __init__(
        self,
        name: str,
        spawn: Callable[[], Awaitable[ChildT]],
        follow: Callable[[ChildT, Callable[[], None]], Awaitable[str]],
        *,
        grace_s: float,
        clean_up: Callable[[], Awaitable[None]] | None = None,
        on_change: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.restarts = 0
        self.trouble = ""
        self.child: ChildT | None = None
        self._name = name
        self._spawn = spawn
        self._follow = follow
        self._grace_s = grace_s
        self._clean_up = clean_up
        self._on_change = on_change
        self._up = asyncio.Event()
        self._supervision: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        """Whether the child can be used."""
        return self._up.is_set()

    @property
    def running(self) -> bool:
        """Whether the child is supervised, up or not."""
        return self._supervision is not None and not self._supervision.done()

    async def start(self) -> None:
        """Starts the child and waits until it is up. Cancelled meanwhile, it leaves nothing.

        Raises:
            StartError: it ended before it was up, or could not be started; nothing is left.
        """
        self._supervision = asyncio.create_task(self._supervise())
        try:
            came_up = await self.wait_up()
        except BaseException:
            await self.stop()
            raise
        if not came_up:
            await self._supervision  # a bug in `follow` shows here
            raise StartError(self.trouble)

    async def wait_up(self) -> bool:
        """Waits until the child is up; False if it is not supervised (any more)."""
        if self._supervision is None:
            return False
        up = asyncio.create_task(self._up.wait())
        try:
            await asyncio.wait({up, self._supervision}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
        return self.up

    async def stop(self, grace_s: float | None = None) -> None:
        """Ends the child; no process is left.

        Args:
            grace_s: a shorter grace than the usual one.
        """
        if self._supervision is None:
            return
        supervision, self._supervision = self._supervision, None
        usual_grace_s = self._grace_s
        if grace_s is not None:
            self._grace_s = min(grace_s, usual_grace_s)
        try:
            supervision.cancel()
            await asyncio.gather(supervision, return_exceptions=True)
        finally:
            self._grace_s = usual_grace_s

    async def _supervise(self) -> None:
        """Life after life; returns only if the first one was never up."""
        backoff = Backoff()
        has_been_up = False
        while True:
            backoff.started()
            self.trouble, was_up = await self._live()
            has_been_up |= was_up
            if not has_been_up:
                return
            _log.warning("%s; starting it again", self.trouble)
            await asyncio.sleep(backoff.next_delay_s())
            self.restarts += 1

    async def _live(self) -> tuple[str, bool]:
        """One life of the child; what ended it, and whether it was up before."""
        try:
            child = self.child = await self._spawn()
        except (ChildError, OSError) as error:
            return f"{self._name} could not be started: {error}", False
        try:
            trouble = await self._follow(child, self._came_up)
            return trouble, self.up
        finally:
            await self._end(child)

    async def _end(self, child: ChildT) -> None:
        self.child = None
        if self.up:
            self._up.clear()
            self._notify(up=False)
        try:
            await child.stop(self._grace_s)
        finally:
            if self._clean_up is not None:
                await self._clean_up()

    def _came_up(self) -> None:
        if not self.up:
            self._up.set()
            self._notify(up=True)

    def _notify(self, *, up: bool) -> None:
        # By way of the loop, so that what the callback raises does not end the supervision.
        asyncio.get_running_loop().call_soon(self._on_change, up)
