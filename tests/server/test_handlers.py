"""Rpcs of all four kinds, written in both of grpc.aio's ways, with something put around them."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.call_limiter import CallLimiter
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.scheduling.loop_lag import LoopLag
from ocelli.edge.scheduling.quota.limited_quota import Quotas
from ocelli.edge.scheduling.quota.usage_table import UsageTable
from ocelli.edge.server.interceptors.call_context import CallInterceptor
from ocelli.edge.server.interceptors.call_metrics import CallsInterceptor
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor

Texts = AsyncIterator[StringValue]
PARSE, SERIALIZE = StringValue.FromString, StringValue.SerializeToString


def check(text: StringValue) -> StringValue:
    if text.value == "fail":
        raise OcelliError(Reason.IMAGE_CORRUPT, "it is damaged")
    return StringValue(value=text.value.upper())


async def unary_unary(request: StringValue, context: Any) -> StringValue:
    return check(request)


async def unary_stream(request: StringValue, context: Any) -> AsyncIterator[StringValue]:
    for _ in range(3):
        yield check(request)


async def unary_stream_writing(request: StringValue, context: Any) -> None:
    for _ in range(3):
        await context.write(check(request))


async def stream_unary(requests: AsyncIterator[StringValue], context: Any) -> StringValue:
    texts = [check(request).value async for request in requests]
    return StringValue(value="".join(texts))


async def stream_stream(
    requests: AsyncIterator[StringValue], context: Any
) -> AsyncIterator[StringValue]:
    async for request in requests:
        yield check(request)


async def stream_stream_writing(requests: AsyncIterator[StringValue], context: Any) -> None:
    async for request in requests:
        await context.write(check(request))


BEHAVIOURS = {
    "unary_unary": (unary_unary, "unary_unary"),
    "unary_stream": (unary_stream, "unary_stream"),
    "unary_stream, writing": (unary_stream_writing, "unary_stream"),
    "stream_unary": (stream_unary, "stream_unary"),
    "stream_stream": (stream_stream, "stream_stream"),
    "stream_stream, writing": (stream_stream_writing, "stream_stream"),
}


async def answers(channel: grpc.aio.Channel, kind: str, text: str) -> list[str]:
    call: Any = getattr(channel, kind)("/ocelli.v1.Any/Rpc", SERIALIZE, PARSE)
    message = StringValue(value=text)
    asked, answered = kind.split("_")
    call = call(message if asked == "unary" else iter([message, message]))
    if answered == "unary":
        return [(await call).value]
    return [answer.value async for answer in call]


@pytest.mark.parametrize("name", BEHAVIOURS)
async def test_an_rpc_of_any_kind_answers_and_fails_as_documented(name: str) -> None:
    behaviour, kind = BEHAVIOURS[name]
    handler = getattr(grpc, f"{kind}_rpc_method_handler")(behaviour, PARSE, SERIALIZE)
    interceptors = [
        CallsInterceptor(),
        ErrorInterceptor(),
        CallInterceptor(
            CallLimiter(10, 10),
            LoopLag(),
            Drain(),
            30,
            {},
            identify=None,
            quotas=Quotas(UsageTable.alone()),
        ),
    ]
    server = grpc.aio.server(interceptors=interceptors)
    handlers = grpc.method_handlers_generic_handler("ocelli.v1.Any", {"Rpc": handler})
    server.add_generic_rpc_handlers((handlers,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            for _ in range(2):
                expected = {
                    "unary_unary": ["A"],
                    "unary_stream": ["A"] * 3,
                    "stream_unary": ["AA"],
                    "stream_stream": ["A", "A"],
                }[kind]
                assert await answers(channel, kind, "a") == expected
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await answers(channel, kind, "fail")
            assert failed.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert "grpc-status-details-bin" in dict(failed.value.trailing_metadata())
    finally:
        await server.stop(None)
