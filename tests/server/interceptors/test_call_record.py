"""What is recorded of calls, around a server whose one service fails when it is told to."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from ocelli.edge.call import current_call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.trace_context import TraceContext
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.server.interceptors.call_context import CallInterceptor
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor
from ocelli.edge.server.interceptors.call_record import RecordInterceptor
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.edge.server.interceptors.receive import ReceiveInterceptor
from ocelli.v1 import detect_pb2, detect_pb2_grpc

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Told(detect_pb2_grpc.DetectServiceServicer):
    async def Detect(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        call = current_call()
        call.asked("m", "3")
        call.stage("decode", call.arrived_s, call.arrived_s + 0.25)
        if request.model == "refuse":
            raise OcelliError(Reason.MODEL_NOT_FOUND, "there is none")
        return detect_pb2.DetectResponse()


class Server:
    """Serves, and keeps the records of the calls that ended."""

    def __init__(self) -> None:
        self.ended: asyncio.Queue[CallRecord] = asyncio.Queue()
        self.drain = Drain()
        chain = [
            RecordInterceptor(lambda _, caller: caller, self.ended.put_nowait),
            CallsInterceptor(),
            ErrorInterceptor(),
            CallInterceptor(
                CallLimiter(8, 8),
                LoopLag(),
                self.drain,
                30,
                {},
                identify=None,
                quotas=Quotas(UsageTable.alone()),
            ),
            ReceiveInterceptor(10, 1 << 20),
        ]
        self.server = grpc.aio.server(interceptors=chain)
        detect_pb2_grpc.add_DetectServiceServicer_to_server(Told(), self.server)
        self.port = self.server.add_insecure_port("127.0.0.1:0")

    async def detect(self, model: str) -> CallRecord:
        """Calls it, whatever comes of that; what was recorded."""
        request = detect_pb2.DetectRequest(model=model)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{self.port}") as channel:
            stub = detect_pb2_grpc.DetectServiceStub(channel)
            try:
                await stub.Detect(request, timeout=20, metadata=(("traceparent", TRACEPARENT),))
            except grpc.aio.AioRpcError:
                assert model == "refuse" or self.drain.started
        return await asyncio.wait_for(self.ended.get(), 20)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    await server.server.start()
    yield server
    await server.server.stop(None)


async def test_a_call_is_recorded_with_what_became_known_of_it(server: Server) -> None:
    record = await server.detect("any")
    assert record.method == "ocelli.v1.DetectService/Detect"
    assert (record.code, record.reason) == ("OK", "")
    assert (record.model, record.version) == ("m", "3")
    assert record.stages_s == pytest.approx({"decode": 0.25})
    assert record.received_bytes == len(detect_pb2.DetectRequest(model="any").SerializeToString())
    assert record.peer.startswith("ipv4:127.0.0.1:")
    assert record.trace.traceparent == TraceContext(TRACEPARENT).traceparent
    assert not record.is_stream


async def test_a_failure_is_recorded_with_its_reason(server: Server) -> None:
    record = await server.detect("refuse")
    assert (record.code, record.reason) == ("NOT_FOUND", "MODEL_NOT_FOUND")


async def test_what_is_refused_before_it_is_a_call_is_recorded_too(server: Server) -> None:
    server.drain.start()
    record = await server.detect("any")
    assert (record.code, record.reason) == ("UNAVAILABLE", "DRAINING")
    assert record.received_bytes == 0
