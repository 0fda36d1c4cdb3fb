"""Calls to the Tritons behind one edge, besides inference."""

import asyncio
from typing import Any

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.triton.balancing import Balancer
from ocelli.edge.triton.faults import GONE

_SILENT = (*GONE, grpc.StatusCode.DEADLINE_EXCEEDED)


class TritonControl:
    """Asks one Triton, or all.

    Args:
        balancer: knows them.
    """

    def __init__(self, balancer: Balancer) -> None:
        self._balancer = balancer

    async def call_any(self, method: str, request: object, timeout_s: float) -> Any:  # noqa: ANN401  # tritonclient is untyped
        """The answer of the first Triton that gives one.

        Raises:
            AioRpcError: none does; what the first of them said that can be reached.
        """
        failures: list[AioRpcError] = []
        for target in await self._balancer.targets():
            try:
                return await target.call(method, request, timeout_s)
            except AioRpcError as error:
                failures.append(error)
        raise min(failures, key=lambda error: error.code() in _SILENT)

    async def call_all(
        self, method: str, request: object, timeout_s: float, *, lenient: bool = False
    ) -> list[Any]:
        """The answers of all Tritons that can be reached.

        Args:
            method: of Triton's service.
            request: of the method.
            timeout_s: for each.
            lenient: pass over errors, too, as long as there is an answer.

        Raises:
            AioRpcError: one of them answered with an error, or nobody answered.
        """
        targets = await self._balancer.targets()
        # One that is known to be out would only keep the others' answers waiting.
        asked = [target for target in targets if target.fit] or targets
        calls = (target.call(method, request, timeout_s) for target in asked)
        answers = await asyncio.gather(*calls, return_exceptions=True)
        good = [answer for answer in answers if not isinstance(answer, BaseException)]
        for error in answers:
            if not isinstance(error, BaseException):
                continue
            passable = isinstance(error, AioRpcError) and (lenient or error.code() in _SILENT)
            if not passable or not good:
                raise error
        return good
