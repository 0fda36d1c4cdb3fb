"""Calls about models, of both clients."""

from collections.abc import Awaitable, Callable
from typing import Any

from ocelli.client.aio import models as aio_models
from ocelli.client.sync import models as sync_models
from ocelli.v1 import model_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]

READY = model_pb2.Model(name="m", state=model_pb2.MODEL_STATE_READY)


async def test_models_are_described_loaded_and_unloaded(call: Call, recorder: Recorder) -> None:
    recorder.answer(
        "ListModels",
        model_pb2.ListModelsResponse(models=[READY], next_page_token="1"),
        model_pb2.ListModelsResponse(models=[READY]),
    )
    recorder.answer("GetModel", model_pb2.GetModelResponse(model=READY))
    recorder.answer("LoadModel", model_pb2.LoadModelResponse(model=READY))
    assert [one.name for one in await call(lambda client: client.models.list())] == ["m", "m"]
    assert (await call(lambda client: client.models.get("m"))).state == "ready"
    assert (await call(lambda client: client.models.load("m"))).state == "ready"
    assert await call(lambda client: client.models.unload("m")) is None
    assert [request.name for request in recorder.requests[2:]] == ["m", "m", "m"]


def test_loading_may_take_as_long_as_the_server_allows_it() -> None:
    assert sync_models.LOAD_TIMEOUT_S == aio_models.LOAD_TIMEOUT_S == 600
