"""Which items of a stream are under way, and what their answers will be."""

from collections import deque
from typing import Generic, TypeVar

from google.protobuf.message import Message

from ocelli.client.errors import OcelliError, ServerError, message_too_large
from ocelli.client.requests.call import StreamCall, Window

Req = TypeVar("Req", bound=Message)
Res = TypeVar("Res")
Item = TypeVar("Item")
T = TypeVar("T")


class Ledger(Generic[Req, Res, Item, T]):
    """Pairs the items of one stream with the server's answers.

    An item that cannot be sent (its file is gone, it is over the server's message size) goes out
    without its image. The server refuses it in its turn, which keeps the order, and the caller
    gets the reason found here.

    One thread or task packs, another one reads: each works at its own end of the queue. The sender
    waits for the server's window, which bounds what is held here.
    """

    def __init__(self, call: StreamCall[Req, Res, Item, T]) -> None:
        self._call = call
        self._position = 0
        self._max_message_bytes = 0
        self._unanswered: deque[T | None] = deque()

    def open(self, response: Res) -> int:
        """Takes the server's first message.

        Returns:
            How many items may be unanswered at once.

        Raises:
            ServerError: it is not a window.
        """
        window = self._call.read(response)
        if not isinstance(window, Window):
            raise ServerError("the server's first message on the stream was not its window")
        self._max_message_bytes = window.max_message_bytes
        return window.max_in_flight

    def pack(self, item: Item) -> Req:
        """Makes the message of the next item."""
        position, self._position = self._position, self._position + 1
        try:
            request = self._call.pack(position, item)
            self._check_size(request)
        except OcelliError as error:
            self._unanswered.append(self._call.fail(position, item, error))
            return self._call.pack_blank(position, item)
        self._unanswered.append(None)
        return request

    def answer(self, response: Res) -> T:
        """Makes the answer to the oldest unanswered item.

        Raises:
            ServerError: there is none, or the message is not an answer.
        """
        answer = self._call.read(response)
        if isinstance(answer, Window) or not self._unanswered:
            raise ServerError("the server sent a message on the stream that answers no item")
        failed = self._unanswered.popleft()
        return answer if failed is None else failed

    def close(self) -> None:
        """Checks that the server, which has ended the stream, left nothing unanswered.

        Raises:
            ServerError: it did.
        """
        if self._unanswered:
            raise ServerError(
                f"the server ended the stream and left {len(self._unanswered)} items unanswered"
            )

    def _check_size(self, request: Req) -> None:
        size_bytes = request.ByteSize()
        if self._max_message_bytes and size_bytes > self._max_message_bytes:
            raise message_too_large(size_bytes, self._max_message_bytes)
