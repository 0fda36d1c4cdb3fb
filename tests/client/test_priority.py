"""The priority of a connection's calls, as a server sees it."""

from collections.abc import Iterator
from concurrent import futures
from typing import Any

import grpc
import pytest

from ocelli.client import InvalidRequest, connect, connect_async
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2

pytestmark = pytest.mark.system


class Noting(detect_pb2_grpc.DetectServiceServicer):
    """Notes the priority of each call."""

    def __init__(self) -> None:
        self.address = ""
        self.seen: list[object] = []

    def Detect(self, request: Any, context: Any) -> Any:  # noqa: N802  # the contract's
        self._note(context)
        return detect_pb2.DetectResponse()

    def DetectStream(self, request_iterator: Any, context: Any) -> Any:  # noqa: N802
        self._note(context)
        window = stream_pb2.StreamWindow(max_in_flight_frames=1, max_unanswered_frames=1)
        yield detect_pb2.DetectStreamResponse(window=window)
        for message in request_iterator:
            if message.HasField("frame"):
                answer = detect_pb2.DetectFrameAnswer(frame_id=message.frame.frame_id, result={})
                yield detect_pb2.DetectStreamResponse(answer=answer)

    def _note(self, context: Any) -> None:
        self.seen.append(dict(context.invocation_metadata()).get("ocelli-priority"))


@pytest.fixture
def server() -> Iterator[Noting]:
    noting = Noting()
    running = grpc.server(futures.ThreadPoolExecutor(2))
    detect_pb2_grpc.add_DetectServiceServicer_to_server(noting, running)
    noting.address = f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}"
    running.start()
    yield noting
    running.stop(None).wait(5)


def test_calls_and_streams_carry_it(server: Noting) -> None:
    with connect(server.address) as client:
        client.detect(b"x")
    with connect(server.address, priority="batch") as client:
        client.detect(b"x")
        assert len(list(client.detect_stream([b"x", b"y"]))) == 2
    assert server.seen == [None, "batch", "batch"]


async def test_calls_and_streams_of_the_asyncio_client_carry_it(server: Noting) -> None:
    async with connect_async(server.address, priority="batch") as client:
        await client.detect(b"x")
        assert len([answer async for answer in client.detect_stream([b"x", b"y"])]) == 2
    assert server.seen == ["batch", "batch"]


def test_another_word_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="expected interactive or batch"):
        connect(priority="urgent")  # type: ignore[arg-type]  # what is tested
