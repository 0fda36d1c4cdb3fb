"""Reading, by both clients."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from ocelli.client import InvalidRequest
from ocelli.v1 import read_pb2
from tests.client.recorder import Recorder

Call = Callable[[Callable[[Any], Any]], Awaitable[Any]]


async def test_options_reach_the_server_and_lines_the_caller(
    call: Call, recorder: Recorder
) -> None:
    line = read_pb2.TextLine(text="cat", score=0.5, corners=[read_pb2.TextCorner(x=1, y=2)] * 4)
    result = read_pb2.ReadResult(lines=[line, line], model="m", unread_lines=4)
    recorder.answer("Read", read_pb2.ReadResponse(result=result))
    options = {"model": "m", "model_version": "2", "max_lines": 7, "score_threshold": 0.25}
    read = await call(lambda client: client.read(b"x", **options, region=(1, 2, 3, 4)))
    assert (read.text, read.model, read.unread_lines) == ("cat\ncat", "m", 4)
    assert read.lines[0].corners == ((1, 2),) * 4
    request = recorder.only(read_pb2.ReadRequest)
    assert (request.model, request.model_version) == ("m", "2")
    assert (request.image.encoded, request.image.region.x_max) == (b"x", 3)
    assert request.options == read_pb2.ReadOptions(max_lines=7, score_threshold=0.25)


async def test_only_what_is_given_is_sent(call: Call, recorder: Recorder) -> None:
    await call(lambda client: client.read(b"x"))
    assert recorder.only(read_pb2.ReadRequest).options == read_pb2.ReadOptions()
    with pytest.raises(InvalidRequest, match="max_lines"):
        await call(lambda client: client.read(b"x", max_lines=-1))
