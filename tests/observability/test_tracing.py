"""What is recorded of calls and frames, and what a collector gets of it."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.trace_context import TraceContext, exemplar
from ocelli.edge.observability.tracing import Tracing
from tests.observability.collector import Collector, children

METHOD = "ocelli.v1.DetectService/Detect"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED, UNSAMPLED = (f"00-{TRACE}-{SPAN}-{flags}" for flags in ("01", "00"))


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


def test_a_call_continues_its_callers_trace(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, ratio=0)
    call = tracing.begin(METHOD, TraceContext(SAMPLED, "vendor=x"))
    assert exemplar() == {"trace_id": TRACE}
    now_s = time.perf_counter()
    call.stage("decode", now_s - 0.5, now_s - 0.2)
    with call.request("triton", {"server.address": "here"}) as sent:
        (_, parent), state = sent.metadata()
    call.end("UNAVAILABLE", {"ocelli.model": "m"})
    tracing.close()

    spans = {span.name: span for span in collector.spans}
    served = spans[METHOD]
    assert (served.service, served.trace_id, served.parent_id) == ("ocelli", TRACE, SPAN)
    assert served.attributes["rpc.method"] == "Detect"
    assert served.attributes["rpc.grpc.status_code"] == "UNAVAILABLE"
    assert served.attributes["ocelli.model"] == "m"
    assert served.is_error
    assert [span.name for span in children(collector.spans, served)] == ["decode", "triton"]
    decode = spans["decode"]
    assert (decode.ended_ns - decode.began_ns) / 1e9 == pytest.approx(0.3, abs=0.001)
    assert abs(decode.ended_ns / 1e9 + 0.2 - time.time()) < 5
    assert parent == f"00-{TRACE}-{spans['triton'].span_id}-01"
    assert state == ("tracestate", "vendor=x")


@pytest.mark.parametrize(
    ("parent", "ratio", "recorded"),
    [("", 1.0, True), ("", 0.0, False), (UNSAMPLED, 1.0, False), (SAMPLED, 0.0, True)],
)
def test_the_caller_decides_or_else_chance(
    collector: Collector, parent: str, ratio: float, recorded: bool
) -> None:
    tracing = Tracing(collector.endpoint, ratio)
    call = tracing.begin(METHOD, TraceContext(parent))
    assert (exemplar() is not None) is recorded
    if not recorded:
        assert call.metadata() == TraceContext(parent).metadata()
    call.end()
    tracing.close()
    assert len(collector.spans) == recorded


def test_the_ratio_is_that_of_the_calls(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, 0.1)
    drawn = sum(tracing.draws() for _ in range(20_000))
    tracing.close()
    assert 1700 < drawn < 2300


def test_frames_are_traces_of_their_own_unless_the_caller_records(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, ratio=1)
    stream = tracing.begin("s/Stream", TraceContext())
    with stream.frame("s/Stream"):
        assert exemplar() != {"trace_id": stream.trace_id}
    stream.end()
    theirs = tracing.begin("s/Stream", TraceContext(SAMPLED))
    with theirs.frame("s/Stream"):
        pass
    theirs.end()
    tracing.close()

    own, within = (span for span in collector.spans if span.name == "s/Stream frame")
    streams = [span for span in collector.spans if span.name == "s/Stream"]
    assert (own.parent_id, own.links) == ("", (streams[0].span_id,))
    assert own.trace_id != streams[0].trace_id
    assert (within.parent_id, within.trace_id) == (streams[1].span_id, TRACE)


def test_frames_of_a_stream_that_is_not_recorded_are_drawn(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, ratio=0)
    stream = tracing.begin("s/Stream", TraceContext())
    unwanted = tracing.begin("s/Stream", TraceContext(UNSAMPLED))
    tracing._ratio = 1
    for of in (stream, unwanted):
        with of.frame("s/Stream"):
            pass
    tracing.close()
    assert [span.name for span in collector.spans] == ["s/Stream frame"]


def test_a_request_that_fails_is_an_error(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint, ratio=1)
    call = tracing.begin(METHOD, TraceContext())
    with pytest.raises(ValueError, match="torn"), call.request("triton", {}):
        raise ValueError("torn")
    with pytest.raises(OcelliError), call.request("triton", {}):
        raise OcelliError(Reason.TRITON_UNAVAILABLE, "away")
    call.end()
    tracing.close()
    failed = [span for span in collector.spans if span.name == "triton"]
    assert all(span.is_error for span in failed)
    assert [span.attributes["error.type"] for span in failed] == [
        "ValueError",
        "TRITON_UNAVAILABLE",
    ]


def test_a_collector_that_is_away_holds_nothing_up() -> None:
    tracing = Tracing("http://127.0.0.1:9", ratio=1)
    began_s = time.monotonic()
    for _ in range(100):
        tracing.begin(METHOD, TraceContext()).end()
    assert time.monotonic() - began_s < 2
    tracing.close()
    assert time.monotonic() - began_s < 10


def test_the_environment_names_the_service(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "gate")
    tracing = Tracing(collector.endpoint, ratio=1)
    tracing.begin(METHOD, TraceContext()).end()
    tracing.close()
    assert [span.service for span in collector.spans] == ["gate"]


def test_nothing_of_opentelemetry_is_imported_while_traces_are_off() -> None:
    program = (
        "import sys; from ocelli.edge.app import Edge; from ocelli.edge.config import Config; "
        "from ocelli.edge.observers import Observers; "
        "assert Observers(Config()).interceptor() is None; "
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr
