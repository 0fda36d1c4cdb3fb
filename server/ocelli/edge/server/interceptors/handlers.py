"""Handlers of the contract's rpcs, and how to put something around one.

All of them are coroutines: unary ones return their answer, streams read and write on the context.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import grpc

from ocelli.edge.services.frames import Context

RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Behaviour: TypeAlias = Callable[[Any, Context], Awaitable[Any]]
Continuation: TypeAlias = Callable[[grpc.HandlerCallDetails], Awaitable[RpcHandler]]

CONTRACT = "/ocelli.v1."


def wrap(handler: RpcHandler, around: Callable[[Behaviour], Behaviour]) -> RpcHandler:
    """The handler with its behaviour replaced by `around(behaviour)`."""
    codec = (handler.request_deserializer, handler.response_serializer)
    stream: Any = handler.stream_stream
    if stream is not None:
        return grpc.stream_stream_rpc_method_handler(around(stream), *codec)
    unary: Any = handler.unary_unary
    return grpc.unary_unary_rpc_method_handler(around(unary), *codec)
