"""Calls of `PointService` about stored points."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from ocelli.client import InvalidRequest, Point, equals
from ocelli.client.requests.point import delete, get, list_all, update_payload, upsert
from ocelli.v1 import point_pb2

NO_CHANGE: dict[str, Any] = {"merge": None, "replace": None, "delete_keys": None}


def test_points_go_out_a_thousand_at_a_time() -> None:
    calls = list(upsert("c", (Point(f"p{n}", [1, 2]) for n in range(2001))))
    assert [len(call.request.points) for call in calls] == [1000, 1000, 1]
    assert calls[1].request.points[0].id == "p1000"
    refused = point_pb2.UpsertPointsResponse(errors=[point_pb2.PointError(index=3)])
    assert [list(call.read(refused).errors) for call in calls] == [[3], [1003], [2003]]


def test_large_points_go_out_by_their_bytes() -> None:
    vector = np.zeros(65536, np.float32)
    calls = list(upsert("c", (Point(f"p{n}", vector) for n in range(40))))
    sizes = [call.request.ByteSize() for call in calls]
    assert max(sizes) < 4 * 1024 * 1024 + 1024
    assert len(sizes) == 3
    assert sum(len(call.request.points) for call in calls) == 40


def test_points_are_drawn_as_they_go() -> None:
    drawn = 0

    def points() -> Iterator[Point]:
        nonlocal drawn
        for _ in range(5000):
            drawn += 1
            yield Point("p", [1])

    calls = upsert("c", points())
    next(calls)
    assert drawn == 1001


def test_no_points_are_one_call_that_checks_the_name() -> None:
    (call,) = upsert("c", [])
    assert (call.request.collection, len(call.request.points)) == ("c", 0)


def test_one_id_may_be_given_alone() -> None:
    request = get("c", "abc", with_payload=False, with_vector=True).request
    assert list(request.ids) == ["abc"]
    assert (request.with_payload, request.with_vector) == (False, True)


def test_a_list_goes_on_where_a_token_leads() -> None:
    page = list_all("c", equals("a", 1), page_size=7, with_payload=True, with_vector=False)
    request = page("token").request
    assert (request.page_size, request.page_token) == (7, "token")
    assert request.filter.equals.field == "a"
    response = point_pb2.ListPointsResponse(points=[point_pb2.Point(id="x")], next_page_token="t")
    read = page("").read(response)
    assert ([point.id for point in read.items], read.next_page_token) == (["x"], "t")
    with pytest.raises(InvalidRequest):
        list_all("c", None, page_size=-1, with_payload=True, with_vector=False)


def test_points_are_deleted_by_id_or_by_filter() -> None:
    assert list(delete("c", ["a", "b"], None).request.ids) == ["a", "b"]
    assert delete("c", None, equals("a", 1)).request.HasField("filter")
    assert not delete("c", [], None).request.HasField("filter")
    for ids, matching in ((None, None), (["a"], equals("a", 1))):
        with pytest.raises(InvalidRequest, match="exactly one of ids, filter"):
            delete("c", ids, matching)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"merge": {"a": 1}}, "merge"),
        ({"replace": {}}, "replace"),
        ({"delete_keys": "a"}, "delete_keys"),
    ],
)
def test_a_payload_is_changed_in_one_way(change: dict[str, Any], kind: str) -> None:
    request = update_payload("c", ["x"], None, **{**NO_CHANGE, **change}).request
    assert request.WhichOneof("change") == kind
    by_filter = update_payload("c", None, equals("a", 1), **{**NO_CHANGE, **change}).request
    assert by_filter.HasField("filter")


@pytest.mark.parametrize("change", [{}, {"merge": {}, "delete_keys": ["a"]}])
def test_more_than_one_change_or_none_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="exactly one of merge, replace, delete_keys"):
        update_payload("c", ["x"], None, **{**NO_CHANGE, **change})
