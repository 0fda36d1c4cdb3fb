"""Streams against a scripted server: order, the window, failures of single frames, endings.

A real server meets the window's edge, a lost connection or its own faults only by chance; here they
are scripted. Both clients run through every case.
"""

import asyncio
import threading
import time
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
    MessageTooLarge,
    ImageError,
    ServerError,
    Unavailable,
    connect,
    connect_async,
)
from ocelli.client.requests.frames import FrameLike
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2

Requests: TypeAlias = Iterator[detect_pb2.DetectStreamRequest]
Responses: TypeAlias = Iterator[detect_pb2.DetectStreamResponse]
Answers: TypeAlias = list[FrameAnswer[DetectResult]]


def window(frames: int, *, latest: bool = False, max_message_bytes: int = 0) -> Responses:
    policy = stream_pb2.DROP_POLICY_LATEST if latest else stream_pb2.DROP_POLICY_ALL
    yield detect_pb2.DetectStreamResponse(
        window=stream_pb2.StreamWindow(
            max_in_flight_frames=frames, max_message_bytes=max_message_bytes, drop_policy=policy
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


Detect: TypeAlias = Callable[..., Awaitable[Answers]]


@pytest.fixture(params=["sync", "async"])
def detect(server: Scripted, request: pytest.FixtureRequest) -> Detect:
    """Streams frames through one of the clients and gathers the answers."""
    return _with_sync(server) if request.param == "sync" else _with_async(server)


def _with_sync(server: Scripted) -> Detect:
    async def run(
        frames: Iterable[FrameLike], *, stop_after: int = 0, timeout_s: float = 20
    ) -> Answers:
        answers: Answers = []
        with connect(server.address) as client:
            for one in client.detect_stream(frames, timeout_s=timeout_s):
                answers.append(one)
                if len(answers) == stop_after:
                    break
        return answers

    return run


def _with_async(server: Scripted) -> Detect:
    async def run(
        frames: Iterable[FrameLike], *, stop_after: int = 0, timeout_s: float = 20
    ) -> Answers:
        answers: Answers = []
        async with (
            connect_async(server.address) as client,
            aclosing(client.detect_stream(frames, timeout_s=timeout_s)) as stream,
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


async def test_latest_lets_frames_pass_a_full_window(detect: Detect, server: Scripted) -> None:
    def script(requests: Requests, _: grpc.ServicerContext) -> Responses:
        next(requests)
        yield from window(1, latest=True)
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


async def test_a_image_that_cannot_be_sent_fails_alone_and_in_its_turn(detect: Detect) -> None:
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
    with pytest.raises(Unavailable, match=r"draining|ended the stream while"):
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
