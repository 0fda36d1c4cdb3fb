"""What becomes known of a call while it is served: for its line in the access log and its span."""

import time
from contextvars import ContextVar

from ocelli.edge.observability.trace_context import NO_TRACE, TraceContext


class CallRecord:
    """One rpc, filled in by those who serve it. For one event loop.

    Attributes:
        method: `ocelli.v1.DetectService/Detect`.
        peer: address of the caller, as gRPC writes it.
        trace: its place in a trace.
        is_stream: its answers stream.
        began_s: when it came, by `time.perf_counter`.
        principal: name of the caller; empty for one who showed nothing.
        code: name of the gRPC status code that it ended with; empty while it is served.
        reason: the contract's reason for failing; empty if there is none.
        model: the one that was asked last; empty if none was.
        version: of that model.
        stages_s: seconds spent in each stage so far; what goes on side by side adds up.
        received_bytes: of its requests.
        sent_bytes: of its answers.
        frames: how many of a stream's frames ended in each way.
    """

    __slots__ = (
        "began_s",
        "code",
        "frames",
        "is_stream",
        "method",
        "model",
        "peer",
        "principal",
        "reason",
        "received_bytes",
        "sent_bytes",
        "stages_s",
        "trace",
        "version",
    )

    def __init__(
        self,
        method: str = "",
        peer: str = "",
        trace: TraceContext = NO_TRACE,
        *,
        is_stream: bool = False,
    ) -> None:
        self.method = method
        self.peer = peer
        self.trace = trace
        self.is_stream = is_stream
        self.began_s = time.perf_counter()
        self.principal = self.code = self.reason = self.model = self.version = ""
        self.stages_s: dict[str, float] = {}
        self.received_bytes = self.sent_bytes = 0
        self.frames: dict[str, int] = {}


_record: ContextVar[CallRecord | None] = ContextVar("ocelli_call_record", default=None)


def current_record() -> CallRecord | None:
    """What is kept of the call that this task serves; None where nothing is kept."""
    return _record.get()


def enter_record(record: CallRecord) -> None:
    """Makes `record` that of this task; for the interceptor that keeps them, and tests."""
    _record.set(record)
