"""Requests to nodes that fail, refuse or hang."""

import asyncio
import contextlib
import gc
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.opensearch import failures
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.bulk import Write, Writer
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.health import Health
from ocelli.edge.index.opensearch.together import Together
from ocelli.edge.index.opensearch.tuning import OpenSearchTuning
from ocelli.edge.index.port import OutOfDate
from tests.index.calls import soon

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GONE = "127.0.0.1:9"


class Node:
    """A node that answers as told."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: Handler = self.good

    async def good(self, request: web.Request) -> web.Response:
        return web.json_response({"n": self.asked, "discovered_cluster_manager": True})

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        return await self.answer(request)


def refusing(status: int, kind: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"error": {"type": kind, "reason": "why"}}, status=status)

    return answer


@pytest.fixture
async def node() -> AsyncIterator[tuple[Node, str]]:
    node = Node()
    runner = web.AppRunner(_app(node), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield node, f"{host}:{port}"
    await runner.cleanup()


def _app(node: Node) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", node.handle)
    return app


@pytest.fixture
async def cluster(node: tuple[Node, str]) -> AsyncIterator[Cluster]:
    cluster = Cluster(OpenSearchAccess.of(f"opensearch://{GONE},{node[1]}"))
    await cluster.open()
    yield cluster
    await cluster.close()


async def ask(cluster: Cluster, after_s: float = 5) -> dict[str, int]:
    return await cluster.request("GET", "/x", dict[str, int | bool], call=soon(after_s))


async def test_a_node_that_is_gone_fails_no_request(cluster: Cluster, node: tuple[Node, str]):
    for n in range(1, 6):
        assert (await ask(cluster))["n"] == n


async def test_what_passes_is_waited_for(cluster: Cluster, node: tuple[Node, str]):
    async def later(request: web.Request) -> web.StreamResponse:
        if node[0].asked < 4:
            return await refusing(503, "cluster_block_exception")(request)
        return await node[0].good(request)

    node[0].answer = later
    assert (await ask(cluster))["n"] == 4


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (429, "rejected_execution_exception", Reason.OVERLOADED),
        (429, "circuit_breaking_exception", Reason.OVERLOADED),
        (401, "", Reason.INDEX_UNAVAILABLE),
        (400, "parsing_exception", Reason.INDEX_UNAVAILABLE),
    ],
)
async def test_refusals_have_reasons(
    cluster: Cluster, node: tuple[Node, str], status: int, kind: str, reason: Reason
):
    node[0].answer = refusing(status, kind)
    with pytest.raises(Refused) as caught:
        await ask(cluster)
    assert failures.unexpected(caught.value.fault).reason is reason


def test_a_missing_index_is_another_state():
    fault = failures.read(404, b'{"error":{"type":"index_not_found_exception"},"status":404}')
    assert isinstance(failures.of_state(fault), OutOfDate)
    assert failures.read(502, b"<html>").status == 502
    assert failures.read(400, b'{"error":"text"}').reason == "text"


async def test_waits_end_with_the_deadline(cluster: Cluster, node: tuple[Node, str]):
    async def hang(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    node[0].answer = hang
    began_s = time.monotonic()
    with pytest.raises(OcelliError) as caught:
        await ask(cluster, 0.5)
    assert caught.value.reason is Reason.DEADLINE_EXCEEDED
    node[0].answer = refusing(503, "cluster_manager_not_discovered_exception")
    with pytest.raises(OcelliError) as caught:
        await ask(cluster, 0.5)
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    assert time.monotonic() - began_s < 3


async def test_calls_are_bounded(node: tuple[Node, str]):
    cluster = Cluster(OpenSearchAccess.of(f"opensearch://{node[1]}"), max_calls=0)
    with pytest.raises(OcelliError) as caught:
        await ask(cluster)
    assert caught.value.reason is Reason.OVERLOADED


async def until_told(told: list[bool], times: int) -> None:
    async with asyncio.timeout(8):
        while len(told) < times:  # noqa: ASYNC110  # what is waited for is elsewhere
            await asyncio.sleep(0.05)


async def test_readiness_follows_the_nodes(cluster: Cluster, node: tuple[Node, str]):
    health = Health(cluster)
    told: list[bool] = []
    health.on_change(told.append)
    node[0].answer = refusing(503, "")
    with pytest.raises(OcelliError) as caught:
        await health.start(soon(0.5).deadline)
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    node[0].answer = node[0].good
    await health.start(soon().deadline)
    assert health.ready
    node[0].answer = refusing(503, "")
    await until_told(told, 2)
    assert not health.ready
    node[0].answer = node[0].good
    await until_told(told, 3)
    await health.stop()
    assert told == [True, False, True, False]


async def test_what_is_no_cluster_is_unavailable(cluster: Cluster):
    with pytest.raises(OcelliError) as caught:
        await cluster.request("GET", "/x", list[int], call=soon())
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE


class Writes(list[Write]):
    """Writes that one can watch go."""


async def test_writes_that_are_out_of_date_are_let_go_uncollected(
    cluster: Cluster, node: tuple[Node, str]
) -> None:
    node[0].answer = refusing(404, "index_not_found_exception")
    together = Together(Writer(cluster, OpenSearchTuning()))

    async def write(made: list[weakref.ref[Writes]]) -> None:
        writes = Writes([Write("index", "a", b"{}")])
        made.append(weakref.ref(writes))
        with contextlib.suppress(OutOfDate):
            await together.write("state", writes, soon())

    gc.collect()
    gc.disable()
    try:
        made: list[weakref.ref[Writes]] = []
        async with asyncio.TaskGroup() as group:
            for _ in range(3):  # of which the last two wait for the first, and share a request
                group.create_task(write(made))
        await asyncio.sleep(0.1)
        assert [ref() for ref in made] == [None] * 3
    finally:
        gc.enable()
        await together.close()
