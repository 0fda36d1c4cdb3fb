"""What happens before a request is one, and after an answer is one."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.client import Point
from ocelli.client.status import from_rpc_error
from ocelli.v1 import detect_pb2, search_pb2, search_pb2_grpc
from tests.conftest import RunningEdge
from tests.edge import http2_frames as h2
from tests.faults.calls import burst

SERVING = health_pb2.HealthCheckResponse.SERVING
DETECT = "/ocelli.v1.DetectService/Detect"
STREAM = "/ocelli.v1.DetectService/DetectStream"


@pytest.fixture(scope="module")
def small(start_shared_edge: Any, tmp_path_factory: Any) -> RunningEdge:
    """An edge with room for few calls, and little patience."""
    flags = ["--max-concurrent-calls", "12", "--max-calls-per-connection", "8"]
    flags += ["--max-receive-s", "1", "--max-idle-stream-s", "1.5"]
    flags += ["--max-message-bytes", str(1 << 20)]
    edge: RunningEdge = start_shared_edge(tmp_path_factory.mktemp("small"), *flags)
    return edge


def failure(call: Any, address: str) -> Any:
    with pytest.raises(grpc.RpcError) as failed:
        call()
    return from_rpc_error(failed.value, address=address)


NESTED = b"\x0a\x02" * 200  # never ends, and never was a message


@pytest.mark.parametrize("bytes_", [b"\xff\xff\xff\xff", b"\x0a\xff\xff\xff\xff\x0f", NESTED])
def test_bytes_that_are_no_message_are_refused_by_name(
    bytes_: bytes, small: RunningEdge, capfd: pytest.CaptureFixture[str]
) -> None:
    before = small.log.read_text().count("Traceback")
    with grpc.insecure_channel(small.address) as channel:
        call = channel.unary_unary(DETECT, None, None)
        error = failure(lambda: call(bytes_, timeout=10), small.address)
        assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MESSAGE_INVALID")
        stream = channel.stream_stream(STREAM, None, None)
        error = failure(lambda: list(stream(iter([bytes_]), timeout=10)), small.address)
        assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MESSAGE_INVALID")
    assert small.log.read_text().count("Traceback") == before


def test_an_answer_beyond_the_limit_says_what_to_ask_for_instead(small: RunningEdge) -> None:
    with small.connect() as client:
        client.collections.create("large-answers", dimension=65536)
        vector = [1.0] * 65536
        for number in range(8):
            client.points.upsert("large-answers", [Point(str(number), vector)])
    request = search_pb2.SearchRequest(
        collection="large-answers", id="0", limit=7, with_vector=True
    )
    with grpc.insecure_channel(small.address) as channel:
        stub = search_pb2_grpc.SearchServiceStub(channel)
        error = failure(lambda: stub.Search(request, timeout=20), small.address)
        assert error.reason in {"ANSWER_TOO_LARGE", "INVALID_FIELD"}
        assert "at most" in error.message
        request.with_vector = False
        assert len(stub.Search(request, timeout=20).hits) == 7


def test_a_request_that_does_not_arrive_gives_its_place_back(small: RunningEdge) -> None:
    host, _, port = small.address.rpartition(":")
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(_half_a_call(small.address))
        with small.connect() as client:
            assert client.models.list()
        raw.settimeout(10)
        assert _ends_stream(raw)


def _ends_stream(raw: socket.socket) -> bool:
    """Whether trailers arrive, the frame HEADERS with END_STREAM; False if the server hangs up."""
    answer = b""
    while received := raw.recv(65536):
        frames, answer = h2.whole_frames(answer + received)
        if any(kind == h2.HEADERS and flags & h2.END_STREAM for kind, flags in frames):
            return True
    return False


def _half_a_call(address: str) -> bytes:
    """An HTTP/2 connection with one unary call, of whose message the second half is missing."""
    return (
        h2.OPENING
        + h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(DETECT, address))
        + h2.frame(h2.DATA, 0, 1, h2.message(b"half", 1000))
    )


def idle() -> Iterator[bytes]:
    yield detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig()).SerializeToString()
    time.sleep(30)


def test_an_idle_stream_ends_after_its_time(small: RunningEdge) -> None:
    with grpc.insecure_channel(small.address) as channel:
        stream = channel.stream_stream(STREAM, None, None)
        error = failure(lambda: list(stream(idle(), timeout=20)), small.address)
    assert error.reason == "DEADLINE_EXCEEDED"
    assert "no frame came" in error.message


def test_a_full_edge_is_alive_and_says_why_it_refuses(small: RunningEdge) -> None:
    """Streams take all places that one connection, and then all that the edge has."""
    release = threading.Event()

    def held() -> Iterator[bytes]:
        yield detect_pb2.DetectStreamRequest(
            config=detect_pb2.DetectStreamConfig()
        ).SerializeToString()
        release.wait(20)

    options = [("grpc.use_local_subchannel_pool", 1)]
    with (
        grpc.insecure_channel(small.address, options) as first,
        grpc.insecure_channel(small.address, options) as second,
        grpc.insecure_channel(small.address, options) as third,
    ):
        streams = []
        for channel, count in ((first, 8), (second, 4)):
            for _ in range(count):
                call = channel.stream_stream(STREAM, None, None)(held(), timeout=30)
                next(call)
                streams.append(call)
        for channel, quota in ((first, "max_c"), (third, "max_concurrent_calls")):
            unary = channel.unary_unary(DETECT, None, None)
            error = failure(lambda unary=unary: unary(b"", timeout=10), small.address)
            assert error.reason == "OVERLOADED"
            assert error.quota.startswith(quota)
            assert error.retry_after_s
        health = health_pb2_grpc.HealthStub(third)
        for service in ("", "ocelli.v1.DetectService"):
            request = health_pb2.HealthCheckRequest(service=service)
            assert health.Check(request, timeout=5).status == SERVING
        release.set()
        for call in streams:
            call.cancel()
    with small.connect() as client:
        assert client.models.list()


def test_bursts_of_honest_calls_never_end_without_a_reason(edge: RunningEdge) -> None:
    """Two thousand calls at once: answered, or refused with what to do."""
    case = burst(edge, 2000)
    assert case.tried == 2000
    assert not case.failures
    assert set(case.outcomes) <= {"MODEL_NOT_FOUND", "OVERLOADED"}
