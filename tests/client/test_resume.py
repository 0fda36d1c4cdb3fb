"""Streams over a server that goes away for a moment: every item is answered once, in order."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent import futures
from typing import Any, Self

import grpc
import pytest
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import (
    DeadlineExceeded,
    Frame,
    IndexItem,
    NotFound,
    ServerError,
    Unavailable,
    connect,
    connect_async,
)
from ocelli.v1 import detect_pb2, point_pb2, stream_pb2
from ocelli.v1.sdk import ERROR_DOMAIN

pytestmark = pytest.mark.system

WINDOW = 4


def draining(retry_s: float = 0.05) -> status_pb2.Status:
    status = status_pb2.Status(code=grpc.StatusCode.UNAVAILABLE.value[0], message="it stops")
    delay = duration_pb2.Duration(nanos=int(retry_s * 1e9))
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason="DRAINING", domain=ERROR_DOMAIN))
    status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    return status


class Restarting(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # not generic at run time
    """A server that can be stopped and started at one address. Streams end as it was told.

    Attributes:
        ends: how many items each stream answers, and what it ends with then; the streams after
            those answer all.
        streams: ids of the items that each stream read.
    """

    def __init__(self) -> None:
        self.ends: list[tuple[int, status_pb2.Status]] = []
        self.streams: list[list[int | str]] = []
        self.opened_s: list[float] = []
        self.opened_twice = threading.Event()
        self.answered = 0
        self._port = 0
        self._server: grpc.Server | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self) -> Self:
        options = [("grpc.so_reuseport", 0)]
        self._server = grpc.server(futures.ThreadPoolExecutor(8), (self,), options=options)
        self._port = self._server.add_insecure_port(self.address)
        self._server.start()
        return self

    def stop(self) -> None:
        assert self._server is not None
        self._server.stop(None).wait(5)

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[Any, Any]":
        if details.method.endswith("/IndexStream"):
            return grpc.stream_stream_rpc_method_handler(
                self._index, point_pb2.IndexStreamRequest.FromString, _serialized
            )
        return grpc.stream_stream_rpc_method_handler(
            self._detect, detect_pb2.DetectStreamRequest.FromString, _serialized
        )

    def _detect(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        next(requests)
        yield detect_pb2.DetectStreamResponse(window=_window())
        for frame in self._read(context, (one.frame for one in requests), "frame_id"):
            result = detect_pb2.DetectResult(width=len(frame.image.encoded))
            answer = detect_pb2.DetectFrameAnswer(frame_id=frame.frame_id, result=result)
            yield detect_pb2.DetectStreamResponse(answer=answer)

    def _index(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        next(requests)
        yield point_pb2.IndexStreamResponse(window=_window())
        for item in self._read(context, (one.item for one in requests), "id"):
            answer = point_pb2.IndexAnswer(id=item.id, result=point_pb2.IndexResult(model="m"))
            yield point_pb2.IndexStreamResponse(answer=answer)

    def _read(
        self, context: grpc.ServicerContext, items: Iterator[Any], field: str
    ) -> Iterator[Any]:
        read: list[int | str] = []
        self.streams.append(read)
        self.opened_s.append(time.monotonic())
        if len(self.streams) == 2:
            self.opened_twice.set()
        count, status = self.ends.pop(0) if self.ends else (-1, None)
        while count:
            item = next(items, None)
            if item is None:
                return
            read.append(getattr(item, field))
            yield item
            self.answered += 1
            count -= 1
        assert status is not None
        time.sleep(0.05)  # so that a frame is not just being written, of which grpc.aio makes more
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
        context.abort(code, status.message)


def _serialized(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _window() -> stream_pb2.StreamWindow:
    return stream_pb2.StreamWindow(max_in_flight_frames=1, max_unanswered_frames=WINDOW)


@pytest.fixture
def server() -> Iterator[Restarting]:
    running = Restarting().start()
    yield running
    running.stop()


Stream = Callable[..., Awaitable[list[Any]]]


@pytest.fixture(params=["sync", "async"])
def stream(server: Restarting, request: pytest.FixtureRequest) -> Stream:
    """Runs a stream of one of the clients and gathers its answers in the list given."""

    async def with_sync(
        method: str, *given: Any, into: list[Any] | None = None, **more: Any
    ) -> Any:
        def gather() -> list[Any]:
            answers = [] if into is None else into
            with connect(server.address) as client:
                for answer in getattr(client, method)(*given, **more):
                    answers.append(answer)
            return answers

        return await asyncio.to_thread(gather)

    async def with_async(
        method: str, *given: Any, into: list[Any] | None = None, **more: Any
    ) -> Any:
        answers = [] if into is None else into
        async with connect_async(server.address) as client:
            async for answer in getattr(client, method)(*given, **more):
                answers.append(answer)
        return answers

    return with_sync if request.param == "sync" else with_async


def images(count: int) -> Iterator[bytes]:
    for length in range(1, count + 1):
        yield b"x" * length


async def test_what_was_not_answered_is_sent_again(stream: Stream, server: Restarting) -> None:
    server.ends = [(3, draining()), (0, draining()), (5, draining())]
    answers = await stream("detect_stream", images(20), resume_s=10)
    assert [one.frame_id for one in answers] == list(range(20))
    assert [one.result.width for one in answers] == list(range(1, 21))
    assert [ids[0] if ids else None for ids in server.streams] == [0, None, 3, 8]
    assert server.answered == 20


async def test_frames_keep_their_own_ids(stream: Stream, server: Restarting) -> None:
    server.ends = [(2, draining())]
    frames = [Frame(b"x", frame_id=100 - n) for n in range(6)]
    answers = await stream("detect_stream", frames, resume_s=10)
    assert [one.frame_id for one in answers] == [100 - n for n in range(6)]


async def test_points_are_stored_over_an_interruption(stream: Stream, server: Restarting) -> None:
    server.ends = [(2, draining())]
    items = [IndexItem(name, b"x") for name in "abcdef"]
    answers = await stream("index", "c", items, resume_s=10)
    assert [one.id for one in answers] == list("abcdef")


async def test_a_frame_that_cannot_be_sent_fails_once(stream: Stream, server: Restarting) -> None:
    server.ends = [(1, draining())]
    answers = await stream("detect_stream", [b"x", "/no/such.jpg", b"xxx"], resume_s=10)
    assert [one.frame_id for one in answers] == [0, 1, 2]
    assert [one.error is None for one in answers] == [True, False, True]


async def test_the_delay_that_the_server_asks_for_is_kept(
    stream: Stream, server: Restarting
) -> None:
    server.ends = [(1, draining(0.6))]
    began_s = time.monotonic()
    await stream("detect_stream", images(3), resume_s=10)
    first_s, second_s = server.opened_s
    assert second_s - first_s >= 0.6
    assert time.monotonic() - began_s < 5


async def test_a_server_is_stopped_and_started_again(stream: Stream, server: Restarting) -> None:
    def frames() -> Iterator[bytes]:
        for n in range(30):
            if n == 10:
                threading.Thread(target=restart).start()
            time.sleep(0.02)
            yield b"x" * (n + 1)

    def restart() -> None:
        server.stop()
        time.sleep(1)
        server.start()

    answers = await stream("detect_stream", frames(), resume_s=15)
    assert [one.result.width for one in answers] == list(range(1, 31))
    assert len(server.streams) >= 2


async def test_without_it_the_error_tells_what_was_not_answered(
    stream: Stream, server: Restarting
) -> None:
    server.ends = [(2, draining())]
    answers: list[Any] = []
    with pytest.raises(Unavailable) as caught:
        await stream("detect_stream", images(10), into=answers)
    assert caught.value.reason == "DRAINING"
    assert len(answers) == 2
    assert caught.value.unanswered == (2, 3, 4, 5)


async def test_a_server_that_stays_away_is_given_up(stream: Stream, server: Restarting) -> None:
    server.ends = [(2, draining())] + [(0, draining())] * 100
    began_s = time.monotonic()
    answers: list[Any] = []
    with pytest.raises(Unavailable) as caught:
        await stream("index", "c", [IndexItem(n, b"x") for n in "abcd"], into=answers, resume_s=1)
    assert 0.5 < time.monotonic() - began_s < 5
    assert [one.id for one in answers] == ["a", "b"]
    assert caught.value.unanswered == ("c", "d")


async def test_a_server_that_answers_is_never_given_up(stream: Stream, server: Restarting) -> None:
    server.ends = [(1, draining(0.2))] * 6
    answers = await stream("detect_stream", images(8), resume_s=0.5)
    assert len(answers) == 8
    assert server.opened_s[-1] - server.opened_s[0] > 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [(grpc.StatusCode.NOT_FOUND, NotFound), (grpc.StatusCode.DATA_LOSS, ServerError)],
)
async def test_what_another_stream_cannot_help_ends_it(
    stream: Stream, server: Restarting, code: grpc.StatusCode, kind: type[Exception]
) -> None:
    server.ends = [(1, status_pb2.Status(code=code.value[0], message="it is gone"))]
    with pytest.raises(kind, match="it is gone"):
        await stream("detect_stream", images(3), resume_s=10)
    assert len(server.streams) == 1


async def test_the_deadline_is_that_of_all_streams(stream: Stream, server: Restarting) -> None:
    server.ends = [(1, draining(0.1))] * 100
    began_s = time.monotonic()
    with pytest.raises((DeadlineExceeded, Unavailable)):
        await stream("detect_stream", images(200), resume_s=10, timeout_s=1)
    assert time.monotonic() - began_s < 3


async def test_an_exception_of_the_frames_comes_once_and_after_what_was_before_it(
    stream: Stream, server: Restarting
) -> None:
    def frames() -> Iterator[bytes]:
        yield from images(5)
        raise Unavailable("the camera is gone")  # as another call of the caller's raises it

    server.ends = [(2, draining())]
    answers: list[Any] = []
    with pytest.raises(Unavailable, match="the camera is gone"):
        await stream("detect_stream", frames(), into=answers, resume_s=10)
    assert [one.frame_id for one in answers] == [0, 1, 2, 3, 4]
    assert len(server.streams) == 2


async def test_a_frame_that_a_stream_waited_for_goes_by_the_next(
    stream: Stream, server: Restarting
) -> None:
    def frames() -> Iterator[bytes]:
        yield from images(2)
        assert server.opened_twice.wait(5)
        yield b"xxx"

    server.ends = [(2, draining())]
    answers = await stream("detect_stream", frames(), resume_s=10)
    assert [one.result.width for one in answers] == [1, 2, 3]


async def test_an_asynchronous_source_outlives_the_streams(server: Restarting) -> None:
    async def frames() -> AsyncIterator[bytes]:
        async with asyncio.timeout(20):
            yield b"x"
            yield b"xx"
            assert await asyncio.to_thread(server.opened_twice.wait, 5)
            yield b"xxx"

    server.ends = [(2, draining())]
    async with connect_async(server.address) as client:
        answers = [one async for one in client.detect_stream(frames(), resume_s=10)]
    assert [one.result and one.result.width for one in answers] == [1, 2, 3]


@pytest.mark.parametrize("resume_s", [0, 10])
async def test_a_source_that_is_cancelled_by_itself_ends_the_stream(
    server: Restarting, resume_s: float
) -> None:
    async def frames() -> AsyncIterator[bytes]:
        yield b"x"
        raise asyncio.CancelledError

    async with connect_async(server.address) as client:
        with pytest.raises(asyncio.CancelledError):
            _ = [one async for one in client.detect_stream(frames(), resume_s=resume_s)]
    assert len(server.streams) == 1


async def test_leaving_the_loop_leaves_nothing_running(server: Restarting) -> None:
    drawn = 0

    async def frames() -> AsyncIterator[bytes]:
        nonlocal drawn
        while True:
            drawn += 1
            yield b"x"

    tasks = asyncio.all_tasks()
    async with connect_async(server.address) as client:
        answers = client.detect_stream(frames(), resume_s=10)
        assert (await anext(answers)).frame_id == 0
        await answers.aclose()
        then = drawn
        await asyncio.sleep(0.1)
    assert drawn == then <= WINDOW + 2
    assert asyncio.all_tasks() == tasks
