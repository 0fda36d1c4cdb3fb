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
    versions=[model_pb2.ModelVersion(version="1")],
    batch_latencies=[model_pb2.BatchLatency(batch_size=1, latency_us=4_000)],
)
CLASSIFIER = model_pb2.Model(
    name="breeds", state=model_pb2.MODEL_STATE_READY, task=model_pb2.TASK_CLASSIFY
)
REFUSED = model_pb2.Model(
    name="odd", state=model_pb2.MODEL_STATE_REFUSED, message="it has no labels"
)


def test_models_are_listed(at_recorder: Ocelli, recorder: Recorder) -> None:
    found = model_pb2.ListModelsResponse(models=[CLASSIFIER, DETECTOR, REFUSED])
    recorder.answer("ListModels", found, found)
    shown = at_recorder("models", "list").out
    for text in ("classify", "640×480", "2 labels", "≤ 8", "the default", "it has no labels"):
        assert text in shown
    assert "unspecified" not in shown
    breeds, finder, odd = at_recorder("models", "list", "--json").lines
    assert breeds["task"] == "classify"
    assert (finder["task"], finder["state"], finder["input"]["width"]) == ("detect", "ready", 640)
    assert (odd["task"], odd["input"], odd["dimension"]) == ("unspecified", None, None)


def test_models_are_described_loaded_and_unloaded(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("GetModel", model_pb2.GetModelResponse(model=DETECTOR))
    recorder.answer("LoadModel", model_pb2.LoadModelResponse(model=DETECTOR))
    shown = at_recorder("models", "get", "finder").out
    for text in ("finder", "cat, dog", "100 %", "250"):
        assert text in shown
    (loaded,) = at_recorder("models", "load", "finder", "--json").lines
    assert loaded["state"] == "ready"
    assert loaded["batch_latencies"] == [{"batch_size": 1, "latency_us": 4_000}]
    assert loaded["versions"] == [{"version": "1", "statistics": None}]
    assert (loaded["canary"], loaded["space"], loaded["keypoint_names"]) == (None, "", [])
    assert at_recorder("models", "unload", "finder").code == 0
    assert [request.name for request in recorder.requests] == ["finder"] * 3


def test_the_installed_models_are_there(ocelli: Ocelli) -> None:
    models = {line["name"]: line for line in ocelli("models", "list", "--json").lines}
    assert models["nanodet_coco80"]["task"] == "detect"
    assert "80 labels" in ocelli("models", "list").out
    assert ocelli("models", "load", "efficientnet_lite0", "--json").lines[0]["state"] == "ready"
    ocelli("models", "load", "nope").says("nope", 1)
