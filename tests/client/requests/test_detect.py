"""Calls of `DetectService`."""

import pytest

from ocelli.client import Frame, InvalidRequest
from ocelli.client.requests.detect import detect, detect_options, detect_stream
from ocelli.client.requests.frames import stream_options
from ocelli.v1 import detect_pb2


def test_only_what_is_given_is_sent() -> None:
    options = detect_options(None, None, 0, ())
    assert options == detect_pb2.DetectOptions()
    options = detect_options(0, 0.5, 7, "cat")
    assert options.HasField("score_threshold")
    assert (options.iou_threshold, options.max_detections) == (0.5, 7)
    assert list(options.labels) == ["cat"]
    with pytest.raises(InvalidRequest, match="max_detections"):
        detect_options(None, None, -1, ())


def test_a_call_has_its_image_model_and_region() -> None:
    request = detect(b"x", model="m", region=(1, 2, 3, 4)).request
    assert (request.image.encoded, request.model, request.image.region.y_max) == (b"x", "m", 4)


def test_a_stream_begins_with_its_configuration_and_numbers_its_frames() -> None:
    call = detect_stream(
        model="m",
        options=detect_options(None, None, 5, ()),
        stream=stream_options("block", 0, 3),
        pixel_format=None,
        tolerance=None,
    )
    config = call.config.config
    assert (config.model, config.options.max_detections) == ("m", 5)
    assert config.stream.max_in_flight_frames == 3
    frame = call.pack(4, Frame(b"x", capture_time_us=9)).frame
    assert (frame.frame_id, frame.capture_time_us, frame.image.encoded) == (4, 9, b"x")
    blank = call.pack_blank(4, Frame("/no/such/file")).frame
    assert blank.frame_id == 4
    assert not blank.HasField("image")
