"""One Triton: its channel, and what is known of its fitness."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import grpc
from grpc.aio import AioRpcError
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.edge.triton.access import Metadata

_log = logging.getLogger(__name__)

_INFER = "/inference.GRPCInferenceService/ModelInfer"
_PROBE_INTERVAL_S = 0.5
_PROBE_TIMEOUT_S = 2.0


class Target:
    """One of the Tritons behind an edge.

    Inference and everything else share one channel: whoever was asked for its models is connected
    for inference as well.

    Args:
        address: for people.
        channel: to it.
        metadata: sent with every call of `call`.

    Attributes:
        infer: ModelInfer with a serialised request.
        fit: whether it takes requests, as far as is known.
    """

    def __init__(self, address: str, channel: grpc.aio.Channel, metadata: Metadata) -> None:
        self.address = address
        self.fit = False
        self.infer = channel.unary_unary(
            _INFER,
            request_serializer=None,
            response_deserializer=service_pb2.ModelInferResponse.FromString,
        )
        self._channel = channel
        self._raw: dict[str, Callable[..., Any]] = {}
        self._stub: Any = service_pb2_grpc.GRPCInferenceServiceStub(channel)
        self._metadata = metadata or None
        self._known = False
        self._avoided: dict[str, float] = {}
        self._due = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    def serves(self, model: str) -> bool:
        """Whether it is expected to answer requests for a model."""
        return self.fit and model not in self._avoided

    def avoid(self, model: str, duration_s: float = 0.0) -> None:
        """Is not to get requests for a model: for a while, and then until it has the model ready.

        It is asked at once whether it takes requests at all.
        """
        if model not in self._avoided:
            self._due.set()
        self._avoided[model] = time.monotonic() + duration_s

    def lose(self, reason: str) -> None:
        """Is not to get requests until it answers a probe."""
        if self.fit or not self._known:
            _log.warning("Triton %s takes no calls: %s", self.address, reason)
            self._due.set()
        self.fit = False
        self._known = True

    def watch(self) -> None:
        """Probes it from now on, until `close`."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._keep_probing())

    async def call(self, method: str, request: object, timeout_s: float) -> Any:  # noqa: ANN401  # tritonclient is untyped
        """Anything but inference.

        Raises:
            AioRpcError: it failed.
        """
        call = getattr(self._stub, method)
        answer = await call(request, timeout=timeout_s, metadata=self._metadata)
        if not self._known:
            self._find_fit()
        return answer

    async def raw(
        self, path: str, request: bytes, timeout_s: float, metadata: Metadata | None
    ) -> bytes:
        """Any unary method by its path, in bytes.

        Raises:
            AioRpcError: it failed.
        """
        call = self._raw.get(path)
        if call is None:
            call = self._raw[path] = self._channel.unary_unary(path, None, None)
        answer: bytes = await call(request, timeout=timeout_s, metadata=metadata)
        return answer

    def raw_stream(
        self,
        path: str,
        requests: AsyncIterator[bytes],
        timeout_s: float | None,
        metadata: Metadata | None,
    ) -> Any:  # noqa: ANN401  # a call of grpc.aio's
        """Any bidirectional method by its path, in bytes: the call, which yields answers."""
        call = self._channel.stream_stream(path, None, None)
        return call(requests, timeout=timeout_s, metadata=metadata)

    async def close(self, grace_s: float | None = None) -> None:
        """Closes the channel; calls in flight get `grace_s` to end."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        await self._channel.close(grace_s)

    async def _keep_probing(self) -> None:
        while True:
            self._due.clear()
            try:
                await self._probe()
            except AioRpcError as error:
                self.lose(error.details() or error.code().name)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_PROBE_INTERVAL_S):
                    await self._due.wait()

    async def _probe(self) -> None:
        """Asks whether it takes requests, and whether it has the models again that it lacked.

        A Triton that is about to exit accepts calls for two seconds and more and fails them all; it
        also fails the question whether it is live. (Whether it is ready is another question: it is
        not, by default, as long as any model of the repository has failed to load.)
        """
        await self.call("ServerLive", service_pb2.ServerLiveRequest(), _PROBE_TIMEOUT_S)
        self._find_fit()
        now_s = time.monotonic()
        for model in [name for name, until_s in self._avoided.items() if until_s <= now_s]:
            request = service_pb2.ModelReadyRequest(name=model)
            if (await self.call("ModelReady", request, _PROBE_TIMEOUT_S)).ready:
                del self._avoided[model]

    def _find_fit(self) -> None:
        if self._known and not self.fit:
            _log.info("Triton %s takes calls again", self.address)
        self.fit = self._known = True
