"""What travels with a call through every layer: one value, made once for each rpc."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from ocelli.edge.principal import ANYONE, Principal
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.flow import Flow
from ocelli.edge.scheduling.quota.quota import UNLIMITED, Quota


class CallerGoneError(Exception):
    """Nobody waits for the answer any more; raised where the next costly step would begin."""


@dataclass(frozen=True, slots=True)
class TraceContext:
    """The caller's place in a trace, to be passed on (W3C Trace Context).

    Attributes:
        traceparent: as it came; empty if there was none.
        tracestate: as it came; empty if there was none.
    """

    traceparent: str = ""
    tracestate: str = ""

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """As metadata of a call that continues the trace."""
        pairs = (("traceparent", self.traceparent), ("tracestate", self.tracestate))
        return tuple(pair for pair in pairs if pair[1])


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
        trace: the caller's place in a trace.
        waits: whether it waits for room in memory, as frames do, or is refused when there is none.
        arrived_s: when it came, by `time.perf_counter`.
    """

    method: str
    deadline: Deadline
    principal: Principal = ANYONE
    flow: Flow = _NOBODYS
    quota: Quota = UNLIMITED
    trace: TraceContext = TraceContext()
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

    def for_frame(self, max_s: float, check: Callable[[], None]) -> "Call":
        """The call of one frame of this stream.

        Args:
            max_s: longest that the frame may take; the stream's own deadline holds as well.
            check: raises when the frame is no longer wanted.
        """
        at_s = min(self.deadline.at_s, time.monotonic() + max_s)
        return replace(
            self,
            deadline=Deadline(at_s),
            waits=True,
            arrived_s=time.perf_counter(),
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
