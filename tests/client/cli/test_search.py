"""`ocelli search`, against a server that notes what it is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ocelli.client import equals
from ocelli.v1 import search_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

FOUND = search_pb2.SearchResponse(
    hits=[search_pb2.Hit(id="a", score=0.5, payload={"label": "cat"})]
)


@pytest.mark.parametrize(
    ("query", "kind"),
    [(("--text", "a cat"), "text"), (("--id", "a"), "id"), (("--vector", "1,2"), "vector")],
)
def test_what_to_be_near_to_can_be_said_in_several_ways(
    at_recorder: Ocelli, recorder: Recorder, query: tuple[str, ...], kind: str
) -> None:
    recorder.answer("Search", FOUND)
    done = at_recorder("search", "c", *query, "--limit", 3, "--score-threshold", 0.2, "--json")
    assert done.lines == [{"id": "a", "score": 0.5, "payload": {"label": "cat"}}]
    request = recorder.only(search_pb2.SearchRequest)
    assert request.WhichOneof("query") == kind
    assert (request.limit, request.score_threshold) == (3, pytest.approx(0.2))


def test_an_image_and_a_vector_may_come_from_files(
    at_recorder: Ocelli, recorder: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "x.jpg").write_bytes(b"x")
    (tmp_path / "x.json").write_text("[1, 2]")
    recorder.answer("Search", FOUND, FOUND)
    assert "label=cat" in at_recorder("search", "c", tmp_path / "x.jpg").out
    assert at_recorder("search", "c", "--vector", f"@{tmp_path / 'x.json'}").code == 0
    image, vector = recorder.requests
    assert image.image.encoded == b"x"
    assert list(vector.vector.values) == [1, 2]
    at_recorder("search", "c", "--vector", "@/no/such").says("cannot read /no/such", 2)


def test_filters_are_read_by_the_schema(at_recorder: Ocelli, recorder: Recorder) -> None:
    assert "nothing found" in at_recorder("search", "c", "--id", "a", "--filter", "label=cat").out
    assert recorder.requests[-1].filter == equals("label", "cat")


def test_hits_without_files_have_no_contact_sheet(
    at_recorder: Ocelli, recorder: Recorder, tmp_path: Path
) -> None:
    recorder.answer("Search", FOUND)
    done = at_recorder("search", "c", "--id", "a", "--out", tmp_path / "sheet.png")
    done.says("no hit has a `path`", 1)


def test_the_regions_that_were_searched_with_are_shown(
    at_recorder: Ocelli, recorder: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "x.jpg").write_bytes(b"x")
    box = {"x_min": 1, "y_min": 2, "x_max": 30, "y_max": 40}
    region = search_pb2.SearchedRegion(box=box, label="cat", score=0.5, hits=FOUND.hits)
    recorder.answer("Search", *[search_pb2.SearchResponse(regions=[region])] * 2)
    done = at_recorder("search", "c", tmp_path / "x.jpg", "--regions", "each", "--json")
    (line,) = done.lines
    assert line["region"] == {"label": "cat", "score": 0.5, "box": [1, 2, 30, 40]}
    assert line["id"] == "a"
    shown = at_recorder("search", "c", tmp_path / "x.jpg", "--regions", "each").out
    assert "cat 0.50 at 1, 2, 30, 40" in shown
    assert [request.region_use for request in recorder.requests] == [
        search_pb2.REGION_USE_EACH,
        search_pb2.REGION_USE_EACH,
    ]
