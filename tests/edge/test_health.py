"""grpc.health.v1 as probes and watchers use it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.edge.server.readiness import Readiness
from ocelli.edge.services.health import HealthService

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
DETECT = "ocelli.v1.DetectService"


@pytest.fixture
def readiness() -> Readiness:
    readiness = Readiness()
    readiness.update({"": True, DETECT: False})
    return readiness


@pytest_asyncio.fixture
async def stub(readiness: Readiness) -> AsyncIterator[Any]:
    """The health service on a real socket."""
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(HealthService(readiness), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield health_pb2_grpc.HealthStub(channel)
    await server.stop(None)


def ask(service: str) -> Any:
    return health_pb2.HealthCheckRequest(service=service)


async def test_check_tells_live_and_ready_apart(stub: Any) -> None:
    assert (await stub.Check(ask(""), timeout=5)).status == SERVING
    assert (await stub.Check(ask(DETECT), timeout=5)).status == NOT_SERVING


async def test_check_of_an_unknown_service_is_not_found_and_lists_the_known(stub: Any) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await stub.Check(ask("nosuch"), timeout=5)
    assert failed.value.code() is grpc.StatusCode.NOT_FOUND
    assert DETECT in (failed.value.details() or "")


async def test_watchers_are_told_of_changes_after_another_one_left(
    stub: Any, readiness: Readiness
) -> None:
    first, second = (stub.Watch(ask(DETECT), timeout=10) for _ in range(2))
    assert (await first.read()).status == NOT_SERVING
    assert (await second.read()).status == NOT_SERVING
    first.cancel()
    await asyncio.sleep(0.05)
    for ready, status in ((True, SERVING), (False, NOT_SERVING)):
        readiness.update({"": True, DETECT: ready})
        assert (await asyncio.wait_for(second.read(), 2)).status == status
    second.cancel()


async def test_a_watched_service_may_come_and_go(stub: Any, readiness: Readiness) -> None:
    watch = stub.Watch(ask("model/new"), timeout=10)
    assert (await watch.read()).status == UNKNOWN
    readiness.update({"": True, "model/new": True})
    assert (await watch.read()).status == SERVING
    readiness.update({"": True})
    assert (await watch.read()).status == UNKNOWN
    watch.cancel()


async def test_a_change_that_does_not_concern_a_watcher_is_not_told(
    stub: Any, readiness: Readiness
) -> None:
    watch = stub.Watch(ask(DETECT), timeout=10)
    await watch.read()
    readiness.update({"": True, DETECT: False, "model/new": True})
    readiness.update({"": True, DETECT: True, "model/new": True})
    assert (await watch.read()).status == SERVING
    watch.cancel()
