"""Points and what becomes of them."""

import grpc
import numpy as np
from google.rpc import status_pb2

from ocelli.client import NotFound, Point, UpsertResult
from ocelli.client.point import pack_point, stored_points, unpack_point, upsert_result
from ocelli.v1 import point_pb2


def test_a_point_comes_back_as_it_was() -> None:
    point = Point("a", np.array([1, 2], np.float32), {"year": 2020})
    back = unpack_point(pack_point(point))
    assert (back.id, back.payload) == ("a", {"year": 2020})
    assert isinstance(back.vector, np.ndarray)
    assert back.vector.tolist() == [1, 2]


def test_a_point_without_a_vector_has_none() -> None:
    packed = pack_point(Point("a"))
    assert not packed.HasField("vector")
    assert unpack_point(packed).vector is None


def test_points_by_id_tell_what_is_missing() -> None:
    found = stored_points(
        point_pb2.GetPointsResponse(points=[point_pb2.Point(id="a")], missing_ids=["b"])
    )
    assert [point.id for point in found.points] == ["a"]
    assert found.missing_ids == ("b",)


def test_refused_points_keep_the_position_that_they_had_among_all() -> None:
    error = status_pb2.Status(code=grpc.StatusCode.NOT_FOUND.value[0], message="no")
    response = point_pb2.UpsertPointsResponse(
        stored=9, errors=[point_pb2.PointError(index=3, error=error)]
    )
    result = UpsertResult(1000, {}) + upsert_result(response, 1000)
    assert result.stored == 1009
    assert list(result.errors) == [1003]
    assert isinstance(result.errors[1003], NotFound)
