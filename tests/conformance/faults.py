"""Servers with a fault: services that fail, one that speaks HTTP only, and none at all."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import grpc

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.server.interceptors.error_status import ErrorInterceptor
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2
from tests.conformance.resizing import DETECT, RESIZING, resize
from tests.conformance.unsteady import Context, add_unsteady

_HOST = "127.0.0.1"


class _Faulty(detect_pb2_grpc.DetectServiceServicer):
    """Fails as no sound service does, behind the edge's own interceptor."""

    async def Detect(  # noqa: N802  the contract's name
        self, request: detect_pb2.DetectRequest, context: Context
    ) -> detect_pb2.DetectResponse:
        """Has a bug."""
        raise KeyError("a bug, made for the conformance tests")

    async def DetectStream(  # type: ignore[override]  # noqa: N802  it writes through the context
        self, messages: AsyncIterator[detect_pb2.DetectStreamRequest], context: Context
    ) -> None:
        """Changes the window of a stream that asks for it, and takes others for out of turn."""
        config = (await context.read()).config
        if config.model in RESIZING:
            await resize(context, DETECT, *RESIZING[config.model])
            return
        window = stream_pb2.StreamWindow(
            max_in_flight_frames=1, max_unanswered_frames=1, max_message_bytes=1 << 20
        )
        await context.write(detect_pb2.DetectStreamResponse(window=window))
        await context.read()
        raise OcelliError(Reason.STREAM_PROTOCOL, "a second config, so to speak", field="config")


@asynccontextmanager
async def faulty_service() -> AsyncIterator[str]:
    """Serves the bug, calls that are turned away and windows that change; yields `host:port`."""
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    detect_pb2_grpc.add_DetectServiceServicer_to_server(_Faulty(), server)
    add_unsteady(server)
    port = server.add_insecure_port(f"{_HOST}:0")
    await server.start()
    try:
        yield f"{_HOST}:{port}"
    finally:
        await server.stop(None)


@contextmanager
def http_server() -> Iterator[str]:
    """Serves HTTP/1.1 and nothing else; yields `host:port`."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer((_HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{_HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def nobody() -> Iterator[str]:
    """Holds a port at which nobody listens; yields `host:port`."""
    with socket.socket() as held:
        held.bind((_HOST, 0))
        yield f"{_HOST}:{held.getsockname()[1]}"
