"""The caller's place in a trace (W3C Trace Context), and how the edge's own work joins it.

https://www.w3.org/TR/trace-context/. What stands here passes a trace on and records nothing;
`ocelli.edge.observability.tracing`, which is imported only where traces are exported, records.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Self

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}"
)
_MAX_TRACESTATE_CHARS = 512
_SAMPLED = 1

_exemplar: ContextVar[dict[str, str] | None] = ContextVar("ocelli_exemplar", default=None)


class TraceContext:
    """A place in a trace. As a context manager it ends when its work does, with the error if any.

    Args:
        traceparent: of the caller; what is not well formed counts as none.
        tracestate: of the caller; likewise.

    Attributes:
        trace_id: 32 hexadecimal digits; empty outside of any trace.
        traceparent: whom work beyond the edge is to name as its parent; empty for nobody.
        tracestate: goes with it.
    """

    __slots__ = ("trace_id", "traceparent", "tracestate")

    def __init__(self, traceparent: str = "", tracestate: str = "") -> None:
        matched = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
        self.trace_id = matched[1] if matched else ""
        self.traceparent = traceparent if matched else ""
        known = matched is not None and len(tracestate) <= _MAX_TRACESTATE_CHARS
        self.tracestate = tracestate if known else ""

    @property
    def is_sampled(self) -> bool:
        """Whether the caller records its part."""
        return bool(self.traceparent) and bool(int(self.traceparent[-2:], 16) & _SAMPLED)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """As metadata of a call that continues the trace."""
        if not self.traceparent:
            return ()
        if not self.tracestate:
            return (("traceparent", self.traceparent),)
        return (("traceparent", self.traceparent), ("tracestate", self.tracestate))

    def stage(self, name: str, began_s: float, ended_s: float) -> None:
        """Records a stage of the work that is over.

        Args:
            name: of the stage.
            began_s: when, by `time.perf_counter`.
            ended_s: likewise.
        """

    def request(
        self,
        name: str,  # noqa: ARG002  # nothing is recorded
        attributes: Mapping[str, str],  # noqa: ARG002  # likewise
    ) -> "TraceContext":
        """The place of a request that the edge is about to make, to be used by `with`."""
        return self

    def frame(self, method: str) -> "TraceContext":  # noqa: ARG002  # likewise
        """The place of one frame of a stream, in that frame's task."""
        return self

    def end(self, code: str = "OK", attributes: Mapping[str, str | int] | None = None) -> None:
        """Ends the work of this place.

        Args:
            code: name of the gRPC status code that it ended with.
            attributes: what has become known of it.
        """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


NO_TRACE = TraceContext()


def exemplar() -> dict[str, str] | None:
    """What names the recorded trace of this task in a histogram; None if nothing is recorded."""
    return _exemplar.get()


def set_exemplar(trace_id: str) -> None:
    """Has what this task, and those that it starts, observe name a trace; empty for none."""
    _exemplar.set({"trace_id": trace_id} if trace_id else None)
