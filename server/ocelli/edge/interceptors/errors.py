"""Turns what a service raises into the status that the contract documents."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeAlias

import grpc
from grpc.aio import AbortError

from ocelli.edge.errors import OcelliError, internal_fault
from ocelli.edge.services.frames import Context

_log = logging.getLogger(__name__)

_DETAILS_KEY = "grpc-status-details-bin"
RpcHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Handler: TypeAlias = Callable[[Any, Context], Awaitable[Any]]


class ErrorInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # not at run time
    """Ends failed calls of the contract's services with a `google.rpc.Status` in the trailers.

    An exception that is no `OcelliError` is a bug: the caller gets INTERNAL with an id, the log the
    traceback under the same id.
    """

    def __init__(self, prefix: str = "/ocelli.v1.") -> None:
        self._prefix = prefix
        self._wrapped: dict[str, RpcHandler] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[RpcHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> RpcHandler:
        """The call's handler, made to fail as documented."""
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return known
        handler = await continuation(handler_call_details)
        if handler is None or not method.startswith(self._prefix):
            return handler
        self._wrapped[method] = _wrap(handler)
        return self._wrapped[method]


def _wrap(handler: RpcHandler) -> RpcHandler:
    codec = (handler.request_deserializer, handler.response_serializer)
    stream: Any = handler.stream_stream
    if stream is not None:
        return grpc.stream_stream_rpc_method_handler(_guard(stream), *codec)
    unary: Any = handler.unary_unary
    return grpc.unary_unary_rpc_method_handler(_guard(unary), *codec)


def _guard(behaviour: Handler) -> Handler:
    async def guarded(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        try:
            return await behaviour(request, context)
        except AbortError:
            raise
        except OcelliError as error:
            await _abort(context, error)
        except Exception as error:  # noqa: BLE001  # the last stop of a bug
            await _abort(context, internal_fault(_log, error))

    return guarded


async def _abort(context: Context, error: OcelliError) -> NoReturn:
    status = error.to_status().SerializeToString()
    await context.abort(error.code, error.message, ((_DETAILS_KEY, status),))
