"""Streams whose window changes on the way, and which end if the sender does not keep to it."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc

from ocelli.edge.errors import OcelliError, Reason
from ocelli.v1 import classify_pb2, detect_pb2, embed_pb2, point_pb2, stream_pb2

_QUIET_S = 0.25
"""How long nothing must come until a sender counts as waiting."""
_ARRIVAL_S = 5.0
_MAX_MESSAGE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Messages:
    """What differs between streams.

    Attributes:
        item: name of the member that follows `config` in the stream's requests.
        response: the stream's response, made of a `window` or an `answer`.
        answer: the answer to one item.
    """

    item: str
    response: Callable[..., Any]
    answer: Callable[[Any], Any]


DETECT = Messages(
    item="frame",
    response=detect_pb2.DetectStreamResponse,
    answer=lambda frame: detect_pb2.DetectFrameAnswer(
        frame_id=frame.frame_id, result=detect_pb2.DetectResult(model="resizing")
    ),
)
CLASSIFY = Messages(
    item="frame",
    response=classify_pb2.ClassifyStreamResponse,
    answer=lambda frame: classify_pb2.ClassifyFrameAnswer(
        frame_id=frame.frame_id, result=classify_pb2.ClassifyResult(model="resizing")
    ),
)
EMBED = Messages(
    item="frame",
    response=embed_pb2.EmbedStreamResponse,
    answer=lambda frame: embed_pb2.EmbedFrameAnswer(
        frame_id=frame.frame_id, result=embed_pb2.EmbedResult(model="resizing")
    ),
)
INDEX = Messages(
    item="item",
    response=point_pb2.IndexStreamResponse,
    answer=lambda item: point_pb2.IndexAnswer(
        id=item.id, result=point_pb2.IndexResult(model="resizing")
    ),
)
RESIZING = {"shrink": (6, 2), "grow": (2, 6)}
"""How many items a sender may have unanswered, first and later, by what the configuration names."""


async def resize(context: Any, messages: Messages, first: int, later: int) -> None:
    """Serves a stream after its configuration.

    Raises:
        OcelliError: STREAM_PROTOCOL: the sender goes beyond a window or does not use it.
    """
    sender = _Sender(context, messages)
    try:
        await sender.allow(first)
        await sender.fill(first)
        await sender.allow(later)
        while len(sender.unanswered) > later:
            await sender.answer()
        await sender.fill(later)
        while await sender.answer_and_take(later):
            pass
    finally:
        sender.close()


class _Sender:
    """The client's side of a stream: what it sent and saw no answer to."""

    def __init__(self, context: Any, messages: Messages) -> None:
        self._context = context
        self._messages = messages
        self._reading: asyncio.Future[Any] | None = None
        self.unanswered: deque[Any] = deque()

    async def allow(self, unanswered: int) -> None:
        """Tells the sender how many items it may have unanswered."""
        window = stream_pb2.StreamWindow(
            max_in_flight_frames=1,
            max_unanswered_frames=unanswered,
            max_message_bytes=_MAX_MESSAGE_BYTES,
            model="resizing",
            overflow_policy=stream_pb2.OVERFLOW_POLICY_BLOCK,
        )
        await self._context.write(self._messages.response(window=window))

    async def answer(self) -> None:
        """Answers the oldest item."""
        answer = self._messages.answer(self.unanswered.popleft())
        await self._context.write(self._messages.response(answer=answer))

    async def fill(self, limit: int) -> None:
        """Takes items until the window is full, and sees that no more comes."""
        while len(self.unanswered) < limit:
            if not await self._arrives(_ARRIVAL_S):
                raise self._out_of_turn(
                    f"the sender has {len(self.unanswered)} items unanswered and waits; "
                    f"the window allows {limit}"
                )
            if not await self.take(limit):
                raise self._out_of_turn(f"the stream is too short to fill a window of {limit}")
        if await self._arrives(_QUIET_S):
            await self.take(limit)

    async def answer_and_take(self, limit: int) -> bool:
        """Answers an item, which lets the sender send another; False once all are answered."""
        if self.unanswered:
            await self.answer()
        if not await self._arrives(_QUIET_S if self.unanswered else None):
            return True
        if await self.take(limit):
            return True
        while self.unanswered:
            await self.answer()
        return False

    async def take(self, limit: int) -> bool:
        """Awaits the next item; False at the end of the stream."""
        await self._arrives(None)
        assert self._reading is not None
        message, self._reading = self._reading.result(), None
        if message is grpc.aio.EOF:  # type: ignore[attr-defined]  # its stubs leave it out
            return False
        if message.WhichOneof("message") != self._messages.item:
            raise self._out_of_turn(f"a message after the first has no {self._messages.item}")
        self.unanswered.append(getattr(message, self._messages.item))
        if len(self.unanswered) > limit:
            raise self._out_of_turn(
                f"the sender has {len(self.unanswered)} items unanswered; the window allows {limit}"
            )
        return True

    async def _arrives(self, within_s: float | None) -> bool:
        """Whether a message or the end of the stream comes in time; it is kept for `take`."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._context.read())
        await asyncio.wait({self._reading}, timeout=within_s)
        return self._reading.done()

    def close(self) -> None:
        """Lets go of a message that is awaited."""
        if self._reading is not None:
            self._reading.cancel()

    def _out_of_turn(self, message: str) -> OcelliError:
        return OcelliError(Reason.STREAM_PROTOCOL, message, field=self._messages.item)
