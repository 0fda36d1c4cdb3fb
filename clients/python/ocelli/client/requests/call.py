"""A call as a value: which method, what to send, how to read the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import grpc

from ocelli.client.errors import OcelliError
from ocelli.client.stubs import Stubs

Req = TypeVar("Req")
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call(Generic[Req, Res, T]):
    """One unary call."""

    method: "Callable[[Stubs], grpc.UnaryUnaryMultiCallable[Req, Res]]"
    """Picks the method."""
    request: Req
    """What to send."""
    read: Callable[[Res], T]
    """Makes the result of the response."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the server lets a stream have in flight."""

    max_in_flight: int
    """Frames or images that may be sent and not yet answered."""
    max_message_bytes: int
    """Largest message that the server reads; 0 if it does not say."""


@dataclass(frozen=True, slots=True)
class StreamCall(Generic[Req, Res, Item, T]):
    """One bidirectional stream: a configuration, then items, each with one answer, in order."""

    method: "Callable[[Stubs], grpc.StreamStreamMultiCallable[Req, Res]]"
    """Picks the method."""
    config: Req
    """The first message."""
    pack: Callable[[int, Item], Req]
    """Makes a message of an item and its position, from 0. Raises `OcelliError`: the item fails."""
    pack_blank: Callable[[int, Item], Req]
    """Makes a message that keeps the place of an item which cannot be sent. Never raises."""
    fail: Callable[[int, Item, OcelliError], T]
    """Makes the answer to an item that could not be sent."""
    read: Callable[[Res], Window | T]
    """Reads the server's window, its first message, or an answer."""
    blocks: Callable[[Item], bool]
    """Tells whether packing an item waits for a disk or computes for long."""
