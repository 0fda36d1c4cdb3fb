"""Inference on the Tritons behind an edge."""

from collections.abc import Iterable
from dataclasses import replace

from grpc.aio import AioRpcError

from ocelli.edge.call import Call
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.arena import Arena, Slot
from ocelli.edge.triton.balancing import Balancer
from ocelli.edge.triton.batch_limits import BatchLimits
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.faults import (
    FaultKind,
    InferenceError,
    inference_error,
    is_unknown_segment,
    process_died,
    unreachable,
    unreadable,
)
from ocelli.edge.triton.model_spec import Head, ModelRequest, ModelSpec
from ocelli.edge.triton.request_codec import (
    Outputs,
    join_request,
    join_slot_request,
    read_outputs,
    slot_header,
)
from ocelli.edge.triton.target import Target

# Triton should answer "timeout expired" itself; the call's own deadline covers an unresponsive one.
_ANSWER_GRACE_S = 0.25
_MAX_RUNS = 2
_AVOID_S = 2.0


class TritonChannel:
    """One or several Tritons, balanced per call.

    A call that fails because of its Triton is repeated on another, within its deadline: inference
    changes nothing. If its model may have run, once only, for it might be what killed the first.

    Args:
        access: where Triton is and how to talk to it.
        max_message_bytes: largest request or answer.
        max_arena_bytes: most shared memory for the tensors of one size; 0 sends tensors in
            messages. Only a single Triton on this host can share memory.
        keepalive_s: how often one of several Tritons with calls in flight must show that it lives.

    Attributes:
        control: for everything but inference.
        balancer: knows the Tritons.
        arena: the shared memory, if it is to be used.
        metadata: sent with every call.
    """

    def __init__(
        self,
        access: TritonAccess,
        max_message_bytes: int,
        max_arena_bytes: int = 0,
        keepalive_s: float = 10.0,
    ) -> None:
        self.metadata = access.metadata
        self.balancer = Balancer(access, max_message_bytes, keepalive_s)
        self._limits = BatchLimits()
        self.control = TritonControl(self.balancer)
        shared = max_arena_bytes and self.balancer.is_single
        self.arena = Arena(self.control, max_arena_bytes) if shared else None

    async def share(self, specs: Iterable[ModelSpec[Head]], *, anew: bool) -> None:
        """Provides shared memory for the inputs of these models, if it is to be used.

        Args:
            specs: the models.
            anew: Triton may have been restarted, and then knows of none.
        """
        if anew:
            self._limits.clear()
        if self.arena is None:
            return
        if anew:
            self.arena.forget()
            await self.arena.remove_leftovers()
        models = list(specs)
        await self.arena.ensure(
            {spec.slot_bytes for spec in models if spec.slot_bytes},
            sum(spec.backend_bytes for spec in models),
        )

    def lease(self, spec: ModelSpec[Head]) -> Slot | None:
        """Shared memory for one input of a model, or None if it has to travel in the message."""
        return None if self.arena is None else self.arena.lease(spec.slot_bytes)

    def release(self, slot: Slot | None) -> None:
        """Takes back a slot that is not given to `infer`."""
        if slot is not None and self.arena is not None:
            self.arena.release(slot)

    async def infer(self, spec: ModelSpec[Head], request: ModelRequest, call: Call) -> Outputs:
        """Runs a model.

        Args:
            spec: the model.
            request: for it.
            call: its deadline reaches Triton's queue as the request's timeout, its trace Triton's.

        Returns:
            Output tensors by name, read-only, batch dimension included.

        Raises:
            OcelliError: TRITON_UNAVAILABLE, MODEL_NOT_READY, OVERLOADED, DEADLINE_EXCEEDED or
                INFERENCE_FAILED.
        """
        try:
            limit = self._limits.of(spec.name)
            while True:
                try:
                    if limit is None:
                        return await self._infer(spec, request, call)
                    async with limit:
                        return await self._infer(spec, request, call)
                except InferenceError as fault:
                    if fault.kind is not FaultKind.MEMORY_SHORT:
                        raise
                    limit = self._limits.lower(spec.name, limit, spec.max_batch_size)
                    if limit is None:
                        raise
        except InferenceError as fault:
            raise fault.error from fault
        finally:
            self.release(request.slot)

    async def close(self) -> None:
        """Closes the channels; calls in flight fail."""
        if self.arena is not None:
            await self.arena.close()
        await self.balancer.close()

    async def _infer(self, spec: ModelSpec[Head], request: ModelRequest, call: Call) -> Outputs:
        target = self.balancer.pick(spec.name)
        if target is None:
            raise unreachable()
        try:
            return await self._attempt(target, spec, request, call)
        except InferenceError as fault:
            if self.balancer.is_single:
                raise
            return await self._repeat(fault, target, spec, replace(request, slot=None), call)

    async def _repeat(
        self,
        fault: InferenceError,
        failed: Target,
        spec: ModelSpec[Head],
        request: ModelRequest,
        call: Call,
    ) -> Outputs:
        """Asks others than `failed`; its fault is raised if there are none."""
        tried = [failed]
        runs = 0
        while True:
            _take_out(tried[-1], fault, spec.name)
            runs += fault.ran
            other = self.balancer.pick_other(spec.name, tried)
            if other is None or runs == _MAX_RUNS or fault.kind is FaultKind.LATE:
                raise fault
            try:
                outputs = await self._attempt(other, spec, request, call)
            except InferenceError as another:
                fault = another
                tried.append(other)
            else:
                if fault.kind is FaultKind.FAILED:  # so it was not the request
                    tried[-1].avoid(spec.name, _AVOID_S)
                return outputs

    async def _attempt(
        self, target: Target, spec: ModelSpec[Head], request: ModelRequest, call: Call
    ) -> Outputs:
        """One request, two if Triton has forgotten the shared memory of the first.

        Raises:
            InferenceError: it failed.
            OcelliError: DEADLINE_EXCEEDED: it was not sent any more.
        """
        try:
            if request.slot is not None:
                try:
                    shared = _shared(request, request.slot, _left_us(call))
                    return await self._send(target, shared, spec, call)
                except AioRpcError as error:
                    if not is_unknown_segment(error) or self.arena is None:
                        raise
                    self.arena.forget()
            joined = join_request(request.header, _left_us(call), request.tensors)
            return await self._send(target, joined, spec, call)
        except AioRpcError as error:
            raise inference_error(error, spec.name) from error
        except ValueError as error:
            raise unreadable(spec.name, error) from error

    async def _send(
        self, target: Target, request: bytes, spec: ModelSpec[Head], call: Call
    ) -> Outputs:
        call.deadline.check()
        timeout_s = call.deadline.remaining_s() + _ANSWER_GRACE_S
        asked = {"server.address": target.address, "ocelli.model": spec.name}
        with call.trace.request("triton", asked) as trace:
            metadata = self.metadata + trace.metadata() or None
            outputs = read_outputs(
                await target.infer(request, timeout=timeout_s, metadata=metadata)
            )
        if not outputs:
            # The request names at least one. Triton's Python backend answers so, without an error,
            # for what its process had under way when it died.
            raise process_died(spec.name)
        return outputs


def _take_out(target: Target, fault: InferenceError, model: str) -> None:
    """Draws the consequences of a fault for the calls that follow."""
    match fault.kind:
        case FaultKind.GONE:
            target.lose("a call failed")
        case FaultKind.ABSENT:
            target.avoid(model)
        case FaultKind.PROCESS_DIED:
            target.avoid(model, _AVOID_S)


def _left_us(call: Call) -> int:
    return int(call.deadline.remaining_s() * 1e6)


def _shared(request: ModelRequest, slot: Slot, timeout_us: int) -> bytes:
    """The request for a tensor in a slot; if it fills that, its constant part is kept there."""
    fills = request.size_bytes == slot.memory.nbytes
    known = slot.headers.get(request.header) if fills else None
    if known is None:
        known = slot_header(request.header, slot.segment, slot.offset, request.size_bytes)
        if fills:
            slot.headers[request.header] = known
    return join_slot_request(known, timeout_us)
