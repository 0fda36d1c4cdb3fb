"""Load on the HTTP service: 16 connections that are kept alive, one request on each at a time.

Requests are built once and written to the socket as they are, which costs less than any HTTP
client; answers are parsed to see that they carry what was found.
"""

import asyncio
import contextlib
import json
import re

from bench.errors import UnansweredError
from bench.images import read_images
from bench.load import IN_FLIGHT, TIMEOUT_S, Plan, close_loop, main

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Connection:
    """An HTTP/1.1 connection that stays open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, target: str) -> "Connection":
        """Connects to `host:port`."""
        host, _, port = target.rpartition(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    async def ask(self, request: bytes) -> bytes:
        """Sends a request and returns the answer's body.

        Raises:
            UnansweredError: the status is not 200.
        """
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length[1]) if length else 0)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise UnansweredError(f"{head.splitlines()[0].decode()}: {body.decode()}")
        return body

    async def close(self) -> None:
        """Closes it."""
        self._writer.close()
        await self._writer.wait_closed()


async def generate(plan: Plan) -> None:
    """Posts to `plan.target`, the HTTP service, in a closed loop."""
    requests = [http_request(plan.target, plan.model, data) for data in read_images(plan.images)]
    async with contextlib.AsyncExitStack() as stack:
        connections = [await Connection.open(plan.target) for _ in range(IN_FLIGHT)]
        for connection in connections:
            stack.push_async_callback(connection.close)

        async def ask(number: int, asker: int) -> None:
            async with asyncio.timeout(TIMEOUT_S):
                body = await connections[asker].ask(requests[number % len(requests)])
            if not json.loads(body)["detections"]:
                raise UnansweredError(f"nothing found in image {number}")

        await close_loop(ask, plan)


def http_request(target: str, model: str, data: bytes) -> bytes:
    """A request to look for objects in a JPEG."""
    head = (
        f"POST /models/{model}/detect HTTP/1.1\r\n"
        f"Host: {target}\r\n"
        "Content-Type: image/jpeg\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


if __name__ == "__main__":
    main(generate, __doc__)
