"""Clients of Triton's own protocol, unmodified, against the edge."""

import asyncio
import queue
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import numpy as np
import pytest
from tritonclient.grpc import (
    InferenceServerClient,
    InferInput,
    InferRequestedOutput,
    service_pb2,
    service_pb2_grpc,
)
from tritonclient.utils import InferenceServerException

from tests import toy_models

SIDE = toy_models.SIDE_PX
LEAVES = 40
RED = np.full((1, SIDE, SIDE, 3), (204, 51, 0), np.uint8)


@pytest.fixture(scope="module")
def triton(edge: Any) -> Iterator[InferenceServerClient]:
    toy_models.write_image_embedder(edge.models_dir, "passed")
    with edge.connect() as client, InferenceServerClient(edge.address) as triton:
        client.models.load("passed")
        yield triton
        client.models.unload("passed")


def pixels(images: Any = RED) -> list[InferInput]:
    tensor = InferInput("images", list(images.shape), "UINT8")
    tensor.set_data_from_numpy(images)
    return [tensor]


def test_what_a_client_asks_about_the_server_and_its_models(triton: Any) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready() in {True, False}  # Triton's own view of every model
    assert triton.is_model_ready("passed")
    assert not triton.is_model_ready("no-such-model")
    assert triton.get_server_metadata().name == "triton"
    metadata = triton.get_model_metadata("passed")
    assert [tensor.name for tensor in metadata.inputs] == ["images"]
    assert triton.get_model_config("passed").config.max_batch_size == 8
    assert "passed" in {model.name for model in triton.get_model_repository_index().models}
    statistics = triton.get_inference_statistics("passed").model_stats[0]
    assert statistics.name == "passed"


def test_infer_answers_as_triton_does(triton: Any) -> None:
    outputs = [InferRequestedOutput("embedding")]
    answer = triton.infer("passed", pixels(), request_id="one", outputs=outputs)
    assert answer.get_response().id == "one"
    assert answer.as_numpy("embedding") == pytest.approx(np.array([[0.8, 0.2, 0]]), abs=1e-5)
    both = triton.infer("passed", pixels(np.concatenate((RED, RED[:, :, :, ::-1]))))
    assert both.as_numpy("embedding")[1] == pytest.approx(np.array([0, 0.2, 0.8]), abs=1e-5)


def test_infer_in_the_background(triton: Any) -> None:
    answers: queue.Queue[Any] = queue.Queue()
    for _ in range(8):
        triton.async_infer("passed", pixels(), lambda result, error: answers.put((result, error)))
    for _ in range(8):
        result, error = answers.get(timeout=20)
        assert error is None
        assert result.as_numpy("embedding").shape == (1, 3)


def test_a_stream_of_requests(triton: Any) -> None:
    answers: queue.Queue[Any] = queue.Queue()
    triton.start_stream(lambda result, error: answers.put((result, error)))
    for number in range(5):
        triton.async_stream_infer("passed", pixels(), request_id=str(number))
    ids = [answers.get(timeout=20)[0].get_response().id for _ in range(5)]
    triton.stop_stream()
    assert ids == [str(number) for number in range(5)]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda triton: triton.infer("no-such-model", pixels()), "NOT_FOUND"),
        (lambda triton: triton.infer("passed", pixels(RED[:, :8])), "INVALID_ARGUMENT"),
        (lambda triton: triton.infer("passed", pixels(), model_version="9"), "NOT_FOUND"),
        (lambda triton: triton.get_model_metadata("no-such-model"), "NOT_FOUND"),
    ],
)
def test_failures_are_tritons_own(triton: Any, call: Any, status: str) -> None:
    with pytest.raises(InferenceServerException) as failed:
        call(triton)
    assert status in failed.value.status()
    assert triton.is_model_ready("passed")


@pytest.mark.parametrize(
    "call",
    [
        lambda triton: triton.load_model("passed"),
        lambda triton: triton.unload_model("passed"),
        lambda triton: triton.register_system_shared_memory("mine", "/mine", 64),
        lambda triton: triton.get_system_shared_memory_status(),
        lambda triton: triton.unregister_system_shared_memory(),
        lambda triton: triton.update_log_settings({"log_verbose_level": 9}),
        lambda triton: triton.update_trace_settings("passed", {"trace_level": ["OFF"]}),
    ],
)
def test_control_is_refused_with_the_way_out(triton: Any, call: Any) -> None:
    with pytest.raises(InferenceServerException) as failed:
        call(triton)
    assert "PERMISSION_DENIED" in failed.value.status()
    assert "ocelli.v1.ModelService" in failed.value.message()
    assert triton.is_model_ready("passed")


@pytest.mark.parametrize("streamed", [False, True])
async def test_callers_who_leave_cancel_nothing_in_triton(
    triton: Any, edge: Any, streamed: bool
) -> None:
    """Not every version of Triton survives cancelled calls."""
    request = service_pb2.ModelInferRequest(model_name="passed", raw_input_contents=[RED.tobytes()])
    request.inputs.add(name="images", datatype="UINT8", shape=RED.shape)

    def failed() -> int:
        statistics = triton.get_inference_statistics("passed").model_stats[0]
        return int(statistics.inference_stats.fail.count)

    async def requests() -> AsyncIterator[service_pb2.ModelInferRequest]:
        for _ in range(4):
            yield request

    before = failed()
    async with grpc.aio.insecure_channel(edge.address) as channel:
        stub = service_pb2_grpc.GRPCInferenceServiceStub(channel)

        async def ask() -> None:
            if streamed:
                async for _ in stub.ModelStreamInfer(requests()):
                    pass
            else:
                await stub.ModelInfer(request, timeout=10)

        for turn in range(LEAVES):
            tasks = [asyncio.create_task(ask()) for _ in range(8)]
            await asyncio.sleep(0.001 * (turn % 8))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    assert triton.infer("passed", pixels()).as_numpy("embedding").shape == (1, 3)
    assert failed() == before


def test_it_is_counted_like_every_call(start_edge: Any, edge: Any, tmp_path: Any) -> None:
    flags = ("--triton", edge.address, "--metrics-address", "127.0.0.1:0")
    front = start_edge(tmp_path, *flags)
    with InferenceServerClient(front.address) as triton:
        assert triton.is_server_live()
    label = 'method="inference.GRPCInferenceService/ServerLive"'
    name = f'ocelli_calls_total{{code="OK",{label}}}'
    front.scrape_until(lambda found: found[name] == 1)
