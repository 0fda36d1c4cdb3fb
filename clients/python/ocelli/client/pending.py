"""Which items of a stream are under way, and what their answers will be."""

from collections import deque
from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.message import Message

from ocelli.client.errors import OcelliError, broken_contract, message_too_large
from ocelli.client.requests.call import StreamCall
from ocelli.client.results import StreamWindow

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Unanswered(Generic[T]):
    id: int | str
    failed: T | None = None
    """The answer, if the item could not be sent."""


class Pending(Generic[Req, Res, Item, T]):
    """Pairs the items of one stream with the server's answers.

    An item that cannot be sent (its file is gone, it is over the server's message size) goes out
    without its image. The server refuses it in its turn, which keeps the order, and the caller
    gets the reason found here.

    One thread or task packs, another one receives: each works at its own end of the queue. The
    server's window, the latest one that came, bounds what is held here.

    Args:
        call: the stream.
        position: of its first item; more than 0 where it goes on from another one.
    """

    def __init__(self, call: StreamCall[Req, Res, Item, T], position: int = 0) -> None:
        self._call = call
        self._position = position
        self._window: StreamWindow | None = None
        self._unanswered: deque[_Unanswered[T]] = deque()

    @property
    def has_room(self) -> bool:
        """The window lets one more item be sent."""
        window = self._window
        return window is not None and len(self._unanswered) < window.max_unanswered_frames

    @property
    def unanswered(self) -> tuple[int | str, ...]:
        """Ids of the items that were packed and are not answered, oldest first."""
        return tuple(one.id for one in self._unanswered.copy())

    def pack(self, item: Item) -> Req:
        """Makes the message of the next item."""
        position, self._position = self._position, self._position + 1
        id_ = self._call.identify(position, item)
        try:
            request = self._call.pack(position, item)
            self._check_size(request)
        except OcelliError as error:
            self._unanswered.append(_Unanswered(id_, self._call.fail(position, item, error)))
            return self._call.pack_blank(position, item)
        self._unanswered.append(_Unanswered(id_))
        return request

    def receive(self, response: Res) -> StreamWindow | T:
        """Takes a message of the server: a window, or the answer to the oldest unanswered item.

        Raises:
            ServerError: it is the first and no window, or an answer to no item.
        """
        read = self._call.read(response)
        if isinstance(read, StreamWindow):
            self._window = read
            return read
        if self._window is None:
            raise broken_contract("the server's first message on the stream was not its window")
        if not self._unanswered:
            raise broken_contract("the server sent a message on the stream that answers no item")
        failed = self._unanswered.popleft().failed
        return read if failed is None else failed

    def failed(self, error: OcelliError) -> OcelliError:
        """The error of the stream, which now tells what is unanswered."""
        error.unanswered = self.unanswered
        return error

    def close(self) -> None:
        """Checks that the server, which has ended the stream, left nothing unanswered.

        Raises:
            ServerError: it did.
        """
        if self._unanswered:
            raise self.failed(
                broken_contract(
                    f"the server ended the stream and left {len(self._unanswered)} items unanswered"
                )
            )

    def _check_size(self, request: Req) -> None:
        limit_bytes = self._window.max_message_bytes if self._window is not None else 0
        size_bytes = request.ByteSize()
        if limit_bytes and size_bytes > limit_bytes:
            raise message_too_large(size_bytes, limit_bytes)
