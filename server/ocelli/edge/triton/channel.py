"""The long-lived channel to Triton, and inference on it."""

from collections.abc import Iterable

import numpy as np
from grpc.aio import AioRpcError
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.arena import Arena, Slot
from ocelli.edge.triton.balancing import (
    control_options,
    inference_options,
    inference_target,
)
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.faults import explain, is_unknown_segment
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.request_codec import (
    join_request,
    join_slot_request,
    read_outputs,
    slot_header,
)

_INFER = "/inference.GRPCInferenceService/ModelInfer"
# Triton should answer "timeout expired" itself; the call's own deadline covers an unresponsive one.
_ANSWER_GRACE_S = 0.25


class TritonChannel:
    """One channel to one or several Tritons, balanced per call by gRPC's round_robin.

    Args:
        access: where Triton is and how to talk to it.
        max_message_bytes: largest request or answer.
        max_arena_bytes: most shared memory for the tensors of one size; 0 sends tensors in
            messages. Only a single Triton on this host can share memory.
        keepalive_s: how often one of several Tritons with calls in flight must show that it lives.

    Attributes:
        control: for everything but inference.
        arena: the shared memory, if it is to be used.
    """

    def __init__(
        self,
        access: TritonAccess,
        max_message_bytes: int,
        max_arena_bytes: int = 0,
        keepalive_s: float = 10.0,
    ) -> None:
        targets = access.targets
        self._channel = access.open(
            inference_target(targets), inference_options(targets, max_message_bytes, keepalive_s)
        )
        self._metadata = access.metadata
        self.control = TritonControl(access, control_options(max_message_bytes))
        self._infer = self._channel.unary_unary(
            _INFER,
            request_serializer=None,
            response_deserializer=service_pb2.ModelInferResponse.FromString,
        )
        shared = max_arena_bytes and len(targets) == 1
        self.arena = Arena(self.control, max_arena_bytes) if shared else None

    async def share(self, specs: Iterable[ModelSpec[Head]], *, anew: bool) -> None:
        """Provides shared memory for the inputs of these models, if it is to be used.

        Args:
            specs: the models.
            anew: Triton may have been restarted, and then knows of none.
        """
        if self.arena is None:
            return
        if anew:
            self.arena.forget()
            await self.arena.remove_leftovers()
        for size_bytes in {spec.tensor_bytes for spec in specs}:
            await self.arena.ensure(size_bytes)

    def lease(self, spec: ModelSpec[Head]) -> Slot | None:
        """Shared memory for one input of a model, or None if it has to travel in the message."""
        return None if self.arena is None else self.arena.lease(spec.tensor_bytes)

    def release(self, slot: Slot | None) -> None:
        """Takes back a slot that is not given to `infer`."""
        if slot is not None and self.arena is not None:
            self.arena.release(slot)

    async def infer(
        self,
        spec: ModelSpec[Head],
        tensor: NDArray[np.generic],
        call: Call,
        slot: Slot | None = None,
    ) -> dict[str, NDArray[np.generic]]:
        """Runs the model on one tensor.

        Args:
            spec: the model; its input's shape and type are those of `tensor`.
            tensor: C-contiguous.
            call: its deadline reaches Triton's queue as the request's timeout, its trace Triton's.
            slot: the shared memory that `tensor` lies in. It is given back when the call ended.

        Returns:
            Output tensors by name, read-only, batch dimension included.

        Raises:
            OcelliError: TRITON_UNAVAILABLE, MODEL_NOT_READY, OVERLOADED, DEADLINE_EXCEEDED or
                INFERENCE_FAILED.
        """
        try:
            return read_outputs(await self._call(spec, tensor, call, slot))
        except AioRpcError as error:
            raise explain(error, spec.name) from error
        except ValueError as error:
            raise OcelliError(
                Reason.INFERENCE_FAILED, f"model {spec.name!r} gave an unreadable answer: {error}"
            ) from error

    async def close(self) -> None:
        """Closes the channel; calls in flight fail."""
        if self.arena is not None:
            await self.arena.close()
        await self.control.close()
        await self._channel.close(None)

    async def _call(
        self,
        spec: ModelSpec[Head],
        tensor: NDArray[np.generic],
        call: Call,
        slot: Slot | None,
    ) -> service_pb2.ModelInferResponse:
        try:
            if slot is not None:
                try:
                    return await self._send(_shared(spec, slot, _left_us(call)), call)
                except AioRpcError as error:
                    if not is_unknown_segment(error) or self.arena is None:
                        raise
                    self.arena.forget()
            request = join_request(spec.request_header, _left_us(call), tensor)
            return await self._send(request, call)
        finally:
            self.release(slot)

    async def _send(self, request: bytes, call: Call) -> service_pb2.ModelInferResponse:
        call.deadline.check()
        metadata = (
            self._metadata + call.trace.metadata() if call.trace.traceparent else self._metadata
        )
        timeout_s = call.deadline.remaining_s() + _ANSWER_GRACE_S
        return await self._infer(request, timeout=timeout_s, metadata=metadata or None)


def _left_us(call: Call) -> int:
    return int(call.deadline.remaining_s() * 1e6)


def _shared(spec: ModelSpec[Head], slot: Slot, timeout_us: int) -> bytes:
    """The request for a tensor in a slot; its constant part is kept with the slot."""
    header = slot.headers.get(spec.request_header)
    if header is None:
        size_bytes = slot.memory.nbytes
        header = slot_header(spec.request_header, slot.segment, slot.offset, size_bytes)
        slot.headers[spec.request_header] = header
    return join_slot_request(header, timeout_us)
