"""Counts the calls of the contract's services, however they end."""

import asyncio
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc.aio import AbortError

from ocelli.edge.errors import Reason
from ocelli.edge.observability.call_record import current_record
from ocelli.edge.observability.definitions import (
    CALL_SECONDS,
    CALLS,
    CALLS_IN_FLIGHT,
    STREAMS_OPEN,
    create_fixed_series,
    create_series,
)
from ocelli.edge.observability.trace_context import exemplar
from ocelli.edge.server.interceptors.handlers import (
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    does_work,
    streams,
    wrap,
)
from ocelli.edge.server.status import CODES

_NAMES = {code.value[0]: code.name for code in grpc.StatusCode}


def create_method_series(services: Iterable[ServiceDescriptor]) -> None:
    """Has every series of the contract's methods exist before the first call.

    Args:
        services: those that are served; others than the contract's are left out.
    """
    unary: list[str] = []
    streaming: list[str] = []
    for service in services:
        if does_work(f"/{service.full_name}/"):
            for method in service.methods:
                streamed = method.client_streaming or method.server_streaming
                (streaming if streamed else unary).append(f"{service.full_name}/{method.name}")
    codes = {"OK", "CANCELLED", "DEADLINE_EXCEEDED", *(code.name for code in CODES.values())}
    create_series(
        unary_methods=unary,
        stream_methods=streaming,
        codes=sorted(codes),
    )
    create_fixed_series(reason.value for reason in Reason)


class CallsInterceptor(ContractInterceptor):
    """Counts calls by method and status code, times the unary ones and knows the open streams.

    Outside of those that turn errors into statuses, so that it sees the status that the caller
    gets. Only rpcs that exist are counted: what a caller may invent makes no label.
    """

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:
        """The handler, counted."""
        around = _stream if streams(handler) else _unary
        return wrap(handler, partial(around, method))


def _unary(method: str, behaviour: Behaviour) -> Behaviour:
    seconds = CALL_SECONDS.labels(method)
    in_flight = CALLS_IN_FLIGHT.labels(method)
    counted = _counted(method, behaviour)

    async def timed(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        began_s = time.perf_counter()
        in_flight.inc()
        try:
            return await counted(request, context)
        finally:
            in_flight.dec()
            seconds.observe(time.perf_counter() - began_s, exemplar())

    return timed


def _stream(method: str, behaviour: Behaviour) -> Behaviour:
    streams = STREAMS_OPEN.labels(method)
    counted = _counted(method, behaviour)

    async def opened(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        streams.inc()
        try:
            return await counted(request, context)
        finally:
            streams.dec()

    return opened


def _counted(method: str, behaviour: Behaviour) -> Behaviour:
    served = CALLS.labels(method, grpc.StatusCode.OK.name)

    async def counted(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        try:
            answer = await behaviour(request, context)
        except AbortError:
            _ended(method, _aborted_with(context))
            raise
        except asyncio.CancelledError:
            _ended(method, _cancelled_for(context))
            raise
        except BaseException:
            _ended(method, _failed_with(context))
            raise
        served.inc()
        _note(grpc.StatusCode.OK.name)
        return answer

    return counted


def _ended(method: str, code: str) -> None:
    CALLS.labels(method, code).inc()
    _note(code)


def _note(code: str) -> None:
    record = current_record()
    if record is not None:
        record.code = code


def _aborted_with(context: Context) -> str:
    code: Any = context.code()
    return _NAMES.get(code, grpc.StatusCode.UNKNOWN.name) if isinstance(code, int) else code.name


def _failed_with(context: Context) -> str:
    """What a call counts as whose behaviour raised: its caller may have left before its status."""
    return _cancelled_for(context) if context.done() else grpc.StatusCode.UNKNOWN.name


def _cancelled_for(context: Context) -> str:
    """Why the call was cancelled: its deadline passed, or its caller (or the drain) ended it."""
    remaining_s = context.time_remaining()
    if remaining_s is not None and remaining_s <= 0:
        return grpc.StatusCode.DEADLINE_EXCEEDED.name
    return grpc.StatusCode.CANCELLED.name
