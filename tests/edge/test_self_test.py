"""What is tried when a model is loaded, and what is refused with which sentence."""

from typing import Any

import numpy as np
import pytest

from ocelli.client import OcelliError
from ocelli.models.graph import Graph
from tests import toy_models


def mixes(graph: Graph, means: str) -> str:
    """Takes the mean of the whole batch from every image."""
    whole = graph.add("ReduceMean", means, axes=[0], keepdims=1)
    return graph.add(
        "Sub", means, graph.add("Mul", whole, graph.constant(np.array(0.9, np.float32)))
    )


def not_finite(graph: Graph, means: str) -> str:
    return graph.add("Log", graph.add("Sub", means, graph.constant(np.array(2, np.float32))))


def fails_in_a_batch(graph: Graph, means: str) -> str:
    axis = graph.constant(np.array([0]))
    alone = graph.add("Unsqueeze", graph.add("Squeeze", means, axis), axis)
    return graph.add("Reshape", alone, graph.add("Shape", means))


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (toy_models.same_for_all, "it answers the same to everything"),
        (mixes, "it answers otherwise in a batch than alone (output 'embedding')"),
        (not_finite, "its output 'embedding' has values that are not finite"),
        (fails_in_a_batch, "it fails with a batch of 2"),
    ],
)
def test_a_model_that_cannot_be_trusted_is_refused_with_the_reason(
    client: Any, edge: Any, build: toy_models.Build, sentence: str
) -> None:
    name = build.__name__
    toy_models.write_image_embedder(edge.models_dir, name, build)
    with pytest.raises(OcelliError) as failed:
        client.models.load(name)
    assert failed.value.reason == "MODEL_REFUSED"
    assert sentence in failed.value.message
    assert "ocelli.self_test" in failed.value.message
    assert client.models.get(name).state == "refused"
    client.models.unload(name)


def test_a_key_takes_it_on_trust(client: Any, edge: Any) -> None:
    toy_models.write_image_embedder(
        edge.models_dir, "trusted", toy_models.same_for_all, self_test="false"
    )
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
