"""What a failed call worked on goes with its error: nothing waits for the garbage collector.

An image may have tens of megabytes, and an idle program collects seldom. So no error may be part of
a cycle: by a local name in a frame of its own traceback, or by an object that holds both.
"""

import asyncio
import contextlib
import gc
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import Any

import grpc
import numpy as np
import pytest

from ocelli.client import OcelliError, connect, connect_async
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2

WINDOW = detect_pb2.DetectStreamResponse(
    window=stream_pb2.StreamWindow(
        max_in_flight_frames=1,
        max_unanswered_frames=1,
        model="m",
        overflow_policy=stream_pb2.OVERFLOW_POLICY_BLOCK,
    )
)


class Refusing(detect_pb2_grpc.DetectServiceServicer):
    """Refuses every image, or ends its stream, once it has it."""

    def Detect(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # gRPC
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "refused")

    def DetectStream(self, requests: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802  # gRPC
        next(requests)
        yield WINDOW
        for request in requests:
            if request.frame.frame_id == 1:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "refused")
            answer = detect_pb2.DetectFrameAnswer(frame_id=request.frame.frame_id)
            answer.result.SetInParent()
            yield detect_pb2.DetectStreamResponse(answer=answer)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(4))
    detect_pb2_grpc.add_DetectServiceServicer_to_server(Refusing(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


class Pictures:
    """Makes images and knows which of them still exist."""

    def __init__(self) -> None:
        self._made: list[weakref.ref[np.ndarray[Any, Any]]] = []

    def new(self) -> np.ndarray[Any, Any]:
        made = np.zeros((4, 4, 3), np.uint8)
        self._made.append(weakref.ref(made))
        return made

    def left(self) -> int:
        """How many are still there, once whoever is about to leave has left."""
        assert self._made
        until_s = time.monotonic() + 2
        while (left := sum(ref() is not None for ref in self._made)) and time.monotonic() < until_s:
            time.sleep(0.01)
        return left

    async def left_in_loop(self) -> int:
        for _ in range(20):
            await asyncio.sleep(0.005)
        return await asyncio.to_thread(self.left)


@contextmanager
def uncollected() -> Iterator[Pictures]:
    """No collection, but by reference counts."""
    gc.collect()
    gc.disable()
    try:
        yield Pictures()
    finally:
        gc.enable()


def broken(pictures: Pictures) -> Iterator[Any]:
    yield pictures.new()
    raise RuntimeError("the camera is gone")


def plain(pictures: Pictures) -> Iterator[Any]:
    for _ in range(3):
        yield pictures.new()


async def in_loop(items: Iterator[Any]) -> AsyncIterator[Any]:
    for item in items:
        yield item


SOURCES: dict[str, Callable[[Pictures], Iterator[Any]]] = {"broken": broken, "plain": plain}


def test_a_refused_call_holds_nothing(address: str) -> None:
    with uncollected() as pictures, connect(address) as client:
        for _ in range(3):
            with contextlib.suppress(OcelliError):
                client.detect(pictures.new())
        assert pictures.left() == 0


@pytest.mark.parametrize("resume_s", [0, 5])
@pytest.mark.parametrize("source", SOURCES)
def test_a_failed_stream_holds_nothing(address: str, source: str, resume_s: float) -> None:
    with uncollected() as pictures, connect(address) as client:
        with contextlib.suppress(OcelliError, RuntimeError):
            for _ in client.detect_stream(SOURCES[source](pictures), resume_s=resume_s):
                pass
        assert pictures.left() == 0


async def test_a_refused_call_of_asyncio_holds_nothing(address: str) -> None:
    with uncollected() as pictures:
        async with connect_async(address) as client:
            for _ in range(3):
                with contextlib.suppress(OcelliError):
                    await client.detect(pictures.new())
            assert await pictures.left_in_loop() == 0


@pytest.mark.parametrize("resume_s", [0, 5])
@pytest.mark.parametrize("source", SOURCES)
async def test_a_failed_stream_of_asyncio_holds_nothing(
    address: str, source: str, resume_s: float
) -> None:
    with uncollected() as pictures:
        async with connect_async(address) as client:
            items = in_loop(SOURCES[source](pictures))
            with contextlib.suppress(OcelliError, RuntimeError):
                async for _ in client.detect_stream(items, resume_s=resume_s):
                    pass
            del items
            assert await pictures.left_in_loop() == 0


async def test_a_cancelled_call_holds_nothing(address: str) -> None:
    with uncollected() as pictures:
        async with connect_async(address) as client:
            for _ in range(3):
                call = asyncio.create_task(client.detect(pictures.new()))
                await asyncio.sleep(0)
                call.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await call
                del call
            assert await pictures.left_in_loop() == 0
