"""A call as a value: which method, what to send, how to read the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

import grpc

from ocelli.client.errors import OcelliError
from ocelli.client.results import StreamWindow
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
class Page(Generic[T]):
    """A part of a list."""

    items: tuple[T, ...]
    """What is in it."""
    next_page_token: str
    """Leads to the next one; empty if this is the last."""


PagedCall: TypeAlias = Callable[[str], Call[Req, Res, Page[T]]]
"""Makes the call for the page that a token leads to; the empty token leads to the first."""

OnWindow: TypeAlias = Callable[[StreamWindow], object]
"""Takes the window of a stream: once at its beginning, and whenever the server changes it."""


@dataclass(frozen=True, slots=True)
class AnswersCall(Generic[Req, Res, T]):
    """One request with a stream of answers."""

    method: "Callable[[Stubs], grpc.UnaryStreamMultiCallable[Req, Res]]"
    """Picks the method."""
    request: Req
    """What to send."""
    read: Callable[[Res], T | None]
    """Makes an item of an answer; None for one that is no item."""


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
    identify: Callable[[int, Item], int | str]
    """The id of an item, by which its answer is known."""
    read: Callable[[Res], StreamWindow | T]
    """Reads a window of the server's, of which the first is its first message, or an answer."""
    blocks: Callable[[Item], bool]
    """Tells whether packing an item waits for a disk or computes for long."""
