"""`ocelli points`, against a server that notes what it is sent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2

from ocelli.client import all_of, equals, range_
from ocelli.client.collection import schema
from ocelli.v1 import collection_pb2, point_pb2
from tests.client.recorder import Recorder

Ocelli = Callable[..., Any]

DESCRIBED = collection_pb2.GetCollectionResponse(
    collection=collection_pb2.Collection(
        name="c", fields=schema({"label": "keyword", "year": "integer"})
    )
)


def _points(*ids: str, next_page_token: str = "") -> point_pb2.ListPointsResponse:
    points = [
        point_pb2.Point(id=id_, payload={"year": 2020}, vector={"values": [1, 2]}) for id_ in ids
    ]
    return point_pb2.ListPointsResponse(points=points, next_page_token=next_page_token)


def test_list_prints_all_pages(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("ListPoints", _points("a", "b", next_page_token="1"), _points("c"))
    done = at_recorder("points", "list", "c", "--with-vector", "--json")
    assert [line["id"] for line in done.lines] == ["a", "b", "c"]
    assert done.lines[0] == {"id": "a", "payload": {"year": 2020}, "vector": [1, 2]}
    assert [request.with_vector for request in recorder.requests] == [True, True]


def test_list_stops_at_its_limit_and_filters(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("GetCollection", DESCRIBED)
    recorder.answer("ListPoints", _points("a", "b", next_page_token="1"))
    done = at_recorder(
        *("points", "list", "c", "--limit", 2),
        *("--filter", "label=7", "--filter", "year>2000"),
    )
    assert "year=2020" in done.out
    described, listed = recorder.requests
    assert described.name == "c"
    assert listed.page_size == 2
    assert not listed.with_vector
    assert listed.filter == all_of(equals("label", "7"), range_("year", gt=2000))
    assert "no points" in at_recorder("points", "list", "c").out


def test_get_tells_what_is_missing(at_recorder: Ocelli, recorder: Recorder) -> None:
    found = point_pb2.GetPointsResponse(points=_points("a").points, missing_ids=["b"])
    recorder.answer("GetPoints", found)
    done = at_recorder("points", "get", "c", "a", "b", "--json")
    assert (done.code, [line["id"] for line in done.lines]) == (1, ["a"])
    assert done.err == "ocelli: c has no point b\n"


def test_count(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("CountPoints", *[point_pb2.CountPointsResponse(count=7)] * 2)
    assert at_recorder("points", "count", "c").out == "count: 7\n"
    assert at_recorder("points", "count", "c", "--json").lines == [{"count": 7}]


def test_upsert_stores_what_list_printed(
    at_recorder: Ocelli, recorder: Recorder, tmp_path: Path
) -> None:
    recorder.answer("ListPoints", _points("a", "b"))
    file = tmp_path / "points.jsonl"
    listed = at_recorder("points", "list", "c", "--with-vector", "--json")
    file.write_text(f"{listed.out}\n")
    recorder.answer("UpsertPoints", point_pb2.UpsertPointsResponse(stored=2))
    assert at_recorder("points", "upsert", "c", file).out == "stored: 2\n"
    assert recorder.requests[-1].points == _points("a", "b").points


def test_upsert_reads_the_standard_input_and_names_refused_points(
    at_recorder: Ocelli, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "points.jsonl"
    file.write_text(json.dumps({"id": "a", "vector": [1]}))
    refused = status_pb2.Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0], message="1 value")
    recorder.answer(
        "UpsertPoints",
        point_pb2.UpsertPointsResponse(errors=[point_pb2.PointError(index=0, error=refused)]),
    )
    with file.open() as standard_input:
        monkeypatch.setattr("sys.stdin", standard_input)
        done = at_recorder("points", "upsert", "c")
    assert (done.code, done.out, done.err) == (1, "stored: 0\n", "ocelli: point 1: 1 value\n")


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        '{"id": 1, "vector": []}',
        '{"id": "a"}',
        '{"id": "a", "vector": [], "payload": 1}',
    ],
)
def test_upsert_names_a_line_that_is_no_point(
    at_recorder: Ocelli, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "points.jsonl"
    file.write_text(f"\n{line}\n")
    at_recorder("points", "upsert", "c", file).says(f"{file}:2 is no point", 1)


def test_delete_takes_ids_or_a_filter(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("GetCollection", DESCRIBED)
    recorder.answer("DeletePoints", *[point_pb2.DeletePointsResponse(deleted=2)] * 2)
    assert at_recorder("points", "delete", "c", "a", "b").out == "deleted: 2\n"
    done = at_recorder("points", "delete", "c", "--filter", "label=cat", "--json")
    assert done.lines == [{"deleted": 2}]
    by_id, _, by_filter = recorder.requests
    assert list(by_id.ids) == ["a", "b"]
    assert by_filter.filter == equals("label", "cat")
    assert not by_filter.ids


def test_update_payload(at_recorder: Ocelli, recorder: Recorder) -> None:
    recorder.answer("GetCollection", DESCRIBED)
    recorder.answer("UpdatePayload", *[point_pb2.UpdatePayloadResponse(updated=1)] * 3)
    change = ("points", "update-payload", "c")
    done = at_recorder(*change, "a", "--merge", "year=2020", "--merge", "x=y")
    assert done.out == "updated: 1\n"
    at_recorder(*change, "a", "--replace", "year=2020")
    at_recorder(*change, "--filter", "label=cat", "--delete-key", "x", "--delete-key", "y")
    merge, replace, _, delete_keys = recorder.requests
    assert dict(merge.merge) == {"year": 2020, "x": "y"}
    assert replace.replace["year"] == 2020
    assert list(delete_keys.delete_keys.keys) == ["x", "y"]
    assert delete_keys.filter == equals("label", "cat")
    at_recorder(*change, "a", "--merge", "x").says("--merge", 2)
