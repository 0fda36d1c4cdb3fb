"""Counts calls and streams against the quotas of who makes them, before a request is read."""

from typing import Any

from ocelli.edge.call import current_call
from ocelli.edge.server.interceptors.handlers import (
    Behaviour,
    Context,
    ContractInterceptor,
    RpcHandler,
    streams,
    wrap,
)


class QuotaInterceptor(ContractInterceptor):
    """Refuses the calls that their principal may not make now. It finds the `Call`."""

    def change(self, method: str, handler: RpcHandler) -> RpcHandler:  # noqa: ARG002  # one shape
        """The handler, counted."""
        return wrap(handler, _counted_stream if streams(handler) else _counted)


def _counted(behaviour: Behaviour) -> Behaviour:
    async def counted(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        current_call().quota.take_call()
        return await behaviour(request, context)

    return counted


def _counted_stream(behaviour: Behaviour) -> Behaviour:
    async def counted(request: Any, context: Context) -> Any:  # noqa: ANN401  # any rpc's messages
        quota = current_call().quota
        quota.take_call()
        quota.open_stream()
        try:
            return await behaviour(request, context)
        finally:
            quota.close_stream()

    return counted
