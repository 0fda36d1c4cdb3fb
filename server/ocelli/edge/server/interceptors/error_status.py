"""Turns what a service raises into the status that the contract documents."""

import logging
from typing import Any, NoReturn

from grpc.aio import AbortError

from ocelli.edge.errors import OcelliError, internal_fault, release_frames
from ocelli.edge.observability.call_record import current_record
from ocelli.edge.observability.error_metrics import count_error
from ocelli.edge.server.interceptors.handlers import (
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    wrap,
)
from ocelli.edge.server.status import CODES, grpc_message, trailers

_log = logging.getLogger(__name__)


class ErrorInterceptor(ContractInterceptor):
    """Ends failed calls of the contract's services with a `google.rpc.Status` in the trailers.

    An exception that is no `OcelliError` is a bug: the caller gets INTERNAL with an id, the log the
    traceback under the same id.
    """

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:  # noqa: ARG002  # one shape
        """The handler, made to fail as documented."""
        return wrap(handler, _guard)


def _guard(behaviour: Behaviour) -> Behaviour:
    async def guarded(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        try:
            return await behaviour(request, context)
        except AbortError as aborted:
            release_frames(aborted)  # the context keeps it, and its frames keep the context
            raise
        except OcelliError as error:
            await _abort(context, error)
        except Exception as error:  # noqa: BLE001  # the last stop of a bug
            await _abort(context, internal_fault(_log, error))

    return guarded


async def _abort(context: Context, error: OcelliError) -> NoReturn:
    count_error("call", error)
    record = current_record()
    if record is not None:
        record.reason = error.reason.value
    await context.abort(CODES[error.reason], grpc_message(error), trailers(error))
