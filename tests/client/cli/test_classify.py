"""`ocelli classify`, against a server that notes what it is sent, and as users run it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.rpc import code_pb2, status_pb2

from ocelli.client import Client, draw
from ocelli.v1 import classify_pb2, image_pb2
from tests import toy_models
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

CAT = classify_pb2.Classification(score=0.912345678, label="cat", class_id=281)
NAMELESS = classify_pb2.Classification(score=0.05, class_id=7)
DAMAGED = image_pb2.ImageWarning(
    reason=image_pb2.IMAGE_WARNING_REASON_DAMAGED, message="it is cut off"
)
RESULT = classify_pb2.ClassifyResult(
    classifications=[CAT, NAMELESS],
    width=40,
    height=30,
    model="m",
    model_version="2",
    warnings=[DAMAGED],
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"x")
    return path


def answers(*results: classify_pb2.ClassifyResult) -> Iterator[classify_pb2.ClassifyResponse]:
    return (classify_pb2.ClassifyResponse(result=result) for result in results)


def test_classes_are_lines_of_json(at_recorder: Ocelli, recorder: Recorder, image: Path) -> None:
    recorder.answer("Classify", *answers(RESULT))
    done = at_recorder("classify", image, "--json")
    assert done.code == 0
    (line,) = done.lines
    assert line["image"] == str(image)
    assert line["classifications"] == [
        {"label": "cat", "class_id": 281, "score": 0.91235},
        {"label": "", "class_id": 7, "score": 0.05},
    ]
    assert (line["width"], line["height"]) == (40, 30)
    assert (line["model"], line["model_version"]) == ("m", "2")
    assert line["warnings"] == [{"reason": "damaged", "message": "it is cut off"}]
    assert line["timings"]["total_us"] == 0
    assert done.err == f"ocelli: warning: {image}: it is cut off\n"


def test_classes_are_a_table_for_people(
    at_recorder: Ocelli, recorder: Recorder, image: Path
) -> None:
    recorder.answer("Classify", *answers(RESULT, classify_pb2.ClassifyResult(model="m")))
    rows = at_recorder("classify", image, image).out.splitlines()
    assert rows[0].split() == ["image", "label", "score", "model", "ms"]
    assert rows[1].split() == [str(image), "cat", "0.912", "m", "0.0"]
    assert rows[2].split() == ["7", "0.050"]
    assert rows[3].split() == [str(image), "nothing", "m", "0.0"]


def test_options_reach_the_server(at_recorder: Ocelli, recorder: Recorder, image: Path) -> None:
    options = ("--model", "m", "--model-version", "2", "--top-k", 7, "--score-threshold", 0)
    labels = ("--label", "cat", "--label", "dog", "--tolerance", "lenient")
    at_recorder("classify", image, *options, *labels)
    request = recorder.only(classify_pb2.ClassifyRequest)
    assert (request.image.encoded, request.image.tolerance) == (b"x", image_pb2.TOLERANCE_LENIENT)
    assert (request.model, request.model_version) == ("m", "2")
    assert request.options == classify_pb2.ClassifyOptions(
        top_k=7, score_threshold=0, labels=["cat", "dog"]
    )


def test_it_goes_on_after_an_image_that_fails(
    at_recorder: Ocelli, recorder: Recorder, image: Path
) -> None:
    refused = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="it is damaged")
    recorder.answer("Classify", refused, *answers(RESULT))
    done = at_recorder("classify", image, image, "--json")
    assert done.code == 1
    failed, fine = done.lines
    assert failed["error"]["message"] == "it is damaged"
    assert len(fine["classifications"]) == 2


@pytest.mark.parametrize("wrong", [("--top-k", 0), ("--top-k", 1001), ("--score-threshold", 1.5)])
def test_what_cannot_be_is_refused_before_anything_is_sent(
    at_recorder: Ocelli, recorder: Recorder, image: Path, wrong: tuple[str, float]
) -> None:
    at_recorder("classify", image, *wrong).says(wrong[0], 2)
    assert recorder.requests == []


def test_a_real_classifier_tells_what_an_image_shows(
    ocelli: Ocelli, edge: Any, client: Client, tmp_path: Path
) -> None:
    toy_models.write_classifier(edge.models_dir, "by-command")
    client.models.load("by-command")
    draw.save(tmp_path / "blue.png", np.full((8, 8, 3), (0, 10, 250), np.uint8))
    done = ocelli("classify", tmp_path / "blue.png", "--model", "by-command", "--top-k", 1)
    assert done.code == 0
    assert "blue" in done.out
    assert "red" not in done.out
    client.models.unload("by-command")
