"""Health of a server's services, by the standard `grpc.health.v1`."""

from enum import StrEnum

import grpc
from grpc_health.v1 import health_pb2

from ocelli.client.errors import Unavailable

READY_SERVICE = "ocelli.v1.ModelService"
"""The service that serves as soon as the server and its Triton do."""
RETRY_AFTER_S = 0.1
"""Pause between two checks while waiting for a server."""
CHECK_TIMEOUT_S = 2.0
"""How long one of these checks may take."""

NOT_SERVING_HINT = "the server's log tells what it waits for, such as Triton"
"""What to do about a service that the server has but does not serve."""
UNKNOWN_HINT = "services are named as in the contract, and models as `model/nanodet`"
"""What to do about a service that the server does not have."""


class HealthStatus(StrEnum):
    """Whether a service serves, as the server reports it."""

    UNKNOWN = "UNKNOWN"
    SERVING = "SERVING"
    NOT_SERVING = "NOT_SERVING"
    SERVICE_UNKNOWN = "SERVICE_UNKNOWN"


def request(service: str) -> health_pb2.HealthCheckRequest:
    """Asks after a service."""
    return health_pb2.HealthCheckRequest(service=service)


def status(response: health_pb2.HealthCheckResponse) -> HealthStatus:
    """Reads the answer."""
    name = health_pb2.HealthCheckResponse.ServingStatus.Name(response.status)
    return HealthStatus(name)


def status_of_error(error: BaseException) -> HealthStatus | None:
    """Reads the error that stands for a service which the server does not know."""
    known = getattr(error, "code", lambda: None)() is not grpc.StatusCode.NOT_FOUND
    return None if known else HealthStatus.SERVICE_UNKNOWN


def not_ready(address: str, service: str, timeout_s: float, last: str, hint: str) -> Unavailable:
    """Makes the error of a server that did not become ready in time."""
    subject = f"{service} at {address}" if service else address
    return Unavailable(
        f"{subject} was not ready within {timeout_s:g} s: {last}",
        code=grpc.StatusCode.UNAVAILABLE,
        hint=hint,
    )
