"""Calls to every Triton behind one edge, besides inference."""

import asyncio
from typing import Any

import grpc
from grpc.aio import AioRpcError
from tritonclient.grpc import service_pb2_grpc

from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.balancing import Options

_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class TritonControl:
    """A small channel to each Triton.

    Args:
        access: where the Tritons are.
        options: of the channels.
    """

    def __init__(self, access: TritonAccess, options: Options) -> None:
        self._channels = [access.open(target, options) for target in access.targets]
        self._metadata = access.metadata or None
        self._stubs = [
            service_pb2_grpc.GRPCInferenceServiceStub(channel) for channel in self._channels
        ]

    async def call_any(self, method: str, request: object, timeout_s: float) -> Any:  # noqa: ANN401
        """The answer of the first Triton that gives one; the one that did is asked first next time.

        Raises:
            AioRpcError: the answer is an error, or nobody answered.
        """
        for stub in tuple(self._stubs):
            try:
                answer = await self._ask(stub, method, request, timeout_s)
            except AioRpcError as error:
                if error.code() not in _GONE or stub is self._stubs[-1]:
                    raise
                self._stubs.remove(stub)
                self._stubs.append(stub)
            else:
                return answer
        raise AssertionError("there is at least one Triton")

    async def call_all(self, method: str, request: object, timeout_s: float) -> list[Any]:
        """The answers of all Tritons that can be reached.

        Raises:
            AioRpcError: one of them answered with an error, or nobody answered.
        """
        calls = (self._ask(stub, method, request, timeout_s) for stub in self._stubs)
        answers = await asyncio.gather(*calls, return_exceptions=True)
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        good = [answer for answer in answers if not isinstance(answer, BaseException)]
        for error in failed:
            if not isinstance(error, AioRpcError) or error.code() not in _GONE or not good:
                raise error
        return good

    async def close(self) -> None:
        """Closes the channels; calls in flight fail."""
        await asyncio.gather(*(channel.close(None) for channel in self._channels))

    async def _ask(self, stub: Any, method: str, request: object, timeout_s: float) -> Any:  # noqa: ANN401
        return await getattr(stub, method)(request, timeout=timeout_s, metadata=self._metadata)
