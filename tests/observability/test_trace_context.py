"""The caller's place in a trace."""

import pytest

from ocelli.edge.observability.trace_context import TraceContext

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(("flags", "sampled"), [("00", False), ("01", True), ("03", True)])
def test_a_trace_is_passed_on_as_it_came(flags: str, sampled: bool) -> None:
    parent = f"00-{TRACE}-{SPAN}-{flags}"
    trace = TraceContext(parent, "vendor=x")
    assert (trace.trace_id, trace.is_sampled) == (TRACE, sampled)
    assert trace.metadata() == (("traceparent", parent), ("tracestate", "vendor=x"))
    assert TraceContext(parent).metadata() == (("traceparent", parent),)


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "x",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN}-01" + "x" * 8000,
    ],
)
def test_what_is_no_trace_is_not_passed_on(parent: str) -> None:
    trace = TraceContext(parent, "vendor=x")
    assert (trace.trace_id, trace.is_sampled, trace.metadata()) == ("", False, ())


def test_a_state_that_is_too_long_is_left_out() -> None:
    parent = f"00-{TRACE}-{SPAN}-01"
    assert TraceContext(parent, "x" * 513).metadata() == (("traceparent", parent),)
