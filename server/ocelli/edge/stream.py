"""The frame window: order, back-pressure, drops, and exactly one answer for every frame.

A stream's frames are worked on concurrently and answered in the order they came. What a stream
holds is bounded: `limit` frames that are being worked on or whose answers the client has not taken;
under KEEP_LATEST one more frame that waits, and a bounded number of answers not taken. At the bound
the window stops reading, and HTTP/2 flow control stops the sender. A stream that may have so many
frames a second waits with its next frame until that one's turn: whoever makes the sender wait reads
no other meanwhile, and under KEEP_LATEST a newer one takes its place.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic, TypeVar

from ocelli.edge.errors import OcelliError, Reason, internal_fault
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota

_log = logging.getLogger(__name__)

FrameT = TypeVar("FrameT")
AnswerT = TypeVar("AnswerT")

_MAX_UNSENT_DROPPED = 256


class DropCause(Enum):
    """Why a frame was not looked at."""

    SUPERSEDED = "superseded"
    TOO_OLD = "too_old"


class FrameTooOldError(Exception):
    """A frame outlived its stream's maximum age before it reached the model."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How a stream treats its frames.

    Attributes:
        limit: most frames in flight at once.
        keep_latest: keep the newest frame that waits and drop the others, instead of making the
            sender wait.
        max_age_s: oldest a frame may be, since it arrived, when work on it starts; None for any.
    """

    limit: int
    keep_latest: bool = False
    max_age_s: float | None = None

    @property
    def max_unanswered(self) -> int:
        """Frames that may have been read and not yet been answered."""
        return self.limit + _MAX_UNSENT_DROPPED if self.keep_latest else self.limit


@dataclass(frozen=True, slots=True)
class FrameWork(Generic[FrameT, AnswerT]):
    """What a service does with the frames of a stream.

    Attributes:
        answer: the answer to a frame. Calls its second argument before each costly step; that
            raises when the frame is no longer wanted.
        failed: the answer to a frame that failed.
        dropped: the answer to a frame that was not looked at, with its age in seconds.
    """

    answer: Callable[[FrameT, Callable[[], None]], Awaitable[AnswerT]]
    failed: Callable[[FrameT, OcelliError], AnswerT]
    dropped: Callable[[FrameT, DropCause, float], AnswerT]


class _Slot(Generic[FrameT, AnswerT]):
    __slots__ = ("answer", "arrived_s", "frame", "max_age_s")

    def __init__(self, frame: FrameT, max_age_s: float | None) -> None:
        self.frame = frame
        self.arrived_s = time.monotonic()
        self.max_age_s = max_age_s
        self.answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()

    def check_age(self) -> None:
        if self.is_too_old():
            raise FrameTooOldError

    def is_too_old(self) -> bool:
        return self.max_age_s is not None and self.age_s() > self.max_age_s

    def age_s(self) -> float:
        return time.monotonic() - self.arrived_s


class FrameWindow(Generic[FrameT, AnswerT]):
    """Runs one stream.

    Args:
        options: window size, overflow policy, maximum age.
        work: what to do with each frame.
        drain: tells when the server stops.
        max_idle_s: longest that nothing may come while nothing is due.
        share: frames to have in flight now, which may change; at most `options.limit` count.
        quota: what the caller's frames are counted against.
    """

    def __init__(
        self,
        options: WindowOptions,
        work: FrameWork[FrameT, AnswerT],
        drain: Drain,
        max_idle_s: float | None = None,
        share: Callable[[], int] | None = None,
        *,
        quota: Quota = UNLIMITED,
    ) -> None:
        self._quota = quota
        self._turn: asyncio.TimerHandle | None = None
        self._max_idle_s = max_idle_s
        self._share = share
        self._options = options
        self._work = work
        self._drain = drain
        self._unsent: deque[asyncio.Future[AnswerT]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._waiting: _Slot[FrameT, AnswerT] | None = None
        self._room = asyncio.Event()
        self._news = asyncio.Event()

    @property
    def limit(self) -> int:
        """Frames that the stream may have in flight now."""
        most = self._options.limit
        return most if self._share is None else min(most, self._share())

    @property
    def granted(self) -> WindowOptions:
        """The options, with the limit of now."""
        return replace(self._options, limit=self.limit)

    async def run(
        self,
        read: Callable[[], Awaitable[FrameT | None]],
        write: Callable[[AnswerT], Awaitable[None]],
    ) -> None:
        """Reads frames until there are no more and writes one answer for each, in order.

        Args:
            read: the next frame, or None at the end. Never called twice at once.
            write: returns when the transport took the answer.

        Raises:
            OcelliError: DRAINING, once every frame that was read is answered, if the server stops;
                DEADLINE_EXCEEDED if no frame came for too long; or what `read` raised, likewise.
        """
        reader = asyncio.create_task(self._read(read))
        reader.add_done_callback(lambda _: self._news.set())
        try:
            with self._drain.notify(self._news.set):
                while await self._more(reader):
                    await write(await self._unsent[0])
                    self._unsent.popleft()
                    self._room.set()
        finally:
            if self._turn is not None:
                self._turn.cancel()
            tasks = (reader, *self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _more(self, reader: asyncio.Task[bool]) -> bool:
        """Waits for an answer to be due; False at the end of the stream."""
        while not self._unsent:
            if reader.done() and reader.result():
                return False
            if self._drain.started:
                raise OcelliError(
                    Reason.DRAINING,
                    "the server is stopping; reconnect and send what was not answered",
                )
            self._news.clear()
            try:
                async with asyncio.timeout(self._max_idle_s):
                    await self._news.wait()
            except TimeoutError:
                raise OcelliError(
                    Reason.DEADLINE_EXCEEDED,
                    f"no frame came for {self._max_idle_s:g} s; open another stream when there are "
                    "frames to send",
                ) from None
        return True

    async def _read(self, read: Callable[[], Awaitable[FrameT | None]]) -> bool:
        """Accepts frames; True if the client sent its last one, False if the server stops."""
        while not self._drain.started:
            while len(self._unsent) >= self.granted.max_unanswered:
                self._room.clear()
                await self._room.wait()
            frame = await read()
            if frame is None:
                return True
            if not self._options.keep_latest:
                await self._quota.wait_for_frame()
            self._accept(_Slot(frame, self._options.max_age_s))
        return False

    def _accept(self, slot: _Slot[FrameT, AnswerT]) -> None:
        self._unsent.append(slot.answer)
        self._news.set()
        # Frames that are made to wait do so where every stream's take turns: in admission.
        if not self._options.keep_latest:
            self._start(slot)
            return
        if self._waiting is not None:
            self._drop(self._waiting, DropCause.SUPERSEDED)
        self._waiting = slot
        self._start_waiting()

    def _start_waiting(self) -> None:
        """Starts the frame that waits, if there is room and its turn has come."""
        if self._waiting is None or self._turn is not None or len(self._running) >= self.limit:
            return
        if wait_s := self._quota.frame_delay_s():
            self._turn = asyncio.get_running_loop().call_later(wait_s, self._turn_came)
            return
        slot, self._waiting = self._waiting, None
        self._start(slot)

    def _turn_came(self) -> None:
        self._turn = None
        self._start_waiting()

    def _start(self, slot: _Slot[FrameT, AnswerT]) -> None:
        task = asyncio.create_task(self._answer(slot))
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            self._start_waiting()

    async def _answer(self, slot: _Slot[FrameT, AnswerT]) -> None:
        frame = slot.frame
        try:
            slot.check_age()
            answer = await self._work.answer(frame, slot.check_age)
        except asyncio.CancelledError:
            raise
        except FrameTooOldError:
            answer = self._work.dropped(frame, DropCause.TOO_OLD, slot.age_s())
        except OcelliError as error:
            if error.reason is Reason.DEADLINE_EXCEEDED and slot.is_too_old():
                answer = self._work.dropped(frame, DropCause.TOO_OLD, slot.age_s())
            else:
                answer = self._work.failed(frame, error)
        except Exception as error:  # noqa: BLE001  # a bug costs its frame, not the stream
            answer = self._work.failed(frame, internal_fault(_log, error))
        slot.answer.set_result(answer)

    def _drop(self, slot: _Slot[FrameT, AnswerT], cause: DropCause) -> None:
        slot.answer.set_result(self._work.dropped(slot.frame, cause, slot.age_s()))
