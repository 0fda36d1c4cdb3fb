"""Load of one stream over one connection."""

import asyncio
import time
from collections import deque
from itertools import count
from typing import TypeAlias

import grpc
import grpc.aio

from ocelli.client.load.answer import Answer, failed
from ocelli.client.load.meter import Meter
from ocelli.client.load.pace import Pace
from ocelli.client.load.requests import Frames, StreamResponse, read_frame
from ocelli.client.requests.frames import window
from ocelli.client.status import from_rpc_error

_Stream: TypeAlias = "grpc.aio.StreamStreamCall[bytes, StreamResponse]"

_BROKEN_PAUSE_S = 0.1
_ENDED_EARLY = Answer("error", reason="STREAM_ENDED_EARLY")


class FrameDriver:
    """Sends frames as the server's window allows; opens a new stream if one breaks.

    Args:
        channel: the connection.
        frames: what to send, in turn.
        pace: when.
        meter: takes the answers.
        in_flight: frames to have under way; the server may grant less.
        end_s: when the pace ends, by `time.monotonic`.
        timeout_s: how long after that the last answers may take.
        address: for messages.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        frames: Frames,
        pace: Pace,
        meter: Meter,
        *,
        in_flight: int,
        end_s: float,
        timeout_s: float,
        address: str,
    ) -> None:
        self._open: grpc.aio.StreamStreamMultiCallable[bytes, StreamResponse] = (
            channel.stream_stream(frames.method, None, frames.read)
        )
        self._frames = frames
        self._pace = pace
        self._meter = meter
        self._in_flight = in_flight
        self._end_s = end_s
        self._timeout_s = timeout_s
        self._address = address
        self._numbers = count()
        self._unanswered: deque[float] = deque()
        self._over = False
        self._changed = asyncio.Event()
        self.granted = 0
        """Frames that the server, by its latest window, lets this stream have unanswered."""

    async def run(self) -> None:
        """Streams until the pace ends, and waits for the answers."""
        while not self._over and time.monotonic() < self._end_s:
            stream = self._open(None, timeout=self._end_s - time.monotonic() + self._timeout_s)
            try:
                await self._exchange(stream)
            except grpc.RpcError as error:
                self._fail(failed(from_rpc_error(error, address=self._address)))
                await asyncio.sleep(_BROKEN_PAUSE_S)
            finally:
                stream.cancel()
        if not self._over:
            # Past the end it only counts what was due and could not be sent.
            await self._pace.next()

    async def _exchange(self, stream: _Stream) -> None:
        self.granted = 0
        await stream.write(self._frames.config(self._in_flight))
        sender = asyncio.create_task(self._send(stream))
        try:
            async for response in stream:
                if response.HasField("window"):
                    granted = window(response.window).max_unanswered_frames
                    self.granted = min(granted, self._in_flight)
                else:
                    self._meter.add(self._unanswered.popleft(), read_frame(response))
                self._changed.set()
            if not self._over or self._unanswered:
                self._fail(_ENDED_EARLY)
        finally:
            sender.cancel()
            await asyncio.wait([sender])
        if not sender.cancelled() and (failure := sender.exception()) is not None:
            raise failure

    async def _send(self, stream: _Stream) -> None:
        while True:
            while len(self._unanswered) >= self.granted:
                self._changed.clear()
                await self._changed.wait()
            since_s = await self._pace.next()
            if since_s is None:
                break
            self._unanswered.append(since_s)
            requests = self._frames.requests
            try:
                await stream.write(requests[next(self._numbers) % len(requests)])
            except (grpc.RpcError, asyncio.InvalidStateError):
                return  # the stream broke, which the one who reads learns with its reason
        self._over = True
        await stream.done_writing()

    def _fail(self, answer: Answer) -> None:
        """Counts everything under way as failed, and the stream itself if that is nothing."""
        for since_s in self._unanswered or (time.monotonic(),):
            self._meter.add(since_s, answer)
        self._unanswered.clear()
