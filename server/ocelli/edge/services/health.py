"""grpc.health.v1, per service and per model.

The servicer of grpcio-health-checking is not used: its asyncio `Watch` shares one condition between
watchers and drops it when the first of them leaves.
"""

from collections.abc import AsyncIterator

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.edge.errors import quote
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.server.readiness import Readiness

_MAX_KNOWN_CHARS = 1000

_STATUS = {
    True: health_pb2.HealthCheckResponse.SERVING,
    False: health_pb2.HealthCheckResponse.NOT_SERVING,
    None: health_pb2.HealthCheckResponse.SERVICE_UNKNOWN,
}


class HealthService(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # its package is untyped
    """Serves Check and Watch."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def Check(
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> health_pb2.HealthCheckResponse:
        """Tells whether a service serves now; NOT_FOUND for an unknown one."""
        serving = self._readiness.get(request.service)
        if serving is None:
            known = ", ".join(repr(name) for name in sorted(self._readiness.all()))
            await context.abort(
                grpc.StatusCode.NOT_FOUND,
                f"unknown service {quote(request.service)}; known: {known[:_MAX_KNOWN_CHARS]}",
            )
        return health_pb2.HealthCheckResponse(status=_STATUS[serving])

    async def Watch(
        self, request: health_pb2.HealthCheckRequest, context: Context
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Tells at once and then at every change, SERVICE_UNKNOWN included, until cancelled."""
        told = None
        with self._readiness.watch() as changed:
            while True:
                changed.clear()
                status = _STATUS[self._readiness.get(request.service)]
                if status != told:
                    told = status
                    yield health_pb2.HealthCheckResponse(status=status)
                    continue
                await changed.wait()
