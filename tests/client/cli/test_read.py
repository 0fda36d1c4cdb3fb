"""`ocelli read`, against a server that notes what it is sent."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.rpc import code_pb2, status_pb2

from ocelli.client import draw
from ocelli.v1 import image_pb2, read_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

CORNERS = [(1.25, 2), (30, 2), (30, 9), (1.25, 9)]
LINE = read_pb2.TextLine(
    text="[red] 1,5 €",
    score=0.912345678,
    corners=[read_pb2.TextCorner(x=x, y=y) for x, y in CORNERS],
)
RESULT = read_pb2.ReadResult(
    lines=[LINE], width=40, height=30, model="m", model_version="2", unread_lines=3
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "x.png"
    draw.save(path, np.full((30, 40, 3), 255, np.uint8))
    return path


def answers(*results: read_pb2.ReadResult) -> Iterator[read_pb2.ReadResponse]:
    return (read_pb2.ReadResponse(result=result) for result in results)


def test_lines_are_lines_of_json(at_recorder: Ocelli, recorder: Recorder, image: Path) -> None:
    recorder.answer("Read", *answers(RESULT))
    done = at_recorder("read", image, "--json")
    assert done.code == 0
    (line,) = done.lines
    assert line["lines"] == [
        {"text": "[red] 1,5 €", "score": 0.91235, "corners": [list(at) for at in CORNERS]}
    ]
    assert (line["width"], line["height"], line["unread_lines"]) == (40, 30, 3)
    assert (line["model"], line["model_version"]) == ("m", "2")


def test_lines_are_a_table_for_people(at_recorder: Ocelli, recorder: Recorder, image: Path) -> None:
    recorder.answer("Read", *answers(RESULT, read_pb2.ReadResult(model="m")))
    out = at_recorder("read", image, image).out
    assert "[red] 1,5 €" in out
    assert "0.912" in out
    assert "3 more lines were not read" in out
    assert "nothing found" in out


def test_options_reach_the_server(at_recorder: Ocelli, recorder: Recorder, image: Path) -> None:
    options = ("--model", "m", "--model-version", "2", "--max-lines", 7, "--score-threshold", 0)
    at_recorder("read", image, *options, "--tolerance", "lenient")
    request = recorder.only(read_pb2.ReadRequest)
    assert request.image.tolerance == image_pb2.TOLERANCE_LENIENT
    assert (request.model, request.model_version) == ("m", "2")
    assert request.options == read_pb2.ReadOptions(max_lines=7, score_threshold=0)


def test_the_corners_are_drawn(
    at_recorder: Ocelli, recorder: Recorder, image: Path, tmp_path: Path
) -> None:
    recorder.answer("Read", *answers(RESULT))
    drawn = tmp_path / "drawn.png"
    assert at_recorder("read", image, "--out", drawn).code == 0
    pixels = draw.load(drawn)
    assert (pixels[2, 10:25] < 255).any()
    assert (pixels[20:] == 255).all()


def test_it_goes_on_after_an_image_that_fails(
    at_recorder: Ocelli, recorder: Recorder, image: Path
) -> None:
    refused = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message="it is damaged")
    recorder.answer("Read", refused, *answers(RESULT))
    done = at_recorder("read", image, image, "--json")
    assert done.code == 1
    failed, fine = done.lines
    assert failed["error"]["message"] == "it is damaged"
    assert len(fine["lines"]) == 1
