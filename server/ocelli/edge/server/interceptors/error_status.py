"""Turns what a service raises into the status that the contract documents."""

import logging
from typing import Any, NoReturn

import grpc
from grpc.aio import AbortError

from ocelli.edge.errors import OcelliError, internal_fault
from ocelli.edge.server.interceptors.handlers import (
    CONTRACT,
    Behaviour,
    Context,
    Continuation,
    RpcHandler,
    wrap,
)
from ocelli.edge.server.status import CODES, grpc_message, trailers

_log = logging.getLogger(__name__)


class ErrorInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[type-arg]  # not at run time
    """Ends failed calls of the contract's services with a `google.rpc.Status` in the trailers.

    An exception that is no `OcelliError` is a bug: the caller gets INTERNAL with an id, the log the
    traceback under the same id.
    """

    def __init__(self, prefix: str = CONTRACT) -> None:
        self._prefix = prefix
        self._wrapped: dict[str, RpcHandler] = {}

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> RpcHandler:
        """The call's handler, made to fail as documented."""
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None:
            return known
        handler = await continuation(handler_call_details)
        if handler is None or not method.startswith(self._prefix):
            return handler
        self._wrapped[method] = wrap(handler, _guard)
        return self._wrapped[method]


def _guard(behaviour: Behaviour) -> Behaviour:
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
    await context.abort(CODES[error.reason], grpc_message(error), trailers(error))
