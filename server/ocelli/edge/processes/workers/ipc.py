"""The line between the supervisor and one worker: a pair of connected Unix sockets."""

import asyncio
import socket
from typing import Any, Generic, Self, TypeVar

import msgspec

Said = TypeVar("Said")

_MAX_MESSAGE_BYTES = 8 << 20


class IpcConnection(Generic[Said]):
    """One end of the line. Made by `open`."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        says: Any,  # noqa: ANN401  # a type or a union
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._decode = msgspec.json.Decoder(says).decode

    @classmethod
    async def open(cls, end: socket.socket, says: Any) -> Self:  # noqa: ANN401  # a type or a union
        """Takes over one end.

        Args:
            end: connected; closed with the ipc.
            says: type of what the other end says.
        """
        reader, writer = await asyncio.open_unix_connection(sock=end, limit=_MAX_MESSAGE_BYTES)
        return cls(reader, writer, says)

    def send(self, message: msgspec.Struct) -> None:
        """Sends without waiting; what the other end cannot get any more is lost."""
        if not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(message) + b"\n")

    async def receive(self) -> Said | None:
        """The next message; None when the other end is gone.

        Raises:
            msgspec.DecodeError: it is none.
        """
        try:
            ipc = await self._reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        said: Said = self._decode(ipc)
        return said

    def close(self) -> None:
        """Hangs up."""
        self._writer.close()
