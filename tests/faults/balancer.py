"""A balancer of connections, such as a Kubernetes service is: it knows nothing of calls."""

import asyncio
import contextlib
from collections import deque
from types import TracebackType

_CHUNK_BYTES = 1 << 16
_CONNECT_TIMEOUT_S = 5.0


class Balancer:
    """Gives each connection to the next backend that accepts it, and carries its bytes.

    Args:
        backends: their `host:port`.

    Attributes:
        backends: may be changed at any time; new connections go by it.
        address: where it listens, once entered.
    """

    def __init__(self, backends: list[str]) -> None:
        self.backends = backends
        self.address = ""
        self._turn = 0
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Balancer":
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        self.address = f"{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.create_task(self._carry(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(_close, writer)
            backend = await self._connect()
            if backend is None:
                return
            stack.push_async_callback(_close, backend[1])
            ways = [
                asyncio.create_task(_pump(reader, backend[1])),
                asyncio.create_task(_pump(backend[0], writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        # Of its own, since others connect while this one waits.
        in_turn = deque(self.backends)
        in_turn.rotate(-self._turn)
        self._turn += 1
        for backend in in_turn:
            host, _, port = backend.rpartition(":")
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                    return await asyncio.open_connection(host, int(port))
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carries bytes one way until either side closes."""
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """Closes after what was written has been sent."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
