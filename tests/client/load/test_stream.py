"""Load of one stream, on servers that break it and that change its window."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import grpc.aio

from ocelli.client.load import Plan
from ocelli.client.load.meter import Meter
from ocelli.client.load.pace import ClosedPace
from ocelli.client.load.requests import frames
from ocelli.client.load.stream import FrameDriver
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2

Requests = AsyncIterator[detect_pb2.DetectStreamRequest]

ANSWER = detect_pb2.DetectStreamResponse(
    answer=detect_pb2.DetectFrameAnswer(result=detect_pb2.DetectResult())
)


def window(unanswered: int) -> detect_pb2.DetectStreamResponse:
    granted = stream_pb2.StreamWindow(max_in_flight_frames=1, max_unanswered_frames=unanswered)
    return detect_pb2.DetectStreamResponse(window=granted)


@asynccontextmanager
async def serving(servicer: detect_pb2_grpc.DetectServiceServicer) -> AsyncIterator[str]:
    server = grpc.aio.server()
    detect_pb2_grpc.add_DetectServiceServicer_to_server(servicer, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield address
    await server.stop(None)


async def load(address: str, *, in_flight: int, duration_s: float) -> tuple[FrameDriver, Meter]:
    end_s = asyncio.get_running_loop().time() + duration_s
    meter = Meter(end_s - duration_s, end_s)
    async with grpc.aio.insecure_channel(address) as channel:
        driver = FrameDriver(
            channel,
            frames(Plan(address, (b"x",), mode="stream"), ""),
            ClosedPace(end_s),
            meter,
            in_flight=in_flight,
            end_s=end_s,
            timeout_s=5,
            address=address,
        )
        await asyncio.wait_for(driver.run(), 10)
    return driver, meter


class Breaking(detect_pb2_grpc.DetectServiceServicer):
    """Answers three frames of each stream and breaks it."""

    streams = 0

    async def DetectStream(  # type: ignore[override]  # noqa: N802  an asyncio servicer
        self, request_iterator: Requests, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[detect_pb2.DetectStreamResponse]:
        self.streams += 1
        await anext(request_iterator)
        yield window(4)
        for _ in range(3):
            await anext(request_iterator)
            yield ANSWER
        await context.abort(grpc.StatusCode.UNAVAILABLE, "going away")


async def test_a_stream_that_breaks_is_counted_and_opened_anew() -> None:
    servicer = Breaking()
    async with serving(servicer) as address:
        _, meter = await load(address, in_flight=4, duration_s=0.5)
    assert servicer.streams > 1
    assert meter.outcomes["result"] == 3 * servicer.streams
    assert {"UNAVAILABLE"} <= set(meter.errors) <= {"UNAVAILABLE", "STREAM_ENDED_EARLY"}
    assert servicer.streams <= meter.errors.total() <= 4 * servicer.streams


class Resizing(detect_pb2_grpc.DetectServiceServicer):
    """Lets four frames be unanswered, then two, and sees how many are at once."""

    def __init__(self) -> None:
        self.most_unanswered = [0, 0]

    async def DetectStream(  # type: ignore[override]  # noqa: N802  an asyncio servicer
        self, request_iterator: Requests, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[detect_pb2.DetectStreamResponse]:
        await anext(request_iterator)
        yield window(4)
        unanswered = 0
        for _ in range(4):
            await anext(request_iterator)
            unanswered += 1
        self.most_unanswered[0] = unanswered
        yield window(2)
        for _ in range(3):
            yield ANSWER
            unanswered -= 1
        async for _ in request_iterator:
            unanswered += 1
            self.most_unanswered[1] = max(self.most_unanswered[1], unanswered)
            if unanswered == 2:
                yield ANSWER
                unanswered -= 1
        while unanswered:
            yield ANSWER
            unanswered -= 1


async def test_the_servers_latest_window_holds() -> None:
    servicer = Resizing()
    async with serving(servicer) as address:
        driver, meter = await load(address, in_flight=8, duration_s=0.3)
    assert servicer.most_unanswered == [4, 2]
    assert driver.granted == 2
    assert meter.errors == {}
    assert meter.outcomes["result"] > 4
