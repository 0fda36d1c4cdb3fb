"""Load of unary calls, on a server of the test's own."""

import asyncio

import grpc
import grpc.aio
import pytest

from ocelli.client.load import Plan
from ocelli.client.load.meter import Meter
from ocelli.client.load.pace import ClosedPace
from ocelli.client.load.requests import calls
from ocelli.client.load.unary import CallDriver
from ocelli.v1 import detect_pb2, embed_pb2
from tests.client.recorder import Recorder


async def _load(address: str, *, service: str, duration_s: float) -> Meter:
    end_s = asyncio.get_running_loop().time() + duration_s
    meter = Meter(end_s - duration_s, end_s)
    plan = Plan(address, (b"one", b"two"), service=service)  # type: ignore[arg-type]
    async with grpc.aio.insecure_channel(address) as channel:
        driver = CallDriver(
            channel,
            calls(plan, "m"),
            ClosedPace(end_s),
            meter,
            in_flight=2,
            timeout_s=5,
            address=address,
        )
        await asyncio.wait_for(driver.run(), 10)
    return meter


@pytest.mark.parametrize(
    ("service", "kind"),
    [("detect", detect_pb2.DetectRequest), ("embed", embed_pb2.EmbedRequest)],
)
async def test_images_are_sent_in_turn_and_every_answer_is_counted(
    recorder: Recorder, service: str, kind: type
) -> None:
    meter = await _load(recorder.address, service=service, duration_s=0.3)
    requests = recorder.requests
    assert all(isinstance(request, kind) for request in requests)
    assert {request.model for request in requests} == {"m"}
    sent = [request.image.encoded for request in requests]
    assert abs(sent.count(b"one") - sent.count(b"two")) <= 2
    assert meter.outcomes == {"result": len(requests)}


async def test_a_server_that_is_not_there_is_not_called_in_a_busy_loop() -> None:
    meter = await _load("127.0.0.1:1", service="detect", duration_s=0.5)
    # Two at once, each with a pause of a tenth of a second after it.
    assert 2 <= meter.outcomes["error"] <= 12
    assert set(meter.errors) == {"UNAVAILABLE"}
