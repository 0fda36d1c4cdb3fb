"""Health, read."""

import grpc
import pytest
from grpc_health.v1 import health_pb2

from ocelli.client import HealthStatus, Unavailable, health


@pytest.mark.parametrize("status", list(HealthStatus))
def test_every_status_has_its_name(status: HealthStatus) -> None:
    number = health_pb2.HealthCheckResponse.ServingStatus.Value(status.value)
    assert health.status(health_pb2.HealthCheckResponse(status=number)) is status


class _Ended(grpc.RpcError):
    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code


def test_a_service_that_is_not_known_is_a_status_and_all_else_an_error() -> None:
    assert health.status_of_error(_Ended(grpc.StatusCode.NOT_FOUND)) is (
        HealthStatus.SERVICE_UNKNOWN
    )
    assert health.status_of_error(_Ended(grpc.StatusCode.UNAVAILABLE)) is None
    assert health.status_of_error(grpc.RpcError()) is None


def test_one_that_was_not_ready_in_time_is_told_with_what_was_seen_last() -> None:
    error = health.not_ready("here:1", "model/m", 0.5, "health says NOT_SERVING", "see its log")
    assert isinstance(error, Unavailable)
    assert error.message == "model/m at here:1 was not ready within 0.5 s: health says NOT_SERVING"
    assert error.hint == "see its log"
    assert health.not_ready("here:1", "", 2, "x", "do this").message.startswith("here:1 was not")
    assert health.not_ready("here:1", "", 2, "x", "do this").hint == "do this"
