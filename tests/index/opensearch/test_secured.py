"""A cluster behind TLS and credentials: a proxy that asks for both, in front of real nodes."""

import asyncio
import base64
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import numpy as np
import pytest
import trustme
from aiohttp import web

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.opensearch_index import OpenSearchIndex
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.conftest import OCELLI
from tests.index.calls import soon

pytestmark = pytest.mark.system

TOKEN = "t0ken"  # the proxy's own
BASIC = base64.b64encode(b"edge:s3cret").decode()
ALLOWED = {f"Bearer {TOKEN}", f"Basic {BASIC}"}


@dataclass
class Proxy:
    """A node as a secured cluster shows it."""

    address: str = ""
    behind: str = ""
    ca: str = ""
    denied: int = 401
    seen: list[str] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        if request.headers.get("authorization") not in ALLOWED:
            return web.Response(status=self.denied, text="Unauthorized")
        self.seen.append(request.method)
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                f"{self.behind}{request.path_qs}",
                data=await request.read(),
                headers={"content-type": "application/json"},
            ) as answer,
        ):
            return web.Response(
                status=answer.status, body=await answer.read(), content_type="application/json"
            )


@pytest.fixture
async def proxy(index_engine: str, tmp_path: Path) -> AsyncIterator[Proxy]:
    if index_engine == "embedded":
        pytest.skip("needs --index-engine opensearch://…")
    authority = trustme.CA()
    behind = OpenSearchAccess.of(index_engine).nodes[0]
    proxy = Proxy(behind=behind, ca=str(tmp_path / "ca.pem"))
    authority.cert_pem.write_to_path(proxy.ca)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    app = web.Application(client_max_size=100 << 20)
    app.router.add_route("*", "/{path:.*}", proxy.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    proxy.address = f"opensearchs://127.0.0.1:{runner.addresses[0][1]}/secured"
    yield proxy
    await runner.cleanup()


@contextlib.asynccontextmanager
async def opened(proxy: Proxy, **settings: str) -> AsyncIterator[ValidatedIndex]:
    index = ValidatedIndex(OpenSearchIndex(OpenSearchAccess.of(proxy.address, **settings)))
    await index.start(soon(20).deadline)
    try:
        yield index
    finally:
        await index.close()


@pytest.mark.parametrize(
    "credentials", [{"token": TOKEN}, {"user": "edge", "password": "s3cret"}], ids=["token", "user"]
)
async def test_credentials_are_shown_over_tls(proxy: Proxy, credentials: dict[str, str]):
    async with opened(proxy, ca=proxy.ca, **credentials) as index:
        await index.create_collection(Collection(name="a", dimension=2), call=soon(30))
        try:
            point = Point(id="p", vector=np.ones(2, "f4"))
            assert not any(await index.upsert("a", [point], call=soon(30)))
            hits = await index.search("a", SearchQuery(vector=np.ones(2, "f4")), call=soon(30))
            assert [hit.id for hit in hits] == ["p"]
        finally:
            await index.delete_collection("a", call=soon(30))
    assert {"GET", "PUT", "POST", "DELETE"} <= set(proxy.seen)


@pytest.mark.parametrize(
    ("settings", "denied", "message"),
    [
        ({"token": "wrong"}, 401, "refuses the edge's credentials"),
        ({"user": "edge", "password": "wrong"}, 401, "refuses the edge's credentials"),
        ({}, 401, "refuses the edge's credentials"),
        ({"token": "wrong"}, 403, "does not allow what the edge's credentials ask for"),
        ({"token": TOKEN, "ca": ""}, 401, "is not accepted .*; see the setting opensearch_tls_ca"),
    ],
)
async def test_what_is_refused_is_said_at_once(
    proxy: Proxy, settings: dict[str, str], denied: int, message: str
):
    proxy.denied = denied
    with pytest.raises(OcelliError, match=message) as caught:
        async with asyncio.timeout(15), opened(proxy, **{"ca": proxy.ca, **settings}):
            pass
    assert caught.value.reason is Reason.INDEX_UNAVAILABLE
    assert "wrong" not in str(caught.value.message)
    assert not proxy.seen


async def test_a_node_without_tls_is_named(index_engine: str, proxy: Proxy):
    nodes = index_engine.replace("opensearch://", "opensearchs://")
    with pytest.raises(OcelliError, match="there is no TLS with https://127"):
        async with asyncio.timeout(15), opened(Proxy(nodes), token=TOKEN):
            pass


async def test_an_edge_with_wrong_credentials_ends_with_one_line(proxy: Proxy, tmp_path: Path):
    command = [OCELLI, "serve", "--home", str(tmp_path), "--triton", "127.0.0.1:1"]
    command += ["--address", "127.0.0.1:0", "--index", proxy.address]
    environment = {"OCELLI_OPENSEARCH_TLS_CA": proxy.ca, "OCELLI_OPENSEARCH_TOKEN": "wrong"}
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "credentials" in line]
    assert done.returncode != 0
    assert len(said) == 1, done.stderr
    assert "opensearch_token" in said[0]
    assert "Traceback" not in done.stderr
