"""The caller's place in a trace, out of the metadata of its call."""

from ocelli.edge.observability.trace_context import NO_TRACE, TraceContext
from ocelli.edge.server.interceptors.handlers import Context


def caller_trace(context: Context) -> TraceContext:
    """What the caller sent as `traceparent` and `tracestate`."""
    parent = state = ""
    for key, value in context.invocation_metadata() or ():
        if key == "traceparent" and isinstance(value, str):
            parent = value
        elif key == "tracestate" and isinstance(value, str):
            state = value
    return TraceContext(parent, state) if parent else NO_TRACE
