"""The long-lived channel to Triton, and inference on it."""

import asyncio
import socket

import grpc
import numpy as np
from grpc.aio import AioRpcError
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.edge.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.codec import join_request, read_outputs
from ocelli.edge.triton.faults import explain
from ocelli.edge.triton.model import ModelSpec

_INFER = "/inference.GRPCInferenceService/ModelInfer"
# Triton should answer "timeout expired" itself; the call's own deadline only covers a mute Triton.
_ANSWER_GRACE_S = 0.25


class TritonChannel:
    """One channel to one or several Tritons, balanced per call by gRPC's round_robin.

    Args:
        targets: `host:port` addresses.
        max_message_bytes: largest request or answer.
    """

    def __init__(self, targets: tuple[str, ...], max_message_bytes: int) -> None:
        self._channel = grpc.aio.insecure_channel(
            _grpc_target(targets),
            options=[
                ("grpc.max_send_message_length", max_message_bytes),
                ("grpc.max_receive_message_length", max_message_bytes),
                ("grpc.lb_policy_name", "round_robin"),
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.min_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 1000),
            ],
        )
        self.control = service_pb2_grpc.GRPCInferenceServiceStub(self._channel)
        self._infer = self._channel.unary_unary(
            _INFER,
            request_serializer=None,
            response_deserializer=service_pb2.ModelInferResponse.FromString,
        )
        self._running: set[asyncio.Task[service_pb2.ModelInferResponse]] = set()

    async def infer(
        self, spec: ModelSpec, tensor: NDArray[np.generic], deadline: Deadline
    ) -> dict[str, NDArray[np.generic]]:
        """Runs the model on one tensor.

        A cancelled caller does not cancel the call in Triton, which not every version of it
        survives; the request's own timeout bounds it there.

        Args:
            spec: the model; its input's shape and type are those of `tensor`.
            tensor: C-contiguous.
            deadline: reaches Triton's queue as the request's timeout.

        Returns:
            Output tensors by name, read-only, batch dimension included.

        Raises:
            OcelliError: TRITON_UNAVAILABLE, MODEL_NOT_READY, OVERLOADED, DEADLINE_EXCEEDED or
                INFERENCE_FAILED.
        """
        deadline.check()
        remaining_s = deadline.remaining_s()
        request = join_request(spec.request_header, int(remaining_s * 1e6), tensor)
        task = asyncio.ensure_future(self._call(request, remaining_s + _ANSWER_GRACE_S))
        self._running.add(task)
        task.add_done_callback(self._forget)
        try:
            return read_outputs(await asyncio.shield(task))
        except AioRpcError as error:
            raise explain(error, spec.name) from error
        except ValueError as error:
            raise OcelliError(
                Reason.INFERENCE_FAILED, f"model {spec.name!r} gave an unreadable answer: {error}"
            ) from error

    async def close(self) -> None:
        """Closes the channel; calls in flight fail."""
        await self._channel.close(None)

    async def _call(self, request: bytes, timeout_s: float) -> service_pb2.ModelInferResponse:
        return await self._infer(request, timeout=timeout_s)

    def _forget(self, task: asyncio.Task[service_pb2.ModelInferResponse]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # marks it as seen, should the caller have gone


def _grpc_target(targets: tuple[str, ...]) -> str:
    if len(targets) == 1:
        return targets[0]
    resolved = []
    for target in targets:
        host, _, port = target.rpartition(":")
        resolved.append(f"{socket.gethostbyname(host)}:{port}")
    return f"ipv4:{','.join(resolved)}"
