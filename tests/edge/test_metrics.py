"""What the edge counts, how it is merged, and the port that tells it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import numpy as np
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families

from ocelli.client import HealthStatus, OcelliError
from ocelli.edge.config import ConfigError
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.errors import OcelliError as EdgeError
from ocelli.edge.errors import Reason
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.edge.observability.definitions import REGISTRY
from ocelli.edge.observability.family import Family, Sample, counted, render
from ocelli.edge.observability.frame_metrics import counted as counted_frames
from ocelli.edge.observability.live import LiveGauges
from ocelli.edge.observability.merge import without_gauges, merge
from ocelli.edge.observability.scrape_server import MetricsPort
from ocelli.edge.stream import FrameWindow, FrameWork, WindowOptions
from ocelli.v1 import detect_pb2, detect_pb2_grpc

DETECT = "ocelli.v1.DetectService"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


# The interceptor, around a server whose one service does as the request's model name says.


class Obedient(detect_pb2_grpc.DetectServiceServicer):
    async def Detect(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        await obey(request.model, context)
        return detect_pb2.DetectResponse()

    async def DetectStream(self, request_iterator: Any, context: Any) -> None:  # noqa: N802
        while (message := await context.read()) is not grpc.aio.EOF:  # type: ignore[attr-defined]
            await obey(message.config.model, context)


async def obey(word: str, context: Any) -> None:
    if word == "refuse":
        raise EdgeError(Reason.MODEL_NOT_FOUND, "there is none")
    if word == "abort":
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you")
    if word == "break":
        raise ZeroDivisionError
    if word == "hang":
        await asyncio.sleep(60)


@pytest.fixture
async def channel() -> AsyncIterator[Any]:
    server = grpc.aio.server(interceptors=[CallsInterceptor(), ErrorInterceptor()])
    detect_pb2_grpc.add_DetectServiceServicer_to_server(Obedient(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


@pytest.fixture
def stub(channel: Any) -> Any:
    return detect_pb2_grpc.DetectServiceStub(channel)


async def until(true: Callable[[], bool], timeout_s: float = 5) -> None:
    async with asyncio.timeout(timeout_s):
        while not true():  # noqa: ASYNC110  # nobody signals a metric
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("word", "code", "timeout_s"),
    [
        ("", "OK", 5),
        ("refuse", "NOT_FOUND", 5),
        ("abort", "UNAUTHENTICATED", 5),
        ("break", "INTERNAL", 5),
        ("hang", "DEADLINE_EXCEEDED", 0.2),
    ],
)
async def test_a_call_counts_under_the_code_it_ends_with(
    stub: Any, word: str, code: str, timeout_s: float
) -> None:
    method = f"{DETECT}/Detect"
    before = value("ocelli_calls_total", method=method, code=code)
    timed = value("ocelli_call_seconds_count", method=method)
    ended = grpc.StatusCode.OK
    try:
        await stub.Detect(detect_pb2.DetectRequest(model=word), timeout=timeout_s)
    except grpc.aio.AioRpcError as error:
        ended = error.code()
    assert ended.name == code
    await until(lambda: value("ocelli_calls_total", method=method, code=code) == before + 1)
    assert value("ocelli_call_seconds_count", method=method) == timed + 1


async def test_a_cancelled_call_counts_as_cancelled(stub: Any) -> None:
    labels = {"method": f"{DETECT}/Detect", "code": "CANCELLED"}
    before = value("ocelli_calls_total", **labels)
    call = stub.Detect(detect_pb2.DetectRequest(model="hang"), timeout=30)
    await asyncio.sleep(0.1)
    call.cancel()
    await until(lambda: value("ocelli_calls_total", **labels) == before + 1)


@pytest.mark.parametrize("ending", ["half-close", "cancel", "refuse"])
async def test_a_stream_is_gone_from_the_gauge_however_it_ends(stub: Any, ending: str) -> None:
    method = f"{DETECT}/DetectStream"
    timed = value("ocelli_call_seconds_count", method=method)
    call = stub.DetectStream(timeout=30)
    await call.write(detect_pb2.DetectStreamRequest(config={"model": ""}))
    await until(lambda: value("ocelli_streams_open", method=method) == 1)
    if ending == "cancel":
        call.cancel()
    elif ending == "half-close":
        await call.done_writing()
    else:
        await call.write(detect_pb2.DetectStreamRequest(config={"model": "refuse"}))
    await until(lambda: value("ocelli_streams_open", method=method) == 0)
    assert value("ocelli_call_seconds_count", method=method) == timed


async def test_a_method_that_does_not_exist_makes_no_label(channel: Any) -> None:
    before = [family.samples for family in counted(REGISTRY) if family.name == "ocelli_calls"]
    for path in ("/ocelli.v1.DetectService/Invented", "/ocelli.v1.Invented/Detect"):
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await channel.unary_unary(path)(b"", timeout=5)
        assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED
    after = [family.samples for family in counted(REGISTRY) if family.name == "ocelli_calls"]
    assert after == before


# Frames.


async def test_every_frame_counts_under_what_became_of_it() -> None:
    method = "test/Frames"
    release = asyncio.Event()

    async def look(frame: str, fresh: Callable[[], None]) -> str:
        if frame == "bad":
            raise EdgeError(Reason.IMAGE_CORRUPT, "torn")
        if frame == "slow":
            await release.wait()
        return frame

    work: FrameWork[str, str] = FrameWork(
        look, lambda frame, error: f"{frame} failed", lambda frame, cause, age_s: f"{frame} dropped"
    )
    frames = iter(["slow", "good", "bad", None])
    arrived = asyncio.Queue[str | None]()

    async def read() -> str | None:
        await asyncio.sleep(0)
        return next(frames)

    async def write(answer: str) -> None:
        await arrived.put(answer)

    window = FrameWindow(WindowOptions(limit=4), counted_frames(work, method), Drain())
    running = asyncio.create_task(window.run(read, write))
    await until(lambda: value("ocelli_frames_total", method=method, outcome="error") == 1)
    assert value("ocelli_frames_in_flight", method=method) == 1
    release.set()
    await running
    assert value("ocelli_frames_total", method=method, outcome="result") == 2
    assert value("ocelli_frames_in_flight", method=method) == 0
    assert value("ocelli_frame_seconds_count", method=method) == 2

    release.clear()
    frames = iter(["slow", "superseded", "newest"])
    stays_open = asyncio.Event()

    async def read_some() -> str | None:
        await asyncio.sleep(0)
        frame = next(frames, None)
        if frame is None:
            await stays_open.wait()
        return frame

    window = FrameWindow(WindowOptions(limit=1, latest=True), counted_frames(work, method), Drain())
    running = asyncio.create_task(window.run(read_some, write))
    await until(lambda: value("ocelli_frames_total", method=method, outcome="dropped") == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert value("ocelli_frames_total", method=method, outcome="cancelled") == 1
    assert value("ocelli_frames_in_flight", method=method) == 0


# Merging.


def gauge(name: str, amount: float, *, least: bool = False) -> Family:
    return Family(name, "about", "gauge", [Sample(name, {}, amount)], least)


def counter(amount: float, **labels: str) -> Family:
    return Family("c", "about", "counter", [Sample("c_total", labels, amount)])


def test_counters_add_up_per_label_and_states_take_the_least() -> None:
    one = [counter(2, code="OK"), gauge("bytes", 5), gauge("ready", 1, least=True)]
    two = [counter(3, code="OK"), gauge("bytes", 7), gauge("ready", 0, least=True)]
    three = [counter(4, code="INTERNAL")]
    merged = {family.name: family for family in merge([one, two, three])}
    assert {s.labels["code"]: s.value for s in merged["c"].samples} == {"OK": 5, "INTERNAL": 4}
    assert merged["bytes"].samples[0].value == 12
    assert merged["ready"].samples[0].value == 0


def test_only_counts_outlast_their_process() -> None:
    assert [family.name for family in without_gauges([counter(1), gauge("bytes", 5)])] == ["c"]


def test_what_is_rendered_reads_back() -> None:
    registry = CollectorRegistry()
    Counter("seen", "About.", ["kind"], registry=registry).labels('a"b\\').inc(2)
    live = LiveGauges()
    live.add("held", "About.", lambda: 7)
    live.add("ready", "About.", lambda: {"x": True, "y": False}, label="model")
    text = render([*counted(registry), *live.families()]).decode()
    found = [s for family in text_string_to_metric_families(text) for s in family.samples]
    assert [(s.name, s.labels, s.value) for s in found] == [
        ("seen_total", {"kind": 'a"b\\'}, 2.0),
        ("held", {}, 7.0),
        ("ready", {"model": "x"}, 1.0),
        ("ready", {"model": "y"}, 0.0),
    ]


# The port.


@pytest.fixture
async def port() -> AsyncIterator[MetricsPort]:
    async def scrape() -> bytes:
        return b"one 1\n"

    port = MetricsPort("127.0.0.1:0", scrape)
    await port.open()
    yield port
    await port.close()


async def ask(port: MetricsPort, request: bytes) -> bytes:
    host, _, number = port.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(number))
    writer.write(request)
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    ("request_", "status", "body"),
    [
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"200", b"one 1\n"),
        (b"GET /metrics?x=1 HTTP/1.0\r\n\r\n", b"200", b"one 1\n"),
        (b"HEAD /metrics HTTP/1.1\r\n\r\n", b"200", b""),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405", b""),
        (b"GET / HTTP/1.1\r\n\r\n", b"404", b"metrics are at /metrics\n"),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", b"431", b""),
    ],
)
async def test_the_port_speaks_http(
    port: MetricsPort, request_: bytes, status: bytes, body: bytes
) -> None:
    head, _, answered = (await ask(port, request_)).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    assert answered == body


async def test_clients_that_say_nothing_do_not_take_the_port_away(port: MetricsPort) -> None:
    host, _, number = port.address.rpartition(":")
    silent = [await asyncio.open_connection(host, int(number)) for _ in range(40)]
    for _, writer in silent[:8]:
        writer.close()
        await writer.wait_closed()
    for _, writer in silent[8:]:
        writer.close()
    await asyncio.sleep(0.05)
    assert b"one 1" in await ask(port, b"GET /metrics HTTP/1.1\r\n\r\n")


async def test_an_address_in_use_is_refused_with_what_to_do(port: MetricsPort) -> None:
    async def scrape() -> bytes:
        return b""

    with pytest.raises(ConfigError, match="--metrics-address"):
        await MetricsPort(port.address, scrape).open()


# The whole.


def test_metrics_are_there_while_triton_is_down(start_edge: Any, tmp_path: Any) -> None:
    flags = ["--triton", "127.0.0.1:9", "--metrics-address", "127.0.0.1:0"]
    edge = start_edge(tmp_path, *flags, wait=False)
    edge.scrape_until(lambda found: found["ocelli_index_ready"] == 1)
    with edge.connect() as client:
        assert client.health(DETECT) is HealthStatus.NOT_SERVING
        with pytest.raises(OcelliError):
            client.detect(np.zeros((8, 8, 3), np.uint8), timeout_s=5)
    found = edge.scrape()
    assert found["ocelli_triton_reachable"] == 0
    # More than one: the client tries again.
    assert found[f'ocelli_calls_total{{code="UNAVAILABLE",method="{DETECT}/Detect"}}'] >= 1
    assert not [name for name in found if name.startswith("ocelli_worker")]


def test_old_connections_are_replaced_without_a_failed_call(start_edge: Any, tmp_path: Any) -> None:
    flags = ["--triton", "127.0.0.1:9", "--max-connection-age-s", "0.4"]
    edge = start_edge(tmp_path, *flags, wait=False)
    port = int(edge.address.rpartition(":")[2])
    ours: set[int] = set()
    with edge.connect() as client, grpc.insecure_channel(edge.address) as other:
        client.wait_until_ready(20, service="")
        watch = health_pb2_grpc.HealthStub(other).Watch(health_pb2.HealthCheckRequest())
        until_s = time.monotonic() + 2.5
        while time.monotonic() < until_s:
            assert client.health("") is HealthStatus.SERVING
            ours |= {
                connection.laddr.port
                for connection in psutil.Process().net_connections("tcp")
                if connection.raddr and connection.raddr.port == port
            }
            time.sleep(0.02)
        assert watch.is_active(), "a stream may go on as long as it takes"
        watch.cancel()
    assert len(ours) >= 3
