"""Classifiers: calls and streams, options, errors."""

from typing import Any

import numpy as np
import pytest

from ocelli.client import Frame, OcelliError
from tests import toy_models

RED = np.full((20, 40, 3), (200, 50, 50), np.uint8)
BLUE = np.full((20, 40, 3), (20, 20, 220), np.uint8)


@pytest.fixture(scope="module")
def model(edge: Any) -> Any:
    toy_models.write_classifier(edge.models_dir)
    with edge.connect() as client:
        yield client.models.load("colors")
        client.models.unload("colors")


def test_a_model_says_what_it_is(model: Any) -> None:
    assert (model.task, model.adapter, model.labels) == (
        "classify",
        "classifier",
        toy_models.COLORS,
    )
    assert [each.batch_size for each in model.batch_latencies] == [1, 2, 4, 8]
    assert all(each.latency_us > 0 for each in model.batch_latencies)


def test_the_best_classes_come_first_with_their_scores(client: Any, model: Any) -> None:
    result = client.classify(RED, model="colors")
    assert [found.label for found in result.classifications] == ["red", "green", "blue"]
    logits = np.array([200, 50, 50]) / 25.5
    wanted = np.exp(logits) / np.exp(logits).sum()
    assert [found.score for found in result.classifications] == pytest.approx(wanted, abs=1e-4)
    assert (result.width, result.height, result.model_version) == (40, 20, "1")
    assert result.timings.inference_us > 0


def test_one_classifier_is_the_default(client: Any, model: Any) -> None:
    assert client.classify(RED).model == "colors"


def test_top_k_threshold_and_labels(client: Any, model: Any) -> None:
    assert len(client.classify(RED, model="colors", top_k=1).classifications) == 1
    assert len(client.classify(RED, model="colors", score_threshold=0.5).classifications) == 1
    (only,) = client.classify(RED, model="colors", labels=["blue"]).classifications
    assert (only.label, only.class_id) == ("blue", 2)
    assert only.score < 0.01


def test_a_region_is_what_is_looked_at(client: Any, model: Any) -> None:
    both = np.hstack((RED, BLUE))
    result = client.classify(both, model="colors", region=(40, 0, 80, 20), top_k=1)
    assert result.classifications[0].label == "blue"
    assert (result.width, result.height) == (80, 20)


def test_a_stream_answers_each_frame_in_order(client: Any, model: Any) -> None:
    frames = [Frame(RED, frame_id=7), Frame(b"no image", frame_id=8), Frame(BLUE, frame_id=9)]
    answers = list(client.classify_stream(frames, model="colors", top_k=1))
    assert [answer.frame_id for answer in answers] == [7, 8, 9]
    assert answers[0].result.classifications[0].label == "red"
    assert answers[1].error.reason == "IMAGE_FORMAT_UNKNOWN"
    assert answers[1].error.field_violations[0].field == "frame.image.encoded"
    assert answers[2].result.classifications[0].label == "blue"


@pytest.mark.parametrize(
    ("options", "reason", "field"),
    [
        ({"top_k": 1001}, "INVALID_FIELD", "options.top_k"),
        ({"score_threshold": 1.5}, "INVALID_FIELD", "options.score_threshold"),
        ({"labels": ["purple"]}, "INVALID_FIELD", "options.labels"),
        ({"model": "nanodet_coco80"}, "MODEL_WRONG_TASK", "model"),
        ({"model_version": "7"}, "MODEL_VERSION_NOT_FOUND", "model_version"),
    ],
)
def test_bad_requests_name_the_field(
    client: Any, model: Any, options: dict[str, Any], reason: str, field: str
) -> None:
    with pytest.raises(OcelliError) as failed:
        client.classify(RED, **{"model": "colors", **options})
    assert failed.value.reason == reason
    assert failed.value.field_violations[0].field == field
