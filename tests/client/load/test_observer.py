"""What only other clocks and counters know."""

import asyncio

import pytest
from google.rpc import status_pb2

from ocelli.client import connect_async
from ocelli.client.load.answer import Answer
from ocelli.client.load.meter import Meter
from ocelli.client.load.observer import Observed, observe
from ocelli.v1 import model_pb2
from tests.client.recorder import Recorder


def _model(images: int, runs: int) -> model_pb2.GetModelResponse:
    counted = model_pb2.ModelStatistics(inference_count=images, execution_count=runs)
    return model_pb2.GetModelResponse(model=model_pb2.Model(name="m", statistics=counted))


async def _observed(address: str) -> Observed:
    now_s = asyncio.get_running_loop().time()
    meter = Meter(now_s, now_s + 0.2)
    async with connect_async(address) as client:
        watching = asyncio.create_task(observe(client, "m", meter, now_s, now_s + 0.2))
        await asyncio.sleep(0.1)
        meter.add(now_s, Answer("dropped"))
        return await watching


async def test_the_mean_batch_is_that_of_the_window(recorder: Recorder) -> None:
    recorder.answer("GetModel", _model(100, 50), _model(130, 60))
    observed = await _observed(recorder.address)
    assert observed.mean_batch == 3
    assert observed.client_cores >= 0
    assert observed.client_cpu_ms is not None


@pytest.mark.parametrize(
    "told",
    [
        (_model(100, 50), _model(100, 50)),
        (_model(100, 50), _model(1, 1)),
        (_model(100, 50), model_pb2.GetModelResponse()),
        (_model(100, 50), status_pb2.Status(code=8, message="full")),
    ],
    ids=["it did not run", "it was loaded anew", "it does not serve", "it cannot be asked"],
)
async def test_a_model_of_which_nothing_can_be_told_has_no_mean(
    recorder: Recorder, told: tuple[model_pb2.GetModelResponse, ...]
) -> None:
    recorder.answer("GetModel", *told)
    assert (await _observed(recorder.address)).mean_batch is None
