"""HTTP/2 as bytes (RFC 9113, RFC 7541): what no client library would send."""

import struct
from itertools import pairwise

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
INITIAL_WINDOW_SIZE = 4
CANCEL = 8
_HEAD_BYTES = 9


def frame(kind: int, flags: int = 0, stream: int = 0, body: bytes = b"") -> bytes:
    """One frame."""
    head = struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream)
    return head + body


OPENING = PREFACE + frame(SETTINGS)
"""The beginning of a connection, with settings that are empty."""
SETTINGS_ACK = frame(SETTINGS, ACK)


def literal(name: str, value: str) -> bytes:
    """A header that enters no table; neither name nor value has more than 126 bytes."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def call_headers(path: str, address: str) -> bytes:
    """The headers of a gRPC call."""
    return b"".join(
        literal(name, value)
        for name, value in (
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", address),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
        )
    )


def message(body: bytes = b"", size_bytes: int | None = None) -> bytes:
    """A gRPC message without compression, or its beginning if it claims to have more bytes."""
    return b"\x00" + struct.pack(">I", len(body) if size_bytes is None else size_bytes) + body


def whole_frames(received: bytes) -> tuple[list[tuple[int, int]], bytes]:
    """The kinds and flags of the frames that have arrived, and the beginning of the next one."""
    starts = [0]
    while len(received) >= starts[-1] + _HEAD_BYTES:
        end = starts[-1] + _HEAD_BYTES + int.from_bytes(received[starts[-1] : starts[-1] + 3])
        if end > len(received):
            break
        starts.append(end)
    found = [(received[start + 3], received[start + 4]) for start, _ in pairwise(starts)]
    return found, received[starts[-1] :]
