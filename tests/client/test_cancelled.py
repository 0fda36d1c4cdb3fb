"""Calls that end as cancelled: by the caller, by the deadline, by a server that says no more."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest

from ocelli.client import (
    Cancelled,
    ChannelOptions,
    DeadlineExceeded,
    OcelliError,
    Unavailable,
    connect,
    connect_async,
)
from ocelli.v1 import detect_pb2, stream_pb2
from ocelli.v1.sdk import HINTS

BACKOFF_S = 0.1  # of the contract's policy


class Cancelling(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """Ends its first calls as cancelled, or holds them, and answers with empty messages then."""

    def __init__(self) -> None:
        self.address = ""
        self.cancels = 1
        self.holds = False
        self.called_s: list[float] = []
        self.called = threading.Event()

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any]":
        def end(context: grpc.ServicerContext) -> None:
            self.called_s.append(time.monotonic())
            self.called.set()
            if self.holds:
                while context.is_active():
                    time.sleep(0.01)
            if len(self.called_s) <= self.cancels:
                context.abort(grpc.StatusCode.CANCELLED, "")

        def unary(request: bytes, context: grpc.ServicerContext) -> bytes:
            end(context)
            return b""

        def stream(requests: Iterator[bytes], context: grpc.ServicerContext) -> Iterator[bytes]:
            next(requests)
            window = stream_pb2.StreamWindow(max_in_flight_frames=1, max_unanswered_frames=2)
            yield detect_pb2.DetectStreamResponse(window=window).SerializeToString()
            next(requests)
            next(requests)
            time.sleep(0.05)
            end(context)

        if details.method.endswith("Stream"):
            return grpc.stream_stream_rpc_method_handler(stream)
        return grpc.unary_unary_rpc_method_handler(unary)


@pytest.fixture
def server() -> Iterator[Cancelling]:
    handler = Cancelling()
    running = grpc.server(futures.ThreadPoolExecutor(4), handlers=(handler,))
    handler.address = f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}"
    running.start()
    yield handler
    running.stop(None).wait(5)


Use = Callable[..., Awaitable[Any]]
DETECT = ("detect", b"x")
STREAM = ("detect_stream", [b"x", b"y"])
CREATE = ("create", "c")


@pytest.fixture(params=["sync", "async"])
def use(server: Cancelling, request: pytest.FixtureRequest) -> Use:
    """Makes one call with one of the clients."""

    async def with_sync(name: str, argument: object, max_attempts: int = 3, **more: float) -> Any:
        options = ChannelOptions(max_attempts=max_attempts)
        with connect(server.address, options=options) as client:
            if name == "create":
                return client.collections.create(str(argument), **more)
            result = getattr(client, name)(argument, **more)
            return list(result) if name.endswith("stream") else result

    async def with_async(name: str, argument: object, max_attempts: int = 3, **more: float) -> Any:
        options = ChannelOptions(max_attempts=max_attempts)
        async with connect_async(server.address, options=options) as client:
            if name == "create":
                return await client.collections.create(str(argument), **more)
            result = getattr(client, name)(argument, **more)
            return [one async for one in result] if name.endswith("stream") else await result

    return with_sync if request.param == "sync" else with_async


def is_interrupted(error: OcelliError, address: str) -> bool:
    return (
        type(error) is Unavailable
        and f"{address}, or the connection to it, ended the call" in error.message
        and error.code is grpc.StatusCode.UNAVAILABLE
        and error.retry_after_s == BACKOFF_S
        and error.hint == HINTS["DRAINING"]
    )


async def test_a_call_that_may_be_repeated_is_after_the_backoff(
    use: Use, server: Cancelling
) -> None:
    await use(*DETECT)
    first_s, second_s = server.called_s
    assert second_s - first_s >= BACKOFF_S


async def test_there_is_one_further_attempt_and_no_more(use: Use, server: Cancelling) -> None:
    server.cancels = 9
    with pytest.raises(Unavailable) as caught:
        await use(*DETECT)
    assert is_interrupted(caught.value, server.address)
    assert len(server.called_s) == 2


async def test_a_call_that_must_not_be_repeated_is_not(use: Use, server: Cancelling) -> None:
    with pytest.raises(Unavailable) as caught:
        await use(*CREATE)
    assert is_interrupted(caught.value, server.address)
    assert len(server.called_s) == 1


async def test_nor_is_one_of_a_client_without_retries(use: Use, server: Cancelling) -> None:
    with pytest.raises(Unavailable):
        await use(*DETECT, max_attempts=1)
    assert len(server.called_s) == 1


async def test_nor_is_one_whose_time_is_up_before_the_backoff_is(
    use: Use, server: Cancelling
) -> None:
    with pytest.raises(Unavailable):
        await use(*DETECT, timeout_s=0.09)
    assert len(server.called_s) == 1


async def test_a_stream_ends_with_what_was_not_answered(use: Use, server: Cancelling) -> None:
    with pytest.raises(Unavailable) as caught:
        await use(*STREAM)
    assert is_interrupted(caught.value, server.address)
    assert caught.value.unanswered == (0, 1)
    assert len(server.called_s) == 1


@pytest.mark.parametrize("call", [DETECT, STREAM], ids=["call", "stream"])
async def test_a_deadline_is_a_deadline(
    use: Use, server: Cancelling, call: tuple[str, object]
) -> None:
    server.holds = True
    with pytest.raises(DeadlineExceeded):
        await use(*call, timeout_s=0.3)
    assert len(server.called_s) == 1


@pytest.mark.parametrize("name", ["detect", "detect_stream"])
def test_closing_the_client_is_the_callers_doing(server: Cancelling, name: str) -> None:
    server.holds = True
    client = connect(server.address)
    threading.Thread(target=lambda: server.called.wait(5) and client.close()).start()
    argument = b"x" if name == "detect" else [b"x", b"y"]
    with pytest.raises(Cancelled, match="the client is closed"):
        list(getattr(client, name)(argument))
    with pytest.raises(Cancelled, match="the client is closed"):
        list(getattr(client, name)(argument))
    assert len(server.called_s) == 1


@pytest.mark.parametrize("name", ["detect", "detect_stream"])
async def test_so_it_is_with_asyncio(server: Cancelling, name: str) -> None:
    server.holds = True
    client = connect_async(server.address)

    async def use() -> None:
        if name == "detect":
            await client.detect(b"x")
        else:
            _ = [one async for one in client.detect_stream([b"x", b"y"])]

    task = asyncio.create_task(use())
    assert await asyncio.to_thread(server.called.wait, 5)
    await client.close()
    with pytest.raises(Cancelled, match="the client is closed"):
        await task
    with pytest.raises(Cancelled, match="the client is closed"):
        await use()
    assert len(server.called_s) == 1


@pytest.mark.parametrize("name", ["detect", "detect_stream"])
async def test_a_task_that_is_cancelled_stays_so(server: Cancelling, name: str) -> None:
    server.holds = True
    async with connect_async(server.address) as client:

        async def use() -> None:
            if name == "detect":
                await client.detect(b"x")
            else:
                _ = [one async for one in client.detect_stream([b"x", b"y"], resume_s=5)]

        task = asyncio.create_task(use())
        assert await asyncio.to_thread(server.called.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(use(), 0.2)
    assert len(server.called_s) == 2


async def test_a_task_that_is_cancelled_while_it_waits_to_call_again_stays_so(
    server: Cancelling,
) -> None:
    async with connect_async(server.address) as client:
        task = asyncio.create_task(client.detect(b"x"))
        assert await asyncio.to_thread(server.called.wait, 5)
        await asyncio.sleep(BACKOFF_S / 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(2 * BACKOFF_S)
    assert len(server.called_s) == 1
