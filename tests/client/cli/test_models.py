"""`ocelli models`, against a server that notes what it is sent, and as users run it."""

from collections.abc import Callable
from typing import Any

from ocelli.v1 import model_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

DETECTOR = model_pb2.Model(
    name="finder",
    version="1",
    state=model_pb2.MODEL_STATE_READY,
    task=model_pb2.TASK_DETECT,
    is_default=True,
    input=model_pb2.ModelInput(width=640, height=480),
    labels=["cat", "dog"],
    max_batch_size=8,
)
REFUSED = model_pb2.Model(
    name="odd", state=model_pb2.MODEL_STATE_REFUSED, message="it has no labels"
)


def test_models_are_listed(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("ListModels", *[model_pb2.ListModelsResponse(models=[DETECTOR, REFUSED])] * 2)
    shown = at_recorder("models", "list").out
    for text in ("640×480", "2 labels", "≤ 8", "the default", "it has no labels"):
        assert text in shown
    assert "unspecified" not in shown
    finder, odd = at_recorder("models", "list", "--json").lines
    assert (finder["task"], finder["state"], finder["input"]["width"]) == ("detect", "ready", 640)
    assert (odd["task"], odd["input"], odd["dimension"]) == ("unspecified", None, None)


def test_models_are_described_loaded_and_unloaded(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("GetModel", model_pb2.GetModelResponse(model=DETECTOR))
    recorder.answer("LoadModel", model_pb2.LoadModelResponse(model=DETECTOR))
    assert "finder" in at_recorder("models", "get", "finder").out
    assert at_recorder("models", "load", "finder", "--json").lines[0]["state"] == "ready"
    assert at_recorder("models", "unload", "finder").code == 0
    assert [request.name for request in recorder.requests] == ["finder"] * 3


def test_the_installed_models_are_there(ocelli: Ocelli) -> None:
    models = {line["name"]: line for line in ocelli("models", "list", "--json").lines}
    assert models["nanodet_coco80"]["task"] == "detect"
    assert "80 labels" in ocelli("models", "list").out
    assert ocelli("models", "load", "efficientnet_lite0", "--json").lines[0]["state"] == "ready"
    ocelli("models", "load", "nope").says("nope", 1)
