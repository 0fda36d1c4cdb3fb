"""What is counted of calls, around a server whose one service does as the request's model says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.definitions import REGISTRY
from ocelli.edge.observability.family import counted
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor, create_method_series
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.v1 import detect_pb2, detect_pb2_grpc

DETECT = "ocelli.v1.DetectService"
HANGS = asyncio.Event()


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def until(true: Callable[[], bool], timeout_s: float = 20) -> None:
    async with asyncio.timeout(timeout_s):
        while not true():  # noqa: ASYNC110  # nobody signals a metric
            await asyncio.sleep(0.01)


class Obedient(detect_pb2_grpc.DetectServiceServicer):
    async def Detect(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        await obey(request.model, context)
        return detect_pb2.DetectResponse()

    async def DetectStream(self, request_iterator: Any, context: Any) -> None:  # noqa: N802
        while (message := await context.read()) is not grpc.aio.EOF:  # type: ignore[attr-defined]
            await obey(message.config.model, context)


async def obey(word: str, context: Any) -> None:
    if word == "refuse":
        raise OcelliError(Reason.MODEL_NOT_FOUND, "there is none")
    if word == "abort":
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you")
    if word == "break":
        raise ZeroDivisionError
    if word == "hang":
        HANGS.set()
        await asyncio.sleep(300)
    if word == "refuse too late":
        HANGS.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(300)
        raise OcelliError(Reason.MODEL_NOT_FOUND, "there is none")


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


@pytest.mark.parametrize(
    ("word", "code", "timeout_s"),
    [
        ("", "OK", 20),
        ("refuse", "NOT_FOUND", 20),
        ("abort", "UNAUTHENTICATED", 20),
        ("break", "INTERNAL", 20),
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


@pytest.mark.parametrize("word", ["hang", "refuse too late"])
async def test_a_cancelled_call_counts_as_cancelled(stub: Any, word: str) -> None:
    labels = {"method": f"{DETECT}/Detect", "code": "CANCELLED"}
    before = value("ocelli_calls_total", **labels)
    in_flight = value("ocelli_calls_in_flight", method=labels["method"])
    HANGS.clear()
    call = stub.Detect(detect_pb2.DetectRequest(model=word), timeout=60)
    await asyncio.wait_for(HANGS.wait(), 20)
    assert value("ocelli_calls_in_flight", method=labels["method"]) == in_flight + 1
    call.cancel()
    await until(lambda: value("ocelli_calls_total", **labels) == before + 1)
    assert value("ocelli_calls_in_flight", method=labels["method"]) == in_flight


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
            await channel.unary_unary(path)(b"", timeout=20)
        assert failed.value.code() is grpc.StatusCode.UNIMPLEMENTED
    after = [family.samples for family in counted(REGISTRY) if family.name == "ocelli_calls"]
    assert after == before


def test_every_series_of_the_contract_exists_before_the_first_call() -> None:
    create_method_series(
        (
            detect_pb2.DESCRIPTOR.services_by_name["DetectService"],
            health_pb2.DESCRIPTOR.services_by_name["Health"],
        )
    )
    series = {
        (sample.name, *sample.labels.values())
        for family in counted(REGISTRY)
        for sample in family.samples
    }
    unary, stream = f"{DETECT}/Detect", f"{DETECT}/DetectStream"
    assert {
        ("ocelli_calls_total", unary, "OK"),
        ("ocelli_calls_total", unary, "UNAVAILABLE"),
        ("ocelli_calls_total", stream, "INVALID_ARGUMENT"),
        ("ocelli_calls_in_flight", unary),
        ("ocelli_call_seconds_count", unary),
        ("ocelli_streams_open", stream),
        ("ocelli_frames_total", stream, "dropped"),
        ("ocelli_frame_seconds_count", stream),
        ("ocelli_frames_in_flight", stream),
    } <= series
    assert ("ocelli_calls_in_flight", stream) not in series
    assert not any("Health" in label for name, *labels in series for label in labels)
