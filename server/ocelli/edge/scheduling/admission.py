"""How many images of a model may be under way: as many as it answers in time.

Requests that keep coming faster than a model answers fill every queue, until all that is answered
is too late. What prevents it is a bound on what is under way, by Little's law (Little, "A Proof for
the Queuing Formula L = λW", Operations Research, 1961): a model of capacity λ, which takes W for an
image that meets no other, is busy with λW images, its bandwidth-delay product, and a small multiple
of them absorbs the chance of arrivals. Capacity is measured while the model is busy and W while it
is not, as BBR does for networks (Cardwell et al., "BBR: Congestion-Based Congestion Control", ACM
Queue, 2016).

Callers who can wait may have more under way: of a deadline of ten seconds or more waiting may take
a quarter, of shorter ones a smaller share, so that a burst of patient calls is served. Frames of
streams wait their turn instead of being refused, flow by flow, and never take all places.

Batch work, calls and frames, waits outside the model until no more is under way than keeps it busy,
and goes after all that is interactive: whoever is interactive then meets, in Triton's queue, about
one image of batch work more than alone.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from math import ceil

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import within
from ocelli.edge.scheduling.fair_queue import FairQueue

_GAIN = 13.0
"""Bandwidth-delay products under way. Measured (`make bench-overload`) with Poisson arrivals and a
deadline of a second: of .9 of the peak, 10 refuses a tenth, 12 a twentieth and 14 a hundredth; the
slowest that is admitted under overload takes 1.5, 1.75 and 2.2 times as long as the slowest at half
of the peak."""
_MIN_LIMIT = 8
_MAX_PATIENCE, _PATIENCE_PER_S = 0.25, 0.025
"""Share of the caller's remaining time that waiting may be expected to take: at most, and for each
second of it."""
_IN_TIME = 0.8
"""Share of it in which the answer must be expected."""
_UNMEASURED_LIMIT = 128
_STREAM_SHARE = 0.75
"""Of the places; the others are for calls, which do not wait."""
_UNMEASURED_BATCH_LIMIT = 2
_MIN_RETRY_S, _UNMEASURED_RETRY_S, _MAX_RETRY_S = 0.05, 0.5, 5.0
_BIN_S = 0.5
_BURST_GAP_S = 0.005
"""Answers closer together are of one batch, which is not to be torn apart by the end of a bin."""
_CAPACITY_WEIGHT = 0.3
_LATENCY_WEIGHT = 0.2


class Admission:
    """Admits the images of one model. Use it from one event loop.

    Args:
        model: its name, for errors.
        clock: seconds, monotonic.

    Attributes:
        streams: open streams of frames for the model.
    """

    def __init__(self, model: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.streams = 0
        self._model = model
        self._clock = clock
        self._under_way = 0
        self._entered = 0
        self._waiting: FairQueue[asyncio.Future[None]] = FairQueue()
        self._capacity = 0.0
        self._latency_s = 0.0
        self._bin_began_s = self._answered_s = clock()
        self._bin_answers = 0
        self._was_busy = False
        self._bin_idle = True

    @property
    def under_way(self) -> int:
        """Images admitted and not yet answered."""
        return self._under_way

    @property
    def waiting(self) -> int:
        """Frames, and calls of batch work, that wait to be admitted."""
        return len(self._waiting)

    @property
    def capacity(self) -> float:
        """Images per second that the model is known to answer; 0 if nothing is known."""
        return max(self._capacity, 1 / self._latency_s if self._latency_s else 0.0)

    @property
    def busy_images(self) -> float:
        """The bandwidth-delay product: images that keep the model busy, at least 1."""
        return max(1.0, self.capacity * self._latency_s)

    @property
    def limit(self) -> int:
        """Images that may be under way whoever calls."""
        if not self._latency_s:
            return _UNMEASURED_LIMIT
        return max(_MIN_LIMIT, ceil(_GAIN * self.busy_images))

    @property
    def batch_limit(self) -> int:
        """Images under way, whosever they are, up to which batch work may add to them."""
        return round(self.busy_images) if self._latency_s else _UNMEASURED_BATCH_LIMIT

    def window(self, wanted: int, *, keep_latest: bool) -> int:
        """Frames of one stream to have in flight: its share of what is useful.

        Args:
            wanted: at most so many.
            keep_latest: as few as keep the model busy, so that none is old when it is answered;
                otherwise as many as may be under way.
        """
        useful = 1.25 * self.busy_images if keep_latest else self.limit
        if not self._latency_s:
            useful = 2 if keep_latest else wanted
        least = 2 if self.streams <= 1 or not keep_latest else 1
        return min(wanted, max(least, ceil(useful / max(1, self.streams))))

    @contextlib.asynccontextmanager
    async def enter(self, call: Call) -> AsyncIterator[None]:
        """Holds a place for the body of the `async with`; how long it took is what is learnt.

        Raises:
            OcelliError: OVERLOADED, at once, if the call does not wait and there is no place, or
                too many others of batch work wait; DEADLINE_EXCEEDED, while it waits.
        """
        is_batch = call.flow.is_batch
        if not call.waits:
            before = self._under_way + (len(self._waiting) if is_batch else 0)
            self._check(call, before + 1)
        if call.waits or is_batch:
            await self._wait(call)
        else:
            self._take_place()
        first, entered = self._under_way == 1, self._entered
        began_s = self._clock()
        try:
            yield
            self._learn(self._clock() - began_s, alone=first and self._entered == entered)
        finally:
            self._under_way -= 1
            self._bin_idle |= self._under_way == 0
            self._admit()

    def _check(self, call: Call, ahead: int) -> None:
        capacity = self.capacity
        # The rate of a model that was never alone nor busy is that of its callers.
        is_measured = self._latency_s or self._was_busy
        if not is_measured and ahead <= _UNMEASURED_LIMIT:
            return
        remaining_s = call.deadline.remaining_s()
        patience = min(_MAX_PATIENCE, _PATIENCE_PER_S * remaining_s)
        has_place = ahead <= max(self.limit, capacity * patience * remaining_s)
        if has_place and ahead <= max(1.0, capacity * _IN_TIME * remaining_s):
            return
        known = f"answers some {capacity:.3g} a second" if is_measured else "has only begun"
        # By then half of what is under way will have been answered.
        retry_after_s = ahead / capacity / 2 if is_measured else _UNMEASURED_RETRY_S
        raise OcelliError(
            Reason.OVERLOADED,
            f"{ahead - 1} images are under way for model {self._model!r}, which {known}; "
            "retry after the delay, or use a stream, which waits",
            quota="model_capacity",
            retry_after_s=min(_MAX_RETRY_S, max(_MIN_RETRY_S, retry_after_s)),
        )

    def _stream_places(self) -> int:
        return max(2, int(self.limit * _STREAM_SHARE))

    async def _wait(self, call: Call) -> None:
        is_batch, waiting = call.flow.is_batch, self._waiting
        places = self.batch_limit if is_batch else self._stream_places()
        ahead = len(waiting) if is_batch else waiting.interactive
        if not ahead and self._under_way < places:
            self._take_place()
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.add(call.flow, turn)
        async with within(call.deadline):
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._under_way -= 1
                else:
                    waiting.discard(call.flow, turn)
                self._admit()
                raise

    def _admit(self) -> None:
        """Gives free places to what waits."""
        while self._waiting:
            places = self._stream_places() if self._waiting.interactive else self.batch_limit
            if self._under_way >= places:
                return
            turn = self._waiting.take()
            if not turn.done():
                self._take_place()
                turn.set_result(None)

    def _take_place(self) -> None:
        self._under_way += 1
        self._entered += 1

    def _learn(self, took_s: float, *, alone: bool) -> None:
        if alone:
            known = self._latency_s or took_s
            self._latency_s = known + _LATENCY_WEIGHT * (took_s - known)
        elif took_s < self._latency_s:  # whoever meets others takes longer than alone
            self._latency_s = took_s
        now_s = self._clock()
        self._end_bin(now_s)
        self._bin_answers += 1
        self._answered_s = now_s

    def _end_bin(self, now_s: float) -> None:
        """Ends a bin with the answer before this one, once it has lasted."""
        lasted_s = self._answered_s - self._bin_began_s
        in_batch = now_s - self._answered_s < _BURST_GAP_S and lasted_s < 2 * _BIN_S
        if lasted_s < _BIN_S or in_batch:
            return
        rate = self._bin_answers / lasted_s
        # What was answered in a bin with idle moments tells what was asked, not what could be.
        if not self._bin_idle or rate > self._capacity:
            known = self._capacity or rate
            self._capacity = known + _CAPACITY_WEIGHT * (rate - known)
        self._was_busy |= not self._bin_idle
        self._bin_began_s, self._bin_answers = self._answered_s, 0
        self._bin_idle = self._under_way <= 1


class Admissions:
    """The admission of every model, by name."""

    def __init__(self) -> None:
        self._of: dict[str, Admission] = {}

    def of(self, model: str) -> Admission:
        """That of one model, which is made when it is first asked for."""
        found = self._of.get(model)
        if found is None:
            found = self._of[model] = Admission(model)
        return found
