"""Streams that go on when their callers leave, over a real connection."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.kept_tasks import KeptTasks
from ocelli.edge.triton.carried_stream import CarriedStream

METHOD = "/test.Echo/Stream"
ASKED = 5


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    """Of a server that answers each message with itself."""

    async def echo(requests: AsyncIterator[bytes], _: Any) -> AsyncIterator[bytes]:
        async for request in requests:
            yield request

    handlers = {"Stream": grpc.stream_stream_rpc_method_handler(echo)}
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


async def test_what_was_asked_before_a_refused_request_is_answered(
    channel: grpc.aio.Channel,
) -> None:
    async def requests() -> AsyncIterator[bytes]:
        for number in range(ASKED):
            yield bytes([number])
        raise OcelliError(Reason.MODEL_DENIED, "not the caller's")

    answers = []
    with pytest.raises(OcelliError, match="not the caller's"):
        async with aclosing(
            CarriedStream(channel.stream_stream(METHOD)).run(requests(), KeptTasks())
        ) as stream:
            async for answer in stream:
                answers.append(answer)  # noqa: PERF401  # those before the error count
    assert answers == [bytes([number]) for number in range(ASKED)]
