"""Requests, serialised once."""

from typing import Any

import pytest

from ocelli.client.load import Plan
from ocelli.client.load.requests import calls, frames, read_frame
from ocelli.v1 import detect_pb2, embed_pb2, stream_pb2

KINDS: dict[str, Any] = {
    "detect": (detect_pb2.DetectRequest, detect_pb2.DetectStreamRequest),
    "embed": (embed_pb2.EmbedRequest, embed_pb2.EmbedStreamRequest),
}


@pytest.mark.parametrize("service", KINDS)
def test_each_image_is_a_request(service: Any) -> None:
    unary, _ = KINDS[service]
    made = calls(Plan("x", (b"one", b"two"), service=service), "m")
    requests = [unary.FromString(data) for data in made.requests]
    assert [request.image.encoded for request in requests] == [b"one", b"two"]
    assert {request.model for request in requests} == {"m"}
    assert made.method.endswith(f"Service/{service.capitalize()}")
    assert made.read(b"").outcome == "result"


@pytest.mark.parametrize("service", KINDS)
def test_each_image_is_a_frame_of_a_stream_that_is_opened_as_planned(service: Any) -> None:
    _, stream = KINDS[service]
    plan = Plan("x", (b"one", b"two"), service=service, overflow_policy="keep_latest")
    made = frames(plan, "m")
    config = stream.FromString(made.config(7)).config
    assert (config.model, config.stream.max_in_flight_frames) == ("m", 7)
    assert config.stream.overflow_policy == stream_pb2.OVERFLOW_POLICY_KEEP_LATEST
    sent = [stream.FromString(data).frame.image.encoded for data in made.requests]
    assert sent == [b"one", b"two"]
    assert made.method.endswith(f"Service/{service.capitalize()}Stream")


def test_the_answer_to_a_frame_is_read() -> None:
    answer = detect_pb2.DetectFrameAnswer(dropped=stream_pb2.Dropped())
    assert read_frame(detect_pb2.DetectStreamResponse(answer=answer)).outcome == "dropped"
