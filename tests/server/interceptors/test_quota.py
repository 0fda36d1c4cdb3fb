"""What callers with limits and priorities meet at a server, around a service that does as told."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from ocelli.client.status import from_rpc_error
from ocelli.edge.call import current_call
from ocelli.edge.principal import ANYONE, Limits, Principal, Priority
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.server.interceptors.call_context import CallInterceptor
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.edge.server.interceptors.quota import QuotaInterceptor
from ocelli.edge.server.interceptors.receive import ReceiveInterceptor
from ocelli.v1 import detect_pb2, detect_pb2_grpc

DETECT = "/ocelli.v1.DetectService/Detect"
MAX_MESSAGE_BYTES = 1 << 20
PRINCIPALS = {
    "two calls a second": Principal(name="two", limits=Limits(calls_per_s=2)),
    "one stream": Principal(name="one", limits=Limits(max_open_streams=1)),
    "100 kB": Principal(name="small", limits=Limits(max_inflight_bytes=100_000)),
    "batch only": Principal(name="nightly", priority=Priority.BATCH),
    "heavy": Principal(name="heavy", weight=3.0),
}


class Told(detect_pb2_grpc.DetectServiceServicer):
    """Notes the flow of each call, and waits if the request names the model `wait`."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.flows: list[Any] = []

    async def Detect(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        self.flows.append(current_call().flow)
        if request.model == "wait":
            await self.release.wait()
        return detect_pb2.DetectResponse()

    async def DetectStream(self, request_iterator: Any, context: Any) -> None:  # noqa: N802
        await context.write(detect_pb2.DetectStreamResponse())
        await self.release.wait()


async def principal(_: str, context: Any) -> Principal:
    who = dict(context.invocation_metadata()).get("who", "")
    return PRINCIPALS.get(who, ANYONE)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def channel(told: Told) -> AsyncIterator[grpc.aio.Channel]:
    lag = LoopLag()
    calls = CallInterceptor(
        CallLimiter(100, 100),
        lag,
        Drain(),
        30,
        {},
        identify=principal,
        quotas=Quotas(UsageTable.alone()),
    )
    receive = ReceiveInterceptor(10, MAX_MESSAGE_BYTES)
    server = grpc.aio.server(interceptors=[ErrorInterceptor(), calls, QuotaInterceptor(), receive])
    detect_pb2_grpc.add_DetectServiceServicer_to_server(told, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    told.release.set()
    await server.stop(None)


def ask(
    channel: grpc.aio.Channel,
    who: str,
    *metadata: tuple[str, str],
    model: str = "",
    size: int = 0,
) -> Any:
    request = detect_pb2.DetectRequest(model=model, image={"encoded": bytes(size)})
    return detect_pb2_grpc.DetectServiceStub(channel).Detect(
        request, timeout=20, metadata=(("who", who), *metadata)
    )


async def refused(call: Any) -> Any:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await call
    return from_rpc_error(failed.value, address="")


async def test_one_call_too_many_is_refused_before_its_request_is_read(
    channel: grpc.aio.Channel,
) -> None:
    for _ in range(2):
        await ask(channel, "two calls a second")
    never_sent = channel.stream_unary(DETECT)(metadata=(("who", "two calls a second"),), timeout=9)
    began_s = time.monotonic()
    error = await refused(never_sent)
    assert time.monotonic() - began_s < 5
    assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
    assert 0 < error.retry_after_s <= 0.5
    await ask(channel, "anyone else")
    await asyncio.sleep(error.retry_after_s)
    await ask(channel, "two calls a second")


async def test_one_stream_too_many_is_refused_until_another_ends(
    channel: grpc.aio.Channel,
) -> None:
    stub: Any = detect_pb2_grpc.DetectServiceStub(channel)
    first = stub.DetectStream(metadata=(("who", "one stream"),), timeout=20)
    await first.read()
    error = await refused(stub.DetectStream(metadata=(("who", "one stream"),), timeout=20).read())
    assert error.reason == "QUOTA_EXCEEDED"
    first.cancel()
    async with asyncio.timeout(10):
        while True:
            another = stub.DetectStream(metadata=(("who", "one stream"),), timeout=20)
            try:
                await another.read()
                break
            except grpc.aio.AioRpcError:
                await asyncio.sleep(0.05)
    another.cancel()


async def test_bytes_of_requests_that_are_served_count(
    channel: grpc.aio.Channel, told: Told
) -> None:
    first = ask(channel, "100 kB", model="wait", size=60_000)
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        while not told.flows:  # noqa: ASYNC110  # nobody signals a call's arrival
            await asyncio.sleep(0.01)
    error = await refused(ask(channel, "100 kB", size=60_000))
    assert (error.reason, error.retry_after_s) == ("RATE_LIMITED", 0.1)
    await ask(channel, "100 kB", size=30_000)
    told.release.set()
    await first
    await ask(channel, "100 kB", size=60_000)
    error = await refused(ask(channel, "100 kB", size=100_001))
    assert (error.reason, error.retry_after_s) == ("QUOTA_EXCEEDED", None)


async def test_a_call_waits_as_its_metadata_asks_within_what_its_principal_may(
    channel: grpc.aio.Channel, told: Told
) -> None:
    batch, interactive = ("ocelli-priority", "batch"), ("ocelli-priority", "interactive")
    for who, metadata in (
        ("anyone", ()),
        ("anyone", (batch,)),
        ("batch only", ()),
        ("batch only", (interactive,)),
        ("heavy", (batch,)),
    ):
        await ask(channel, who, *metadata)
    priorities = [flow.is_batch for flow in told.flows]
    assert priorities == [False, True, True, True, True]
    anyone, *_, nightly, heavy = told.flows
    assert anyone.owner == anyone.part
    assert (nightly.owner, nightly.weight) == ("principal:nightly", 1.0)
    assert (heavy.owner, heavy.weight) == ("principal:heavy", 3.0)
    assert heavy.part == nightly.part == anyone.part


async def test_a_priority_that_there_is_none_of_is_refused(channel: grpc.aio.Channel) -> None:
    error = await refused(ask(channel, "anyone", ("ocelli-priority", "urgent")))
    assert error.reason == "INVALID_FIELD"
    assert [violation.field for violation in error.field_violations] == ["ocelli-priority"]
    assert "interactive, batch" in error.message
