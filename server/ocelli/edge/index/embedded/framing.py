"""Frames on the engine's Unix socket: `length, call id` (both u32, little-endian), `length` bytes.

An empty frame withdraws the call: its answer is not wanted, and it is not run if it has not begun.
"""

import asyncio
import struct

_HEADER = struct.Struct("<II")
MAX_FRAME_BYTES = 256 << 20
READ_AHEAD_BYTES = 1 << 20
"""How much a reader buffers before it lets the socket fill up."""


def frame(call_id: int, body: bytes) -> bytes:
    """The bytes to write for one message."""
    return _HEADER.pack(len(body), call_id) + body


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next call id and body.

    Raises:
        asyncio.IncompleteReadError: the other side is gone.
        ValueError: the frame is larger than any that is sent.
    """
    length, call_id = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    if length > MAX_FRAME_BYTES:
        raise ValueError(f"a frame of {length} bytes; expected at most {MAX_FRAME_BYTES}")
    return call_id, await reader.readexactly(length) if length else b""
