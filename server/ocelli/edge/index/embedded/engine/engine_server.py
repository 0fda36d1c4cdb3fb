"""The engine's socket: frames in, jobs to the queue, answers out."""

import asyncio
import contextlib
import os
import socket
from functools import partial
from pathlib import Path

import msgspec

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import framing, wire
from ocelli.edge.index.embedded.engine.jobs import Job, JobQueue, Outcome

_MAX_UNREAD_BYTES = framing.MAX_FRAME_BYTES
"""A client that leaves more answers than this unread is cut off."""
_HANG_UP_TIMEOUT_S = 1.0
_decode_request = msgspec.msgpack.Decoder(wire.Request).decode


class EngineServer:
    """Serves any number of connections on one Unix socket, for this user alone."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._server: asyncio.Server | None = None
        self._closing = False
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, path: Path) -> None:
        """Listens. Whoever holds the folder's lock may replace the socket of a dead engine."""
        self._server = await asyncio.start_unix_server(
            self._serve, sock=_bind(path), limit=framing.READ_AHEAD_BYTES
        )

    def close(self) -> None:
        """Takes no more calls; answers to those in the queue still go out."""
        self._closing = True
        if self._server is not None:
            self._server.close()

    async def hang_up(self) -> None:
        """Ends all connections, once the answers written to them are out."""
        writers = tuple(self._writers)
        for writer in writers:
            writer.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HANG_UP_TIMEOUT_S):
                closings = (writer.wait_closed() for writer in writers)
                await asyncio.gather(*closings, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        jobs: dict[int, Job] = {}
        self._writers.add(writer)
        writer.write(framing.frame(0, wire.encode(wire.Hello(wire.PROTOCOL, os.getpid()))))
        try:
            with contextlib.suppress(
                asyncio.IncompleteReadError, ConnectionError, ValueError, msgspec.DecodeError
            ):
                while True:
                    call_id, body = await framing.read_frame(reader)
                    if body:
                        self._accept(call_id, body, jobs, writer)
                    elif call_id in jobs:
                        jobs.pop(call_id).withdrawn = True
        finally:
            for job in jobs.values():
                job.withdrawn = True
            self._writers.discard(writer)
            writer.close()

    def _accept(
        self, call_id: int, body: bytes, jobs: dict[int, Job], writer: asyncio.StreamWriter
    ) -> None:
        answer = partial(_answer, call_id, jobs, writer)
        if self._closing:
            answer(
                OcelliError(Reason.INDEX_UNAVAILABLE, "the vector engine is stopping; try again")
            )
            return
        job = Job(_decode_request(body), len(body), answer)
        jobs[call_id] = job
        self._queue.put(job)


def _bind(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(os.fspath(path))
    finally:
        os.umask(mask)
    return listener


def _answer(
    call_id: int,
    jobs: dict[int, Job],
    writer: asyncio.StreamWriter,
    outcome: Outcome,
) -> None:
    jobs.pop(call_id, None)
    reply: wire.Reply
    if isinstance(outcome, wire.Stale):
        reply = outcome
    elif isinstance(outcome, OcelliError):
        reply = wire.Refused(
            outcome.reason, outcome.message, outcome.field, outcome.resource, outcome.quota
        )
    else:
        reply = wire.Done(msgspec.Raw(wire.encode(outcome)))
    if not writer.is_closing():
        writer.write(framing.frame(call_id, wire.encode(reply)))
        if writer.transport.get_write_buffer_size() > _MAX_UNREAD_BYTES:
            writer.transport.abort()
