"""What is tried when a model is loaded, and what is refused with which sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from ocelli.client import OcelliError
from ocelli.models.graph import Graph
from tests import toy_models

Build = Callable[[Graph, str], str]
SIDE = toy_models.SIDE_PX
ROW = {"task": "embed", "adapter": "embedding"}


def same_for_all(graph: Graph, means: str) -> str:
    none = graph.add("Mul", means, graph.constant(np.float32(0)))
    return graph.add("Add", none, graph.constant(np.array([[1, 2, 3]], np.float32)))


def mixes(graph: Graph, means: str) -> str:
    """Takes the mean of the whole batch from every image."""
    whole = graph.add("ReduceMean", means, axes=[0], keepdims=1)
    return graph.add("Sub", means, graph.add("Mul", whole, graph.constant(np.float32(0.9))))


def not_finite(graph: Graph, means: str) -> str:
    return graph.add("Log", graph.add("Sub", means, graph.constant(np.float32(2))))


def fails_in_a_batch(graph: Graph, means: str) -> str:
    axis = graph.constant(np.array([0]))
    alone = graph.add("Unsqueeze", graph.add("Squeeze", means, axis), axis)
    return graph.add("Reshape", alone, graph.add("Shape", means))


def write(models_dir: Path, name: str, build: Build, **parameters: str) -> None:
    graph = Graph()
    floats = graph.add("Cast", "images", to=TensorProto.FLOAT)
    means = graph.add("ReduceMean", floats, axes=[1, 2], keepdims=0)
    vector = build(graph, graph.add("Div", means, graph.constant(np.float32(255))))
    model = graph.model(
        name,
        [("images", TensorProto.UINT8, ["N", SIDE, SIDE, 3])],
        [(vector, ("embedding", TensorProto.FLOAT, ["N", 3]))],
    )
    folder = models_dir / name
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "model.onnx").write_bytes(model.SerializeToString())
    toy_models.write_config(folder, model, {**ROW, **parameters})


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (same_for_all, "it answers the same to everything"),
        (mixes, "it answers otherwise in a batch than alone (output 'embedding')"),
        (not_finite, "its output 'embedding' has values that are not finite"),
        (fails_in_a_batch, "it fails with a batch of 2"),
    ],
)
def test_a_model_that_cannot_be_trusted_is_refused_with_the_reason(
    client: Any, edge: Any, build: Build, sentence: str
) -> None:
    name = build.__name__
    write(edge.models_dir, name, build)
    with pytest.raises(OcelliError) as failed:
        client.models.load(name)
    assert failed.value.reason == "MODEL_REFUSED"
    assert sentence in failed.value.message
    assert "ocelli.self_test" in failed.value.message
    assert client.models.get(name).state == "refused"
    client.models.unload(name)


def test_a_key_takes_it_on_trust(client: Any, edge: Any) -> None:
    write(edge.models_dir, "trusted", same_for_all, self_test="false")
    model = client.models.load("trusted")
    assert model.state == "ready"
    assert model.batch_latencies == ()
    client.models.unload("trusted")


@pytest.mark.parametrize(("class_id", "state"), [(0, "ready"), (5, "refused")])
def test_classes_beyond_the_labels_are_refused(
    client: Any, edge: Any, class_id: int, state: str
) -> None:
    name = f"class-{class_id}"
    toy_models.write_segmenter(edge.models_dir, name, class_id, score_threshold="0.01")
    if state == "ready":
        assert client.models.load(name).state == state
    else:
        with pytest.raises(OcelliError) as failed:
            client.models.load(name)
        assert "it finds class 5, and ocelli.labels has 1" in failed.value.message
    client.models.unload(name)
