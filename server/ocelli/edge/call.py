"""What travels with a call through every layer: one value, made once for each rpc."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.definitions import STAGE_SECONDS
from ocelli.edge.observability.trace_context import NO_TRACE, TraceContext, exemplar
from ocelli.edge.principal import ANYONE, Principal
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.flow import Flow
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota


class CallerGoneError(Exception):
    """Nobody waits for the answer any more; raised where the next costly step would begin."""


_NOBODYS = Flow(None)


@dataclass(slots=True)
class _Caller:
    gone: bool = False


def _no_check() -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One rpc, or one frame of a stream.

    Attributes:
        method: `ocelli.v1.DetectService/Detect`.
        deadline: when the answer is no longer worth giving.
        principal: who calls, and what that caller may do and use.
        flow: whose turn it takes where work waits (start-time fair queueing's word).
        quota: what the caller's use is counted against.
        trace: its place in a trace.
        record: what becomes known of it; None where nothing is kept. Frames share their stream's.
        waits: whether it waits for room in memory, as frames do, or is refused when there is none.
        arrived_s: when it came, by `time.perf_counter`.
    """

    method: str
    deadline: Deadline
    principal: Principal = ANYONE
    flow: Flow = _NOBODYS
    quota: Quota = UNLIMITED
    trace: TraceContext = NO_TRACE
    record: CallRecord | None = None
    waits: bool = False
    arrived_s: float = field(default_factory=time.perf_counter)
    _check: Callable[[], None] = _no_check
    _caller: _Caller = field(default_factory=_Caller)

    def check_active(self) -> None:
        """Returns if the answer is still wanted. For any thread; called before each costly step.

        Raises:
            CallerGoneError: the caller has left.
            OcelliError: DEADLINE_EXCEEDED.
            Exception: whatever the check of a frame raises.
        """
        if self._caller.gone:
            raise CallerGoneError
        self.deadline.check()
        self._check()

    def take_image(self) -> None:
        """Counts an image against the quota. A frame was, by its stream, when its turn came.

        Raises:
            OcelliError: RATE_LIMITED.
        """
        if not self.waits:
            self.quota.take_image()

    def leave(self) -> None:
        """Notes that the caller has left: no further step is to begin."""
        self._caller.gone = True

    def stage(self, name: str, began_s: float, ended_s: float, *, span: bool = True) -> None:
        """Notes a stage of the work that is over. For the event loop.

        Args:
            name: one of `ocelli.edge.observability.definitions.STAGES`.
            began_s: when, by `time.perf_counter`.
            ended_s: likewise.
            span: records it in the trace, too; not where a request has done so.
        """
        STAGE_SECONDS.series[name].observe(ended_s - began_s, exemplar())
        if self.record is not None:
            stages_s = self.record.stages_s
            stages_s[name] = stages_s.get(name, 0.0) + ended_s - began_s
            if span:
                self.trace.stage(name, began_s, ended_s)

    def asked(self, model: str, version: str) -> None:
        """Notes which model was asked, and the version that was, or should have been."""
        if self.record is not None:
            self.record.model, self.record.version = model, version

    def for_frame(
        self, max_s: float, check: Callable[[], None], trace: TraceContext | None = None
    ) -> "Call":
        """The call of one frame of this stream.

        Args:
            max_s: longest that the frame may take; the stream's own deadline holds as well.
            check: raises when the frame is no longer wanted.
            trace: the frame's place in a trace; None for the stream's.
        """
        at_s = min(self.deadline.at_s, time.monotonic() + max_s)
        return replace(
            self,
            deadline=Deadline(at_s),
            waits=True,
            arrived_s=time.perf_counter(),
            trace=self.trace if trace is None else trace,
            _check=check,
            _caller=_Caller(),
        )


_current: ContextVar[Call] = ContextVar("ocelli_call")


def current_call() -> Call:
    """The call that this task serves. Services ask once and pass it down."""
    return _current.get()


def enter_call(call: Call) -> None:
    """Makes `call` that of this task; for the interceptor that makes calls, and tests."""
    _current.set(call)
