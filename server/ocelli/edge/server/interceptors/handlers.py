"""Handlers of rpcs as coroutines, and how interceptors put something around them."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import grpc
from grpc import aio

Context: TypeAlias = aio.ServicerContext[Any, Any]
RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Behaviour: TypeAlias = Callable[[Any, Context], Awaitable[Any]]
"""Of a unary answer it returns the message; of a stream of answers it writes them and returns None.
Its first argument is the request or, if the caller streams, an iterator of them."""
Continuation: TypeAlias = Callable[[grpc.HandlerCallDetails], Awaitable[RpcHandler]]

_SERVED = ("/ocelli.v1.", "/inference.GRPCInferenceService/")
EOF = aio.EOF  # type: ignore[attr-defined]  # its stubs leave it out

_MAKERS = {
    "unary_unary": grpc.unary_unary_rpc_method_handler,
    "unary_stream": grpc.unary_stream_rpc_method_handler,
    "stream_unary": grpc.stream_unary_rpc_method_handler,
    "stream_stream": grpc.stream_stream_rpc_method_handler,
}


class ContractInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # not at run time
    """Puts something around the rpcs that do work, once for each; others pass untouched.

    Those are the contract's, and Triton's own where the edge takes its place.
    """

    def __init__(self) -> None:
        self._wrapped: dict[str, RpcHandler] = {}

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> RpcHandler:
        """The call's handler, changed."""
        path = handler_call_details.method
        known = self._wrapped.get(path)
        if known is not None:
            return known
        handler = await continuation(handler_call_details)
        if handler is None or not does_work(path):
            return handler
        self._wrapped[path] = self.change(path.removeprefix("/"), handler)
        return self._wrapped[path]

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:
        """What serves a method, `ocelli.v1.DetectService/Detect`, instead of its handler."""
        raise NotImplementedError


def does_work(path: str) -> bool:
    """Whether an rpc, `/ocelli.v1.DetectService/Detect`, or a service does work for callers."""
    return path.startswith(_SERVED)


def streams(handler: RpcHandler) -> bool:
    """Whether the rpc answers with a stream.

    Its requests do not tell: a single one is read as a stream of one.
    """
    return bool(handler.response_streaming)


def wrap(handler: RpcHandler, around: Callable[[Behaviour], Behaviour]) -> RpcHandler:
    """The handler, of any of the four kinds, with `around` put around its behaviour."""
    kind = next(kind for kind in _MAKERS if getattr(handler, kind) is not None)
    behaviour: Any = getattr(handler, kind)
    if inspect.isasyncgenfunction(behaviour):
        behaviour = _writing(behaviour)
    make: Any = _MAKERS[kind]
    made: RpcHandler = make(
        around(behaviour), handler.request_deserializer, handler.response_serializer
    )
    return made


def _writing(generator: Callable[[Any, Context], Any]) -> Behaviour:
    """A generator of answers as a coroutine that writes them: `around` then sees where it ends."""

    async def behaviour(request: Any, context: Context) -> None:  # noqa: ANN401  # any rpc's messages
        async for answer in generator(request, context):
            await context.write(answer)

    return behaviour
