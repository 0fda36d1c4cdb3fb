"""A channel and the ways to call over it, of both clients."""

from collections.abc import Awaitable, Callable, Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest
from google.rpc import status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc

from ocelli.client import HealthStatus, NotFound, Unavailable, connect, connect_async
from ocelli.client.health import NOT_SERVING_HINT, UNKNOWN_HINT
from ocelli.v1 import collection_pb2, point_pb2
from tests.client.recorder import Recorder

NOT_READY = r"nope at .* was not ready within 0\.2 s: it has no nope"

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]


def _pages(*pages: tuple[list[str], str]) -> list[point_pb2.ListPointsResponse]:
    return [
        point_pb2.ListPointsResponse(
            points=[point_pb2.Point(id=id_) for id_ in ids], next_page_token=token
        )
        for ids, token in pages
    ]


async def test_a_list_is_walked_to_its_end(call: Call, recorder: Recorder) -> None:
    recorder.answer("ListPoints", *_pages((["a", "b"], "1"), ([], "2"), (["c"], "")))
    found = await call(lambda client: client.points.list("c"))
    assert [point.id for point in found] == ["a", "b", "c"]
    assert [request.page_token for request in recorder.requests] == ["", "1", "2"]


def test_a_page_is_asked_for_when_it_is_needed(recorder: Recorder) -> None:
    recorder.answer("ListPoints", *_pages((["a", "b"], "1"), (["c"], "")))
    with connect(recorder.address) as client:
        found = client.points.list("c")
        assert recorder.requests == []
        assert [next(found).id, next(found).id] == ["a", "b"]
        assert len(recorder.requests) == 1
        assert next(found).id == "c"


async def test_a_list_that_fails_on_the_way_raises(call: Call, recorder: Recorder) -> None:
    gone = status_pb2.Status(code=grpc.StatusCode.NOT_FOUND.value[0], message="it is gone")
    first = collection_pb2.ListCollectionsResponse(next_page_token="1")
    recorder.answer("ListCollections", first, gone)
    with pytest.raises(NotFound, match="it is gone"):
        await call(lambda client: client.collections.list())


class Health(health_pb2_grpc.HealthServicer):
    """Serves from the third question on, and knows one service."""

    def __init__(self) -> None:
        self.checks = 0

    def Check(  # noqa: N802  the protocol's name
        self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext
    ) -> health_pb2.HealthCheckResponse:
        self.checks += 1
        if request.service not in {"", "ocelli.v1.ModelService"}:
            context.abort(grpc.StatusCode.NOT_FOUND, "unknown")
        serving = health_pb2.HealthCheckResponse.SERVING
        status = serving if self.checks > 2 else health_pb2.HealthCheckResponse.NOT_SERVING
        return health_pb2.HealthCheckResponse(status=status)

    def Watch(  # noqa: N802  the protocol's name
        self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext
    ) -> Iterator[health_pb2.HealthCheckResponse]:
        for name in ("NOT_SERVING", "SERVING"):
            status = health_pb2.HealthCheckResponse.ServingStatus.Value(name)
            yield health_pb2.HealthCheckResponse(status=status)


@pytest.fixture
def health() -> Iterator[tuple[str, Health]]:
    servicer = Health()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}", servicer
    server.stop(None).wait(5)


def test_health_is_told_watched_and_waited_for(health: tuple[str, Health]) -> None:
    address, servicer = health
    with connect(address) as client:
        assert client.health() is HealthStatus.NOT_SERVING
        assert client.health("nope") is HealthStatus.SERVICE_UNKNOWN
        assert list(client.watch_health()) == [HealthStatus.NOT_SERVING, HealthStatus.SERVING]
        client.wait_until_ready(10)
        assert servicer.checks >= 3
        with pytest.raises(Unavailable, match=NOT_READY) as caught:
            client.wait_until_ready(0.2, service="nope")
    assert caught.value.hint == UNKNOWN_HINT


async def test_so_it_is_with_asyncio(health: tuple[str, Health]) -> None:
    address, servicer = health
    async with connect_async(address) as client:
        assert await client.health() is HealthStatus.NOT_SERVING
        assert await client.health("nope") is HealthStatus.SERVICE_UNKNOWN
        watched = [one async for one in client.watch_health()]
        assert watched == [HealthStatus.NOT_SERVING, HealthStatus.SERVING]
        await client.wait_until_ready(10)
        assert servicer.checks >= 3
        with pytest.raises(Unavailable, match=NOT_READY) as caught:
            await client.wait_until_ready(0.2, service="nope")
    assert caught.value.hint == UNKNOWN_HINT


async def test_a_server_that_answers_is_not_called_unreachable(
    health: tuple[str, Health],
) -> None:
    address, servicer = health
    servicer.checks = -1000
    with connect(address) as client, pytest.raises(Unavailable, match="NOT_SERVING") as caught:
        client.wait_until_ready(0.2)
    assert caught.value.hint == NOT_SERVING_HINT
    async with connect_async(address) as client:
        with pytest.raises(Unavailable, match="NOT_SERVING") as caught:
            await client.wait_until_ready(0.2)
    assert caught.value.hint == NOT_SERVING_HINT
