"""Calls of `ClassifyService`."""

import pytest

from ocelli.client import Frame, InvalidRequest
from ocelli.client.requests.classify import classify, classify_options, classify_stream
from ocelli.client.requests.frames import stream_options
from ocelli.v1 import classify_pb2, image_pb2


def test_only_what_is_given_is_sent() -> None:
    assert classify_options(0, None, ()) == classify_pb2.ClassifyOptions()
    options = classify_options(7, 0, "cat")
    assert options.HasField("score_threshold")
    assert (options.top_k, list(options.labels)) == (7, ["cat"])
    with pytest.raises(InvalidRequest, match="top_k") as failed:
        classify_options(-1, None, ())
    assert failed.value.field_violations[0].field == "options.top_k"


def test_a_call_has_its_image_model_and_version() -> None:
    call = classify(
        b"x",
        model="m",
        model_version="2",
        region=(1, 2, 3, 4),
        options=classify_options(7, None, ()),
    )
    request = call.request
    assert (request.image.encoded, request.image.region.y_max) == (b"x", 4)
    assert (request.model, request.model_version, request.options.top_k) == ("m", "2", 7)


def test_a_stream_begins_with_its_configuration_and_numbers_its_frames() -> None:
    call = classify_stream(
        model="m",
        model_version="2",
        options=classify_options(5, None, ()),
        stream=stream_options("keep_latest", 0, 3),
        pixel_format=None,
        tolerance="lenient",
    )
    config = call.config.config
    assert (config.model, config.model_version, config.options.top_k) == ("m", "2", 5)
    assert config.stream.max_in_flight_frames == 3
    frame = call.pack(4, Frame(b"x", capture_time_us=9)).frame
    assert (frame.frame_id, frame.capture_time_us, frame.image.encoded) == (4, 9, b"x")
    assert frame.image.tolerance == image_pb2.TOLERANCE_LENIENT
    blank = call.pack_blank(4, Frame("/no/such/file")).frame
    assert blank.frame_id == 4
    assert not blank.HasField("image")
