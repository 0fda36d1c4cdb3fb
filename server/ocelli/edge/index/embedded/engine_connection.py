"""One connection to the engine's process; any number of calls at once."""

import asyncio
import contextlib
import itertools
import time
from pathlib import Path
from typing import Self, TypeVar

import msgspec

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.embedded import framing, wire
from ocelli.edge.index.port import OutOfDate

T = TypeVar("T")

_HELLO_TIMEOUT_S = 5.0
_LOST = b""
"""Stands in for the answer that will not come; no reply is empty."""
_decode_reply = msgspec.msgpack.Decoder(wire.Reply).decode


class ConnectionLost(Exception):  # noqa: N818  # an event, and no fault
    """The engine went away before it answered: the call may have been run or not."""


class EngineConnection:
    """A live connection. Made by `open`; good until `wait_lost` returns."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, engine_pid: int
    ) -> None:
        self.engine_pid = engine_pid
        self._reader = reader
        self._writer = writer
        self._ids = itertools.cycle(range(1, 2**32))
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def open(cls, socket: Path) -> Self:
        """Connects.

        Raises:
            OSError: nobody listens there, or not in this protocol.
        """
        reader, writer = await asyncio.open_unix_connection(socket, limit=framing.READ_AHEAD_BYTES)
        try:
            async with asyncio.timeout(_HELLO_TIMEOUT_S):
                _, body = await framing.read_frame(reader)
            hello = msgspec.msgpack.decode(body, type=wire.Hello)
        except (asyncio.IncompleteReadError, msgspec.DecodeError, ValueError) as error:
            writer.close()
            raise ConnectionError(f"no greeting from the engine at {socket}: {error}") from error
        except BaseException:
            writer.close()
            raise
        if hello.protocol != wire.PROTOCOL:
            writer.close()
            raise ConnectionError(
                f"the engine at {socket} speaks protocol {hello.protocol}, not {wire.PROTOCOL}"
            )
        return cls(reader, writer, hello.pid)

    async def call(self, call: wire.Call, result: type[T], deadline_s: float) -> T:
        """Has the engine run a call.

        Args:
            call: what to run.
            result: type of its result.
            deadline_s: when to give up, on the monotonic clock.

        Raises:
            ConnectionLost: the engine went away.
            OcelliError: as the engine answered; DEADLINE_EXCEEDED if it did not in time.
            OutOfDate: as the engine answered.
        """
        call_id = next(self._ids)
        request = wire.encode(wire.Request(deadline_s, call))
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = answer
        try:
            async with asyncio.timeout(deadline_s - time.monotonic()):
                if self.lost:
                    raise ConnectionLost
                self._writer.write(framing.frame(call_id, request))
                await self._writer.drain()
                body = await answer
        except TimeoutError as error:
            self._withdraw(call_id)
            raise OcelliError(
                Reason.DEADLINE_EXCEEDED,
                "the vector engine did not answer in time; allow more time or ask for less at once",
            ) from error
        except asyncio.CancelledError:
            self._withdraw(call_id)
            raise
        except ConnectionError as error:
            raise ConnectionLost from error
        finally:
            del self._waiting[call_id]
        if body == _LOST:
            raise ConnectionLost
        reply = _decode_reply(body)
        match reply:
            case wire.Stale():
                raise OutOfDate
            case wire.Refused(reason, message):
                raise OcelliError(
                    Reason(reason),
                    message,
                    field=reply.field,
                    resource=reply.resource,
                    quota=reply.quota,
                )
        return msgspec.msgpack.decode(reply.result, type=result)

    @property
    def lost(self) -> bool:
        """Whether the connection is gone."""
        return self._writer.is_closing()

    async def wait_lost(self) -> None:
        """Returns when the connection is gone."""
        await asyncio.wait([self._listening])

    async def close(self) -> None:
        """Ends the connection; calls that wait get `ConnectionLost`."""
        self._writer.close()  # here too: a task cancelled before its first step has no `finally`
        self._listening.cancel()
        await asyncio.wait([self._listening])

    def _withdraw(self, call_id: int) -> None:
        if not self._writer.is_closing():
            self._writer.write(framing.frame(call_id, b""))

    async def _listen(self) -> None:
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
                while True:
                    call_id, body = await framing.read_frame(self._reader)
                    answer = self._waiting.get(call_id)
                    if answer is not None and not answer.done():
                        answer.set_result(body)
        finally:
            self._writer.close()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_result(_LOST)
