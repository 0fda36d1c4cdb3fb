"""Calls about points, of both clients."""

from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from ocelli.client import InvalidRequest, Point, equals
from ocelli.v1 import point_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]


async def test_upsert(call: Call, recorder: Recorder) -> None:
    recorder.answer(
        "UpsertPoints",
        point_pb2.UpsertPointsResponse(stored=999, errors=[point_pb2.PointError(index=4)]),
        point_pb2.UpsertPointsResponse(stored=1),
    )
    vector = np.array([1, 2], np.float32)
    points = [Point(f"p{n}", vector, {"n": n}) for n in range(1001)]
    result = await call(lambda client: client.points.upsert("c", points))
    assert (result.stored, list(result.errors)) == (1000, [4])
    assert [len(request.points) for request in recorder.requests] == [1000, 1]
    assert list(recorder.requests[0].points[7].vector.values) == [1, 2]
    assert recorder.requests[0].points[7].payload["n"] == 7


async def test_get(call: Call, recorder: Recorder) -> None:
    stored = point_pb2.Point(id="a", payload={"year": 2020})
    recorder.answer("GetPoints", point_pb2.GetPointsResponse(points=[stored], missing_ids=["b"]))
    found = await call(lambda client: client.points.get("c", ["a", "b"], with_payload=False))
    assert ([point.id for point in found.points], found.missing_ids) == (["a"], ("b",))
    request = recorder.only(point_pb2.GetPointsRequest)
    assert (list(request.ids), request.with_payload, request.with_vector) == (
        ["a", "b"],
        False,
        False,
    )


async def test_list(call: Call, recorder: Recorder) -> None:
    stored = point_pb2.Point(id="a", vector={"values": [1, 2]})
    recorder.answer("ListPoints", point_pb2.ListPointsResponse(points=[stored]))
    (point,) = await call(
        lambda client: client.points.list(
            "c", equals("label", "cat"), page_size=5, with_vector=True
        )
    )
    assert point.vector.tolist() == [1, 2]
    request = recorder.only(point_pb2.ListPointsRequest)
    assert (request.page_size, request.with_vector, request.with_payload) == (5, True, True)
    assert request.filter == equals("label", "cat")


async def test_count(call: Call, recorder: Recorder) -> None:
    recorder.answer("CountPoints", point_pb2.CountPointsResponse(count=7))
    assert await call(lambda client: client.points.count("c", equals("label", "cat"))) == 7
    assert recorder.only(point_pb2.CountPointsRequest).filter == equals("label", "cat")


async def test_delete(call: Call, recorder: Recorder) -> None:
    told = [point_pb2.DeletePointsResponse(deleted=n) for n in (2, 9)]
    recorder.answer("DeletePoints", *told)
    assert await call(lambda client: client.points.delete("c", ["a", "b"])) == 2
    assert await call(lambda client: client.points.delete("c", filter=equals("a", 1))) == 9
    by_id, by_filter = recorder.requests
    assert (list(by_id.ids), by_id.HasField("filter")) == (["a", "b"], False)
    assert (list(by_filter.ids), by_filter.filter) == ([], equals("a", 1))
    with pytest.raises(InvalidRequest):
        await call(lambda client: client.points.delete("c"))


async def test_update_payload(call: Call, recorder: Recorder) -> None:
    told = [point_pb2.UpdatePayloadResponse(updated=n) for n in (1, 2, 3)]
    recorder.answer("UpdatePayload", *told)
    updated = [
        await call(lambda client: client.points.update_payload("c", ["a"], merge={"x": 1})),
        await call(lambda client: client.points.update_payload("c", ["a"], replace={})),
        await call(
            lambda client: client.points.update_payload(
                "c", filter=equals("a", 1), delete_keys=["x", "y"]
            )
        ),
    ]
    assert updated == [1, 2, 3]
    merge, replace, delete_keys = recorder.requests
    assert merge.merge["x"] == 1
    assert replace.WhichOneof("change") == "replace"
    assert list(delete_keys.delete_keys.keys) == ["x", "y"]
    assert delete_keys.filter == equals("a", 1)
