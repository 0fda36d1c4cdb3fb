"""Takes the messages of the contract's rpcs off the wire, and puts answers on it, under limits.

gRPC would read and parse a unary request before any of our code runs, for as long as the caller
takes to send it, and would end what it cannot parse, or an answer that is too large, without a
reason. So every rpc is served in raw bytes: a single request as a stream of one, which is the same
on the wire and no slower (a sixth less CPU for a request of 300 KB).
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from ocelli.edge.call import current_call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.observability.call_record import current_record
from ocelli.edge.scheduling.quota.held_bytes import HeldBytes
from ocelli.edge.server.interceptors.handlers import (
    EOF,
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    streams,
)


class ReceiveInterceptor(ContractInterceptor):
    """Reads requests and writes answers. Inside the interceptors that turn errors into statuses.

    Streams of requests reach their service unparsed: it parses them by `parse`.

    Args:
        max_receive_s: longest that a single request may take to arrive, once its call has begun.
        max_message_bytes: largest answer.
    """

    def __init__(self, max_receive_s: float, max_message_bytes: int) -> None:
        super().__init__()
        self._max_receive_s = max_receive_s
        self._max_message_bytes = max_message_bytes

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:  # noqa: ARG002  # one shape
        """The handler in bytes."""
        deserialize: Any = handler.request_deserializer or _as_it_is
        serialize: Any = handler.response_serializer or _as_it_is
        if handler.unary_stream is not None:
            generator: Any = handler.unary_stream
            writing = partial(self._write, generator, deserialize, serialize)
            return grpc.stream_stream_rpc_method_handler(_coroutine(writing), None, None)
        if streams(handler):
            stream: Any = handler.stream_stream
            return grpc.stream_stream_rpc_method_handler(stream, None, handler.response_serializer)
        unary: Any = handler.unary_unary
        behaviour = partial(self._serve, unary, deserialize, serialize)
        return grpc.stream_unary_rpc_method_handler(_coroutine(behaviour), None, None)

    async def _serve(
        self,
        behaviour: Behaviour,
        deserialize: Callable[[bytes], Any],
        serialize: Callable[[Any], bytes],
        context: Context,
    ) -> bytes:
        # Nothing here may hold the request longer than its service does.
        with HeldBytes(current_call().quota) as held:
            return self._checked(
                serialize(
                    await behaviour(parse(deserialize, await self._read(context, held)), context)
                )
            )

    async def _write(
        self,
        generator: Callable[[Any, Context], AsyncGenerator[Any, None]],
        deserialize: Callable[[bytes], Any],
        serialize: Callable[[Any], bytes],
        context: Context,
    ) -> None:
        with HeldBytes(current_call().quota) as held:
            request = parse(deserialize, await self._read(context, held))
            async with contextlib.aclosing(generator(request, context)) as answers:
                async for answer in answers:
                    await context.write(self._checked(serialize(answer)))

    async def _read(self, context: Context, held: HeldBytes) -> bytes:
        """The one request of a call."""
        deadline = current_call().deadline
        try:
            async with asyncio.timeout(min(self._max_receive_s, deadline.remaining_s())):
                raw = await context.read()
        except TimeoutError:
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                f"the request did not arrive within {self._max_receive_s:g} s, or within its "
                "deadline; send it faster, or less",
            ) from None
        if raw is EOF:
            raise OcelliError(Reason.STREAM_PROTOCOL, "the call ended without a request; send one")
        held.add(len(raw))
        received: bytes = raw
        count_received(received)
        return received

    def _checked(self, answer: bytes) -> bytes:
        if len(answer) > self._max_message_bytes:
            raise answer_too_large(len(answer), self._max_message_bytes)
        count_sent(len(answer))
        return answer


def count_received(request: bytes) -> None:
    """Notes a request, or a message of its stream, in the record of this task's call."""
    record = current_record()
    if record is not None:
        record.received_bytes += len(request)


def count_sent(size_bytes: int) -> None:
    """Notes an answer, or a message of its stream, in the record of this task's call."""
    record = current_record()
    if record is not None:
        record.sent_bytes += size_bytes


def _as_it_is(raw: bytes) -> bytes:
    return raw


def parse(deserialize: Callable[[bytes], Any], raw: bytes) -> Any:  # noqa: ANN401  # any message
    """A message off the wire.

    Raises:
        OcelliError: MESSAGE_INVALID.
    """
    try:
        return deserialize(raw)
    except DecodeError as error:
        raise OcelliError(
            Reason.MESSAGE_INVALID,
            f"the {len(raw)} bytes of the message cannot be parsed ({error}); send the message "
            "that this call takes, nested at most 32 deep",
        ) from None


def answer_too_large(size_bytes: int, max_bytes: int) -> OcelliError:
    """The error in place of an answer that the client was told not to expect."""
    return OcelliError(
        Reason.ANSWER_TOO_LARGE,
        f"the answer has {size_bytes} bytes, and a message at most {max_bytes}; ask for less at "
        "once: a smaller page or limit, fewer ids, no vectors or payloads",
        quota="max_message_bytes",
    )


def _coroutine(behaviour: Callable[[Context], Any]) -> Behaviour:
    async def served(_requests: object, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        return await behaviour(context)

    return served
