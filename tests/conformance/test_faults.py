"""The faulty service: it finds senders that do not keep to a window, and says when to come back."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from ocelli.edge.errors import Reason
from ocelli.v1 import detect_pb2, detect_pb2_grpc, embed_pb2, embed_pb2_grpc
from ocelli.v1.sdk import SERVICE_CONFIG
from tests.conformance.faults import faulty_service
from tests.conformance.resizing import RESIZING
from tests.conformance.unsteady import PUSHBACK_S

pytestmark = pytest.mark.system

FRAMES = 12
_EOF = grpc.aio.EOF  # type: ignore[attr-defined]  # its stubs leave it out


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    options = [("grpc.service_config", SERVICE_CONFIG)]
    async with (
        faulty_service() as address,
        grpc.aio.insecure_channel(address, options=options) as opened,
    ):
        yield opened


async def windows_seen(channel: grpc.aio.Channel, name: str, extra: int) -> list[int]:
    """Sends frames with as many unanswered as the window allows, and `extra` more."""
    stub: Any = detect_pb2_grpc.DetectServiceStub(channel)
    call = stub.DetectStream()
    config = detect_pb2.DetectStreamConfig(model=name)
    await call.write(detect_pb2.DetectStreamRequest(config=config))
    sizes: list[int] = []
    sent = answered = 0
    while answered < FRAMES:
        response = await call.read()
        if response is _EOF:
            await call.code()
            raise AssertionError(await call.details())
        if response.HasField("window"):
            sizes.append(response.window.max_unanswered_frames)
        else:
            assert response.answer.frame_id == answered
            answered += 1
        while sent < FRAMES and sent - answered < sizes[-1] + extra:
            frame = detect_pb2.DetectFrame(frame_id=sent)
            await call.write(detect_pb2.DetectStreamRequest(frame=frame))
            sent += 1
    await call.done_writing()
    assert await call.read() is _EOF
    return sizes


@pytest.mark.parametrize("name", RESIZING)
async def test_a_sender_that_keeps_to_every_window_gets_its_answers(
    channel: grpc.aio.Channel, name: str
) -> None:
    assert tuple(await windows_seen(channel, name, extra=0)) == RESIZING[name]


@pytest.mark.parametrize("name", RESIZING)
@pytest.mark.parametrize("extra", [1, -1])
async def test_a_sender_that_sends_more_or_less_is_told(
    channel: grpc.aio.Channel, name: str, extra: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.conformance.resizing._ARRIVAL_S", 0.5)
    with pytest.raises((grpc.aio.AioRpcError, AssertionError), match="window allows"):
        await asyncio.wait_for(windows_seen(channel, name, extra), 10)


async def test_a_call_that_is_pushed_back_says_so_where_grpc_looks(
    channel: grpc.aio.Channel,
) -> None:
    stub: Any = embed_pb2_grpc.EmbedServiceStub(channel)
    began_s = time.monotonic()
    answer = await stub.Embed(embed_pb2.EmbedRequest(model="pushback-1-x"))
    assert answer.result.width == 2
    assert time.monotonic() - began_s >= PUSHBACK_S
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.Embed(embed_pb2.EmbedRequest(model="pushback-3-x"))
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    found: Any = refused.value.trailing_metadata()
    trailers = dict(found)
    assert trailers["grpc-retry-pushback-ms"] == str(int(1000 * PUSHBACK_S))
    assert Reason.DRAINING.value.encode() in trailers["grpc-status-details-bin"]
