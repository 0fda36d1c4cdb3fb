"""The balancer, with real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.conftest import free_port
from tests.faults.balancer import Balancer

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Backend:
    """Answers each line with its name and the line, until a line says `bye`."""

    name: str
    address: str = ""
    ended: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = b""
        while line != b"bye\n" and (line := await reader.readline()):
            writer.write(self.name.encode() + b" " + line)
        self.ended.put_nowait(line)
        writer.close()


@asynccontextmanager
async def backend(name: str) -> AsyncIterator[Backend]:
    found = Backend(name)
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield found


@asynccontextmanager
async def connected(balancer: Balancer) -> AsyncIterator[Connection]:
    host, _, port = balancer.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    yield reader, writer
    writer.close()
    await writer.wait_closed()


async def ask(balancer: Balancer, line: bytes = b"who\n") -> bytes:
    async with connected(balancer) as (reader, writer):
        writer.write(line)
        return await reader.readline()


async def test_connections_take_turns() -> None:
    async with (
        backend("a") as a,
        backend("b") as b,
        Balancer([a.address, b.address]) as balancer,
    ):
        assert [await ask(balancer) for _ in range(4)] == [b"a who\n", b"b who\n"] * 2


async def test_a_connection_stays_where_it_is() -> None:
    async with (
        backend("a") as a,
        backend("b") as b,
        Balancer([a.address, b.address]) as balancer,
        connected(balancer) as (reader, writer),
    ):
        for line in (b"1\n", b"x" * 50_000 + b"\n", b"3\n"):
            writer.write(line)
            assert await reader.readline() == b"a " + line


async def test_a_backend_that_refuses_is_passed_over() -> None:
    async with (
        backend("b") as b,
        Balancer([f"127.0.0.1:{free_port()}", b.address]) as balancer,
    ):
        assert await asyncio.gather(*(ask(balancer) for _ in range(9))) == [b"b who\n"] * 9


async def test_a_backend_may_have_another_address() -> None:
    async with backend("a") as a, backend("b") as b, Balancer([a.address]) as balancer:
        assert await ask(balancer) == b"a who\n"
        balancer.backends[0] = b.address
        assert await ask(balancer) == b"b who\n"


async def test_without_a_backend_connections_are_closed() -> None:
    async with Balancer([f"127.0.0.1:{free_port()}"]) as balancer:
        assert await ask(balancer, b"") == b""


async def test_what_a_backend_sent_last_arrives_before_its_end() -> None:
    async with (
        backend("a") as a,
        Balancer([a.address]) as balancer,
        connected(balancer) as (reader, writer),
    ):
        writer.write(b"bye\n")
        assert await reader.read() == b"a bye\n"


async def test_a_backend_is_told_that_its_client_has_gone() -> None:
    async with backend("a") as a, Balancer([a.address]) as balancer:
        assert await ask(balancer) == b"a who\n"
        async with asyncio.timeout(5):
            assert await a.ended.get() == b""


async def test_its_end_closes_what_is_open() -> None:
    async with backend("a") as a:
        async with Balancer([a.address]) as balancer:
            host, _, port = balancer.address.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"who\n")
            assert await reader.readline() == b"a who\n"
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
