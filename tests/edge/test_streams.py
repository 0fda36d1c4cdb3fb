"""The bidirectional streams against the real models, on the street video."""

import threading
from collections.abc import Iterator
from typing import Any

import cv2
import grpc
import numpy as np
import pytest

from ocelli.client import Frame, OcelliError
from ocelli.client.status import from_rpc_error
from ocelli.v1 import detect_pb2, detect_pb2_grpc, stream_pb2


@pytest.fixture(scope="module")
def frames(media: Any) -> list[bytes]:
    """Sixty frames of the street video as JPEG."""
    video = cv2.VideoCapture(str(media.video.path))
    encoded = []
    while len(encoded) < 60:
        read, frame = video.read()
        assert read
        encoded.append(cv2.imencode(".jpg", frame)[1].tobytes())
    return encoded


def numbered(frames: list[bytes]) -> Iterator[Frame]:
    for number, frame in enumerate(frames):
        yield Frame(frame, frame_id=1000 + number, capture_time_us=40_000 * number)


def test_every_frame_is_answered_once_in_order_as_detect_would(
    client: Any, frames: list[bytes]
) -> None:
    before = client.models.get("nanodet_coco80").statistics
    answers = list(client.detect_stream(numbered(frames)))
    after = client.models.get("nanodet_coco80").statistics
    assert [answer.frame_id for answer in answers] == [1000 + n for n in range(len(frames))]
    assert [answer.capture_time_us for answer in answers] == [40_000 * n for n in range(60)]
    assert all(answer.result for answer in answers)
    assert after.inference_count - before.inference_count == len(frames)
    assert after.execution_count - before.execution_count < len(frames) / 2
    single = client.detect(frames[17])
    assert [found.label for found in answers[17].result.detections] == [
        found.label for found in single.detections
    ]


def test_a_bad_frame_fails_alone(client: Any, frames: list[bytes]) -> None:
    mixed = [frames[0], b"no image at all, but a long enough text", frames[1][:3000], frames[2]]
    answers = list(client.detect_stream(mixed))
    assert [answer.error.reason if answer.error else "" for answer in answers] == [
        "",
        "IMAGE_FORMAT_UNKNOWN",
        "IMAGE_CORRUPT",
        "",
    ]


def test_latest_drops_old_frames_and_answers_the_newest(client: Any, frames: list[bytes]) -> None:
    answers = list(
        client.detect_stream(
            numbered(frames), overflow_policy="keep_latest", max_in_flight_frames=2
        )
    )
    assert [answer.frame_id for answer in answers] == [1000 + n for n in range(len(frames))]
    dropped = [answer for answer in answers if answer.dropped]
    assert all(answer.dropped.reason == "superseded" for answer in dropped)
    assert answers[-1].result


def test_frames_that_waited_too_long_are_dropped(client: Any, frames: list[bytes]) -> None:
    answers = list(client.detect_stream(numbered(frames), max_frame_age_ms=1))
    assert {answer.dropped.reason for answer in answers if answer.dropped} == {"too_old"}


def test_embeddings_stream_too(client: Any, frames: list[bytes]) -> None:
    answers = list(client.embed_stream(numbered(frames[:8])))
    vectors = np.stack([answer.result.vector for answer in answers])
    assert vectors.shape == (8, 1280)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert float(vectors[0] @ vectors[1]) > 0.9


def test_the_server_grants_no_more_than_its_window(edge: Any) -> None:
    with grpc.insecure_channel(edge.address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        config = detect_pb2.DetectStreamConfig(
            stream=stream_pb2.StreamOptions(max_in_flight_frames=10_000)
        )
        (answer,) = stub.DetectStream(
            iter([detect_pb2.DetectStreamRequest(config=config)]), timeout=10
        )
    assert 1 <= answer.window.max_in_flight_frames <= 16
    assert answer.window.model == "nanodet_coco80"
    assert answer.window.max_message_bytes == 32 << 20
    assert answer.window.max_unanswered_frames == answer.window.max_in_flight_frames
    assert answer.window.overflow_policy == stream_pb2.OVERFLOW_POLICY_BLOCK


@pytest.mark.parametrize("first", ["frame", "config twice"])
def test_messages_out_of_turn_end_the_stream(edge: Any, first: str) -> None:
    config = detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig())
    frame = detect_pb2.DetectStreamRequest(frame=detect_pb2.DetectFrame())
    messages = [frame] if first == "frame" else [config, config]
    with grpc.insecure_channel(edge.address) as channel:
        stub = detect_pb2_grpc.DetectServiceStub(channel)
        with pytest.raises(grpc.RpcError) as failed:
            list(stub.DetectStream(iter(messages), timeout=10))
    error = from_rpc_error(failed.value, address=edge.address)
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "STREAM_PROTOCOL")


def test_a_client_that_vanishes_holds_nothing_up(
    client: Any, edge: Any, frames: list[bytes]
) -> None:
    with edge.connect() as other:
        for answer in other.detect_stream(numbered(frames * 3)):
            if answer.frame_id == 1003:
                break
    assert client.detect(frames[0], timeout_s=5).width == 640


def test_a_sender_that_is_not_read_from_is_made_to_wait(edge: Any, frames: list[bytes]) -> None:
    sent = 0

    def flood() -> Iterator[detect_pb2.DetectStreamRequest]:
        nonlocal sent
        yield detect_pb2.DetectStreamRequest(config=detect_pb2.DetectStreamConfig())
        raw = np.zeros((720, 1280, 3), np.uint8)
        while sent < 400:
            sent += 1
            request = detect_pb2.DetectStreamRequest()
            request.frame.image.raw.data = raw.tobytes()
            request.frame.image.raw.width, request.frame.image.raw.height = 1280, 720
            request.frame.image.raw.format = 1
            yield request

    with grpc.insecure_channel(edge.address) as channel:
        call = detect_pb2_grpc.DetectServiceStub(channel).DetectStream(flood(), timeout=30)
        next(call)
        waited = threading.Event()
        waited.wait(6)
        held = sent
        call.cancel()
    assert held < 400, "400 frames of 2.7 MB were taken without one answer being read"


def test_a_drain_ends_streams_with_a_retryable_error(
    start_edge: Any, tmp_path: Any, frames: list[bytes]
) -> None:
    own = start_edge(tmp_path)

    def endless() -> Iterator[bytes]:
        while True:
            yield from frames

    answered = 0
    with own.connect() as client, pytest.raises(OcelliError) as failed:
        for _ in client.detect_stream(endless()):
            answered += 1
            if answered == 20:
                own.process.terminate()
    assert failed.value.code is grpc.StatusCode.UNAVAILABLE
    assert failed.value.reason == "DRAINING"
    assert own.process.wait(20) == 0
