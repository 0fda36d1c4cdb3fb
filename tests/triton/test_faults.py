"""What Triton's errors mean: their texts as Triton 2.51 and its Python backend word them."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Awaitable

import grpc
import numpy as np
import psutil
import pytest
from grpc.aio import AioRpcError, Metadata
from tritonclient.grpc import service_pb2, service_pb2_grpc

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.triton.access import TritonAccess
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.faults import FaultKind, control_error, inference_error
from ocelli.edge.triton.local.triton_process import LocalTriton
from tests.triton.means import describe_means

IMAGE = np.full((1, 32, 32, 3), 7, np.uint8)
CODE = grpc.StatusCode


@pytest.mark.parametrize(
    ("code", "details", "kind", "reason"),
    [
        (
            CODE.UNAVAILABLE,
            "Request for unknown model: 'means' version 1 is not at ready state",
            FaultKind.ABSENT,
            Reason.MODEL_NOT_READY,
        ),
        (
            CODE.NOT_FOUND,
            "Request for unknown model: 'means' is not found",
            FaultKind.ABSENT,
            Reason.MODEL_NOT_READY,
        ),
        (
            CODE.NOT_FOUND,
            "Request for unknown model: 'means' has no available versions",
            FaultKind.ABSENT,
            Reason.MODEL_NOT_READY,
        ),
        (CODE.UNAVAILABLE, "Server exiting", FaultKind.GONE, Reason.TRITON_UNAVAILABLE),
        (
            CODE.UNAVAILABLE,
            "failed to connect to all addresses; last error: UNKNOWN: Connection refused",
            FaultKind.GONE,
            Reason.TRITON_UNAVAILABLE,
        ),
        (CODE.CANCELLED, "CANCELLED", FaultKind.GONE, Reason.TRITON_UNAVAILABLE),
        (
            CODE.INTERNAL,
            "Stub process 'means_0_0' is not healthy.",
            FaultKind.PROCESS_DIED,
            Reason.TRITON_UNAVAILABLE,
        ),
        (
            CODE.INTERNAL,
            (
                "Failed to process the request(s) for model instance 'means_0_0', message: "
                "Failed to obtain the health mutex."
            ),
            FaultKind.PROCESS_DIED,
            Reason.TRITON_UNAVAILABLE,
        ),
        (
            CODE.INTERNAL,
            (
                "Failed to process the request(s) for model 'means_0_0', message: Failed to "
                "increase the shared memory pool size for key 'ocelli_1' to 4194304 bytes. If you "
                "are running Triton inside docker, use '--shm-size' flag to control the shared "
                "memory region size. Error: No space left on device"
            ),
            FaultKind.MEMORY_SHORT,
            Reason.OVERLOADED,
        ),
        (
            CODE.UNAVAILABLE,
            "Exceeds maximum queue size",
            FaultKind.QUEUE_FULL,
            Reason.OVERLOADED,
        ),
        (CODE.UNAVAILABLE, "Request timeout expired", FaultKind.LATE, Reason.DEADLINE_EXCEEDED),
        (CODE.DEADLINE_EXCEEDED, "", FaultKind.LATE, Reason.DEADLINE_EXCEEDED),
        (CODE.INTERNAL, "onnx runtime error 2: …", FaultKind.FAILED, Reason.INFERENCE_FAILED),
    ],
)
def test_each_error_has_its_meaning(
    code: grpc.StatusCode, details: str, kind: FaultKind, reason: Reason
) -> None:
    error = AioRpcError(code, Metadata(), Metadata(), details, debug_error_string=None)
    found = inference_error(error, "means")
    assert (found.kind, found.error.reason) == (kind, reason)
    assert (found.error.retry_after_s is None) == (
        reason in {Reason.DEADLINE_EXCEEDED, Reason.INFERENCE_FAILED}
    )


@pytest.mark.parametrize("code", [CODE.UNAVAILABLE, CODE.CANCELLED])
def test_an_order_that_triton_exits_under_may_be_repeated(code: grpc.StatusCode) -> None:
    error = AioRpcError(code, Metadata(), Metadata(), code.name, debug_error_string=None)
    assert control_error(error, "means").reason is Reason.TRITON_UNAVAILABLE


class EmptyAnswers(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers without the tensors that were asked for."""

    async def ModelInfer(self, request: object, context: object) -> object:  # noqa: N802
        return service_pb2.ModelInferResponse(model_name="means", model_version="1")


def ask(channel: TritonChannel, spec: EmbedModel) -> Awaitable[object]:
    return channel.infer(spec, spec.request(IMAGE), Call("test", Deadline.after(6, 60)))


async def test_an_answer_without_tensors_is_that_of_a_process_that_died(
    triton: LocalTriton,
) -> None:
    real = TritonChannel(TritonAccess(targets=(triton.address,)), 32 << 20)
    spec = await describe_means(real)
    await real.close()
    server = grpc.aio.server()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(EmptyAnswers(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    channel = TritonChannel(TritonAccess(targets=(f"127.0.0.1:{port}",)), 32 << 20)
    with pytest.raises(OcelliError) as caught:
        await ask(channel, spec)
    assert caught.value.reason is Reason.TRITON_UNAVAILABLE
    await channel.close()
    await server.stop(None)


async def test_a_stub_that_is_killed_costs_no_more_than_retryable_errors(
    own_triton: LocalTriton,
) -> None:
    channel = TritonChannel(TritonAccess(targets=(own_triton.address,)), 32 << 20)
    spec = await describe_means(channel)
    found: Counter[str] = Counter()
    until_s = time.monotonic() + 30

    async def call_on() -> None:
        while time.monotonic() < until_s and not (own_triton.restarts and found["again"] > 20):
            try:
                await ask(channel, spec)
                found["again" if own_triton.restarts else "answer"] += 1
            except OcelliError as error:
                found[error.reason.value] += 1
                await asyncio.sleep(0.02)

    callers = [asyncio.create_task(call_on()) for _ in range(16)]
    await asyncio.sleep(0.5)
    assert own_triton.pid is not None
    (stub,) = psutil.Process(own_triton.pid).children()
    os.kill(stub.pid, signal.SIGKILL)
    await asyncio.gather(*callers)
    assert own_triton.restarts == 1
    assert found.keys() == {"answer", "again", Reason.TRITON_UNAVAILABLE.value}
    await channel.close()
