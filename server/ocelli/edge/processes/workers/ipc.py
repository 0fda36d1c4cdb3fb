"""The connection between the supervisor and one worker: a pair of Unix sockets."""

import asyncio
import socket
from typing import Any, Generic, Self, TypeVar

import msgspec

Received = TypeVar("Received")

_MAX_MESSAGE_BYTES = 8 << 20


class IpcConnection(Generic[Received]):
    """One end of the connection. Made by `open`."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        received: Any,  # noqa: ANN401  # a type or a union
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._decode = msgspec.json.Decoder(received).decode

    @classmethod
    async def open(cls, end: socket.socket, received: Any) -> Self:  # noqa: ANN401  # as above
        """Takes over one end.

        Args:
            end: connected; closed with the connection.
            received: type of the messages that the other end sends.
        """
        reader, writer = await asyncio.open_unix_connection(sock=end, limit=_MAX_MESSAGE_BYTES)
        return cls(reader, writer, received)

    def send(self, message: msgspec.Struct) -> None:
        """Sends without waiting; what the other end cannot get any more is lost."""
        if not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(message) + b"\n")

    async def receive(self) -> Received | None:
        """The next message; None when the other end is gone.

        Raises:
            msgspec.DecodeError: it is none.
        """
        try:
            encoded = await self._reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        message: Received = self._decode(encoded)
        return message

    def close(self) -> None:
        """Closes this end, which the other end sees."""
        self._writer.close()
