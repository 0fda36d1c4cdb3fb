"""The port that Prometheus asks."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ocelli.edge.config import ConfigError
from ocelli.edge.observability.scrape_server import MetricsPort


@pytest.fixture
async def port() -> AsyncIterator[MetricsPort]:
    async def scrape(openmetrics: bool) -> bytes:
        return b"one 1\n# EOF\n" if openmetrics else b"one 1\n"

    port = MetricsPort("127.0.0.1:0", scrape)
    await port.open()
    yield port
    await port.close()


async def ask(port: MetricsPort, request: bytes) -> bytes:
    host, _, number = port.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(number))
    writer.write(request)
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    ("request_", "status", "body"),
    [
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"200", b"one 1\n"),
        (b"GET /metrics?x=1 HTTP/1.0\r\n\r\n", b"200", b"one 1\n"),
        (b"HEAD /metrics HTTP/1.1\r\n\r\n", b"200", b""),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405", b""),
        (b"GET / HTTP/1.1\r\n\r\n", b"404", b"metrics are at /metrics\n"),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", b"431", b""),
    ],
)
async def test_the_port_speaks_http(
    port: MetricsPort, request_: bytes, status: bytes, body: bytes
) -> None:
    head, _, answered = (await ask(port, request_)).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    assert answered == body


async def test_who_accepts_openmetrics_gets_it(port: MetricsPort) -> None:
    accept = b"Accept: application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    answer = await ask(port, b"GET /metrics HTTP/1.1\r\n" + accept + b"\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/openmetrics-text; version=1.0.0" in head
    assert body.endswith(b"# EOF\n")
    plain = await ask(port, b"GET /metrics HTTP/1.1\r\nAccept: text/plain\r\n\r\n")
    assert b"Content-Type: text/plain; version=0.0.4" in plain


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"", b"401"),
        (b"Authorization: Bearer wrong\r\n", b"401"),
        (b"Authorization: Basic token\r\n", b"401"),
        (b"X-Authorization: Bearer token\r\n", b"401"),
        (b"Authorization: Bearer token\r\n", b"200"),
        (b"authorization:bearer  token\r\n", b"200"),
    ],
)
async def test_a_port_with_a_token_asks_for_it(head: bytes, status: bytes) -> None:
    async def scrape(_: bool) -> bytes:
        return b"one 1\n"

    port = MetricsPort("127.0.0.1:0", scrape, "token")
    await port.open()
    answered = await ask(port, b"GET /metrics HTTP/1.1\r\n" + head + b"\r\n")
    await port.close()
    assert answered.split(b" ")[1] == status
    assert (b"one 1" in answered) is (status == b"200")
    assert (b"WWW-Authenticate: Bearer\r\n" in answered) is (status == b"401")


async def test_clients_that_send_nothing_leave_the_port_to_others(port: MetricsPort) -> None:
    host, _, number = port.address.rpartition(":")
    silent = [await asyncio.open_connection(host, int(number)) for _ in range(40)]
    for _, writer in silent[:8]:
        writer.close()
        await writer.wait_closed()
    for _, writer in silent[8:]:
        writer.close()
    async with asyncio.timeout(20):
        request = b"GET /metrics HTTP/1.1\r\n\r\n"
        while b"one 1" not in await ask(port, request):  # noqa: ASYNC110  # it notices in its time
            await asyncio.sleep(0.01)


async def test_an_address_in_use_is_refused_with_what_to_do(port: MetricsPort) -> None:
    async def scrape(openmetrics: bool) -> bytes:
        return b""

    with pytest.raises(ConfigError, match="--metrics-address"):
        await MetricsPort(port.address, scrape).open()
