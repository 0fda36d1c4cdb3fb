"""Streams against a scripted server: order, the window, failures of single frames, endings.

A real server meets the window's edge, a lost connection or its own faults only by chance; here they
are scripted. Both clients run through every case.
"""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent import futures
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeAlias

import grpc
import pytest

from ocelli.client import (
    DeadlineExceeded,
    DetectResult,
    Frame,
    FrameAnswer,
    ImageError,
    MessageTooLarge,
    ServerError,
    StreamWindow,
    Unavailable,
    connect,
    connect_async,
)
from ocelli.client.requests.call import OnWindow
from ocelli.client.requests.frames import FrameLike
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2

pytestmark = pytest.mark.system

Requests: TypeAlias = Iterator[detect_pb2.DetectStreamRequest]
Responses: TypeAlias = Iterator[detect_pb2.DetectStreamResponse]
Answers: TypeAlias = list[FrameAnswer[DetectResult]]


def window(unanswered: int, *, max_message_bytes: int = 0) -> Responses:
    yield detect_pb2.DetectStreamResponse(
        window=stream_pb2.StreamWindow(
            max_in_flight_frames=1,
            max_unanswered_frames=unanswered,
            max_message_bytes=max_message_bytes,
            model="m",
            overflow_policy=stream_pb2.OVERFLOW_POLICY_BLOCK,
        )
    )


def answer(request: detect_pb2.DetectStreamRequest) -> detect_pb2.DetectStreamResponse:
    frame = request.frame
    return detect_pb2.DetectStreamResponse(
        answer=detect_pb2.DetectFrameAnswer(
            frame_id=frame.frame_id,
            capture_time_us=frame.capture_time_us,
            result=detect_pb2.DetectResult(width=len(frame.image.encoded)),
        )
    )


def echo(requests: Requests, _: grpc.ServicerContext) -> Responses:
    """Grants four frames and answers each with the length of its image as the width."""
    next(requests)
    yield from window(4)
    for request in requests:
        yield answer(request)


class Inbox:
    """What a sender has sent and not seen answered, read in a thread of its own."""

    def __init__(self) -> None:
        self._unanswered: deque[detect_pb2.DetectStreamRequest] = deque()

    def read(self, requests: Requests) -> None:
        threading.Thread(target=self._read_all, args=(requests,), daemon=True).start()

    def _read_all(self, requests: Requests) -> None:
        with contextlib.suppress(grpc.RpcError):
            for request in requests:
                self._unanswered.append(request)

    def answer(self) -> detect_pb2.DetectStreamResponse:
        return answer(self._unanswered.popleft())

    def settles_at(self, count: int, quiet_s: float = 0.15) -> bool:
        """As many frames are there before long, and no more come."""
        deadline_s = time.monotonic() + 5
        while len(self._unanswered) < count and time.monotonic() < deadline_s:
            time.sleep(0.005)
        time.sleep(quiet_s)
        return len(self._unanswered) == count


@dataclass
class Scripted(detect_pb2_grpc.DetectServiceServicer):
    """A server whose streams follow a script."""

    address: str = ""
    script: Callable[[Requests, grpc.ServicerContext], Responses] = echo
    ended: threading.Event = field(default_factory=threading.Event)

    def Detect(  # noqa: N802  the contract's name
        self, request: detect_pb2.DetectRequest, context: grpc.ServicerContext
    ) -> detect_pb2.DetectResponse:
        raise NotImplementedError

    def DetectStream(  # noqa: N802  the contract's name
        self, request_iterator: Requests, context: grpc.ServicerContext
    ) -> Responses:
        context.add_callback(self.ended.set)
        yield from self.script(request_iterator, context)


@pytest.fixture
def server() -> Iterator[Scripted]:
    servicer = Scripted()
    running = grpc.server(futures.ThreadPoolExecutor(4))
    detect_pb2_grpc.add_DetectServiceServicer_to_server(servicer, running)
    servicer.address = f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}"
    running.start()
    yield servicer
    running.stop(None).wait(5)


Windows: TypeAlias = list[StreamWindow]
Detect: TypeAlias = Callable[..., Awaitable[Answers]]


@pytest.fixture(params=["sync", "async"])
def detect(server: Scripted, request: pytest.FixtureRequest) -> Detect:
    """Streams frames through one of the clients and gathers the answers."""
    return _with_sync(server) if request.param == "sync" else _with_async(server)


def _with_sync(server: Scripted) -> Detect:
    async def run(
        frames: Iterable[FrameLike],
        *,
        stop_after: int = 0,
        timeout_s: float = 20,
        on_window: OnWindow | None = None,
    ) -> Answers:
        answers: Answers = []
        with connect(server.address) as client:
            for one in client.detect_stream(frames, timeout_s=timeout_s, on_window=on_window):
                answers.append(one)
                if len(answers) == stop_after:
                    break
        return answers

    return run


def _with_async(server: Scripted) -> Detect:
    async def run(
        frames: Iterable[FrameLike],
        *,
        stop_after: int = 0,
        timeout_s: float = 20,
        on_window: OnWindow | None = None,
    ) -> Answers:
        answers: Answers = []
        async with (
            connect_async(server.address) as client,
            aclosing(
                client.detect_stream(frames, timeout_s=timeout_s, on_window=on_window)
            ) as stream,
        ):
            async for one in stream:
                answers.append(one)
                if len(answers) == stop_after:
                    break
        return answers

    return run


async def test_answers_come_in_order_with_ids_and_times(detect: Detect) -> None:
    frames = [Frame(b"x" * n, frame_id=1000 - n, capture_time_us=7 * n) for n in range(1, 40)]
    answers = await detect(frames)
    assert [one.frame_id for one in answers] == [frame.frame_id for frame in frames]
    assert [one.capture_time_us for one in answers] == [7 * n for n in range(1, 40)]
    assert [one.result and one.result.width for one in answers] == list(range(1, 40))


async def test_bare_images_are_numbered(detect: Detect) -> None:
    answers = await detect([b"a", b"bb", b"ccc"])
    assert [one.frame_id for one in answers] == [0, 1, 2]


async def test_no_frames_are_no_answers(detect: Detect) -> None:
    assert await detect([]) == []


async def test_frames_are_drawn_only_as_the_window_allows(detect: Detect, server: Scripted) -> None:
    drawn = 0
    most_ahead = 0
    answered = 0

    def frames() -> Iterator[bytes]:
        nonlocal drawn, most_ahead
        for _ in range(12):
            drawn += 1
            most_ahead = max(most_ahead, drawn - answered)
            yield b"x"

    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        nonlocal answered
        next(requests)
        assert drawn == 0
        yield from window(3)
        for request in requests:
            deadline_s = time.monotonic() + 0.05
            while time.monotonic() < deadline_s:
                time.sleep(0.01)
            answered += 1
            yield answer(request)

    server.script = script
    assert len(await detect(frames())) == 12
    assert most_ahead == 3


async def test_more_frames_may_be_unanswered_than_in_flight(
    detect: Detect, server: Scripted
) -> None:
    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(8)
        waiting = [next(requests) for _ in range(8)]
        for request in waiting:
            dropped = stream_pb2.Dropped(reason=stream_pb2.DROP_REASON_SUPERSEDED, age_us=5)
            yield detect_pb2.DetectStreamResponse(
                answer=detect_pb2.DetectFrameAnswer(
                    frame_id=request.frame.frame_id, dropped=dropped
                )
            )

    server.script = script
    answers = await detect([b"x"] * 8)
    assert {(one.dropped.reason, one.dropped.age_us) for one in answers if one.dropped} == {
        ("superseded", 5)
    }


async def test_a_smaller_window_on_the_way_makes_the_sender_wait(
    detect: Detect, server: Scripted
) -> None:
    inbox = Inbox()

    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        inbox.read(requests)
        yield from window(6)
        assert inbox.settles_at(6)
        yield from window(2)
        for answered in range(1, 5):
            yield inbox.answer()
            assert inbox.settles_at(6 - answered)
        for _ in range(4):
            yield inbox.answer()
            assert inbox.settles_at(2)
        yield inbox.answer()
        yield inbox.answer()

    server.script = script
    windows: Windows = []
    answers = await detect([b"x"] * 10, on_window=windows.append)
    assert [one.frame_id for one in answers] == list(range(10))
    assert [one.max_unanswered_frames for one in windows] == [6, 2]
    assert (windows[0].max_in_flight_frames, windows[0].model) == (1, "m")
    assert windows[0].overflow_policy == "block"


async def test_a_larger_window_on_the_way_lets_more_frames_go_at_once(
    detect: Detect, server: Scripted
) -> None:
    inbox = Inbox()

    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        inbox.read(requests)
        yield from window(2)
        assert inbox.settles_at(2)
        yield from window(5)
        assert inbox.settles_at(5)
        for _ in range(3):
            yield inbox.answer()
            assert inbox.settles_at(5)
        for _ in range(5):
            yield inbox.answer()

    server.script = script
    windows: Windows = []
    answers = await detect([b"x"] * 8, on_window=windows.append)
    assert [one.frame_id for one in answers] == list(range(8))
    assert [one.max_unanswered_frames for one in windows] == [2, 5]


async def test_an_image_that_cannot_be_sent_fails_alone_and_in_its_turn(detect: Detect) -> None:
    frames = [b"x", "/no/such/file.jpg", b"xxx", 7]
    answers = await detect(frames)
    assert [one.result.width if one.result else None for one in answers] == [1, None, 3, None]
    assert isinstance(answers[1].error, ImageError)
    assert "/no/such/file.jpg" in answers[1].error.message
    assert isinstance(answers[3].error, ImageError)


async def test_a_frame_over_the_servers_limit_fails_alone(detect: Detect, server: Scripted) -> None:
    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(2, max_message_bytes=100)
        for request in requests:
            yield answer(request)

    server.script = script
    answers = await detect([b"x" * 80, b"x" * 200, b"x" * 81])
    assert isinstance(answers[1].error, MessageTooLarge)
    assert [one.error is None for one in answers] == [True, False, True]


async def test_an_exception_of_the_frames_comes_after_the_answers_before_it(
    detect: Detect,
) -> None:
    seen = 0

    def frames() -> Iterator[bytes]:
        nonlocal seen
        for _ in range(2):
            seen += 1
            yield b"x"
        raise OSError("the camera is gone")

    with pytest.raises(OSError, match="the camera is gone"):
        await detect(frames())
    assert seen == 2


async def test_a_server_that_goes_away_ends_the_stream(detect: Detect, server: Scripted) -> None:
    def script(requests: Requests, context: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(4)
        yield answer(next(requests))
        context.abort(grpc.StatusCode.UNAVAILABLE, "draining")

    server.script = script
    # grpc.aio does not tell the status if a frame was just being written.
    with pytest.raises(Unavailable, match=r"cannot reach .*: (draining|Internal error)"):
        await detect(b"x" for _ in range(100))


async def test_a_server_that_leaves_frames_unanswered_is_found_out(
    detect: Detect, server: Scripted
) -> None:
    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(4)
        next(requests)

    server.script = script
    with pytest.raises(ServerError, match="unanswered"):
        await detect([b"x"])


async def test_a_server_that_answers_too_much_is_found_out(
    detect: Detect, server: Scripted
) -> None:
    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(4)
        request = next(requests)
        yield answer(request)
        yield answer(request)

    server.script = script
    with pytest.raises(ServerError, match="answers no item"):
        await detect([b"x"])


async def test_a_server_that_never_opens_its_window_meets_the_streams_deadline(
    detect: Detect, server: Scripted
) -> None:
    def script(requests: Requests, context: grpc.ServicerContext) -> Responses:
        next(requests)
        while context.is_active():
            time.sleep(0.01)
        return
        yield

    server.script = script
    with pytest.raises(DeadlineExceeded):
        await detect([b"x"], timeout_s=0.3)


async def test_leaving_the_loop_cancels_the_stream(detect: Detect, server: Scripted) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x"

    answers = await detect(endless(), stop_after=3)
    assert len(answers) == 3
    assert server.ended.wait(5)


async def test_an_asynchronous_source_is_drawn_too(server: Scripted) -> None:
    async def frames() -> AsyncIterator[bytes]:
        for size in (1, 2, 3):
            yield b"x" * size

    async with connect_async(server.address) as client:
        widths = [one.result and one.result.width async for one in client.detect_stream(frames())]
    assert widths == [1, 2, 3]


async def test_a_task_that_is_cancelled_leaves_the_stream(server: Scripted) -> None:
    started = asyncio.Event()

    async def consume() -> None:
        async with connect_async(server.address) as client:
            stream = client.detect_stream(b"x" for _ in iter(int, 1))
            async with aclosing(stream):
                async for _ in stream:
                    started.set()

    task = asyncio.create_task(consume())
    await asyncio.wait_for(started.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(server.ended.wait, 5)
