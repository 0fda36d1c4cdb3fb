"""Records traces and sends them to a collector (OpenTelemetry, OTLP over gRPC).

Imported only where traces are exported. Whether a call is recorded is decided here, before anything
is made for it: the SDK's own sampler would be asked with a context, an id and attributes that are
thrown away 99 times of 100.
"""

import random
import threading
import time
from collections.abc import Mapping
from importlib.metadata import version
from types import TracebackType

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from ocelli.edge.errors import OcelliError
from ocelli.edge.observability.trace_context import TraceContext, set_exemplar

_FAULTS = frozenset(
    {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}
)
"""Codes that are a server's fault (OpenTelemetry semantic conventions for gRPC)."""
_FLUSH_S = 3.0
_FRAME = " frame"
_NO_PARENT = Context()


class Tracing:
    """Begins the trace of each call.

    Settings of OpenTelemetry's environment hold where there is no setting of ours: resource
    (`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`), the exporter's headers, certificates, timeout
    and compression (`OTEL_EXPORTER_OTLP_…`), its batches (`OTEL_BSP_…`).

    Args:
        endpoint: of the collector, `http://host:4317`, or `https://…` for TLS.
        ratio: share of the calls to record whose callers sent no trace.
    """

    def __init__(self, endpoint: str, ratio: float) -> None:
        self._ratio = ratio
        ours = Resource({"service.name": "ocelli", "service.version": version("ocelli-vision")})
        resource = Resource.create().merge(ours).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(
            sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http:"))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self.tracer = self._provider.get_tracer("ocelli.edge")

    def begin(self, method: str, caller: TraceContext) -> TraceContext:
        """The place of a call: recorded if its caller records, or by chance if there is no caller.

        Args:
            method: `ocelli.v1.DetectService/Detect`.
            caller: where the caller is in a trace, if in any.
        """
        if caller.is_sampled or (not caller.traceparent and self.draws()):
            return Recorded.begin(self, method, caller)
        set_exemplar("")
        return _Unrecorded(self, caller)

    def draws(self) -> bool:
        """Whether chance has it that something is recorded."""
        return random.random() < self._ratio  # noqa: S311  # nothing is secret

    def close(self) -> None:
        """Sends what is left, for three seconds at most."""
        # A collector that is away would have the exporter try for half a minute.
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(_FLUSH_S)


class _Unrecorded(TraceContext):
    """The place of a call that is not recorded, frames of which may be."""

    __slots__ = ("_tracing",)

    def __init__(self, tracing: Tracing, caller: TraceContext) -> None:
        self._tracing = tracing
        self.trace_id = caller.trace_id
        self.traceparent = caller.traceparent
        self.tracestate = caller.tracestate

    def frame(self, method: str) -> TraceContext:
        """A trace of its own, by chance, unless the caller wants none."""
        if not self.traceparent and self._tracing.draws():
            return Recorded.begin(self._tracing, method, self, what=_FRAME)
        return self


class Recorded(TraceContext):
    """A place whose work is recorded as a span. Its work may be done on any thread.

    Args:
        tracing: where it is sent.
        span: of this work.
        tracestate: of the caller.
        epoch_ns: the time since 1970 at which `time.perf_counter` was 0.
        by_caller: the caller records, and so wants every frame.
    """

    __slots__ = ("_by_caller", "_epoch_ns", "_inside", "_span", "_tracing")

    def __init__(
        self, tracing: Tracing, span: Span, tracestate: str, epoch_ns: int, *, by_caller: bool
    ) -> None:
        place = span.get_span_context()
        self.trace_id = f"{place.trace_id:032x}"
        self.traceparent = f"00-{self.trace_id}-{place.span_id:016x}-01"
        self.tracestate = tracestate
        self._tracing = tracing
        self._span = span
        self._epoch_ns = epoch_ns
        self._by_caller = by_caller
        self._inside = set_span_in_context(span, _NO_PARENT)

    @classmethod
    def begin(
        cls,
        tracing: Tracing,
        method: str,
        caller: TraceContext,
        link: SpanContext | None = None,
        what: str = "",
    ) -> "Recorded":
        """The place of a call, or of what it consists of, in its task."""
        service, _, name = method.partition("/")
        span = tracing.tracer.start_span(
            method + what,
            _parent(caller),
            SpanKind.SERVER,
            {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name},
            links=[Link(link)] if link else (),
        )
        epoch_ns = time.time_ns() - time.perf_counter_ns()
        place = cls(tracing, span, caller.tracestate, epoch_ns, by_caller=caller.is_sampled)
        set_exemplar(place.trace_id)
        return place

    def stage(self, name: str, began_s: float, ended_s: float) -> None:
        """Records a stage of the work that is over, as a span within this one."""
        span = self._tracing.tracer.start_span(name, self._inside, start_time=self._at_ns(began_s))
        span.end(self._at_ns(ended_s))

    def request(self, name: str, attributes: Mapping[str, str]) -> TraceContext:
        """The place of a request that the edge is about to make."""
        span = self._tracing.tracer.start_span(name, self._inside, SpanKind.CLIENT, attributes)
        return Recorded(
            self._tracing, span, self.tracestate, self._epoch_ns, by_caller=self._by_caller
        )

    def frame(self, method: str) -> TraceContext:
        """A span within the stream's if the caller records; else, by chance, a trace of its own.

        A stream may last for weeks: one trace of all that it brings would be of use to nobody. A
        trace of its own is linked to the stream's.
        """
        if self._by_caller:
            return Recorded.begin(self._tracing, method, self, what=_FRAME)
        if self._tracing.draws():
            link = self._span.get_span_context()
            return Recorded.begin(self._tracing, method, TraceContext(), link, _FRAME)
        set_exemplar("")
        return TraceContext()

    def end(self, code: str = "OK", attributes: Mapping[str, str | int] | None = None) -> None:
        """Ends the span."""
        self._span.set_attribute("rpc.grpc.status_code", code)
        if attributes:
            self._span.set_attributes(attributes)
        if code in _FAULTS:
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            known = error.reason.value if isinstance(error, OcelliError) else type(error).__name__
            self._span.set_attribute("error.type", known)
            self._span.set_status(Status(StatusCode.ERROR, str(error)[:200]))
        self._span.end()

    def _at_ns(self, perf_counter_s: float) -> int:
        return self._epoch_ns + int(perf_counter_s * 1e9)


def _parent(caller: TraceContext) -> Context:
    if not caller.traceparent:
        return _NO_PARENT
    place = SpanContext(
        trace_id=int(caller.trace_id, 16),
        span_id=int(caller.traceparent[36:52], 16),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(place), _NO_PARENT)
