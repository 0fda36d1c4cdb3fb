"""Keeps what becomes known of each call, for its trace and its line in the access log."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ocelli.edge.observability.call_record import CallRecord, enter_record
from ocelli.edge.observability.trace_context import TraceContext
from ocelli.edge.server.interceptors.handlers import (
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    streams,
    wrap,
)
from ocelli.edge.server.trace_metadata import caller_trace


class RecordInterceptor(ContractInterceptor):
    """Makes a record before anything may refuse the call, and hands it on when the call has ended.

    Args:
        begin: makes of a method and the caller's place in a trace that of the call.
        on_end: takes the record of a call that has ended; must be quick.
    """

    def __init__(
        self,
        begin: Callable[[str, TraceContext], TraceContext],
        on_end: Callable[[CallRecord], None],
    ) -> None:
        super().__init__()
        self._begin = begin
        self._on_end = on_end

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:
        """The handler, which then finds its record."""
        return wrap(handler, partial(self._around, method, streams(handler)))

    def _around(
        self,
        method: str,
        is_stream: bool,  # noqa: FBT001  # bound by partial
        behaviour: Behaviour,
    ) -> Behaviour:
        async def recorded(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
            trace = self._begin(method, caller_trace(context))
            record = CallRecord(method, context.peer(), trace, is_stream=is_stream)
            enter_record(record)
            try:
                return await behaviour(request, context)
            finally:
                trace.end(record.code, _known(record))
                self._on_end(record)

        return recorded


def _known(record: CallRecord) -> dict[str, str | int]:
    """What is known of a call, as attributes of its span, by OpenTelemetry's names."""
    known: dict[str, str | int] = {
        "enduser.id": record.principal,
        "error.type": record.reason,
        "ocelli.model": record.model,
        "ocelli.model.version": record.version,
        "ocelli.received_bytes": record.received_bytes,
        "ocelli.sent_bytes": record.sent_bytes,
        **{f"ocelli.frames.{outcome}": count for outcome, count in record.frames.items()},
    }
    return {name: value for name, value in known.items() if value}
