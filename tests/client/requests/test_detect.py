"""Calls of `DetectService`."""

from typing import Any

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
    assert options.mask_format == detect_pb2.MASK_FORMAT_UNSPECIFIED
    with pytest.raises(InvalidRequest, match="max_detections"):
        detect_options(None, None, -1, ())


@pytest.mark.parametrize(
    ("word", "number"),
    [("runs", detect_pb2.MASK_FORMAT_RUNS), ("polygons", detect_pb2.MASK_FORMAT_POLYGONS)],
)
def test_masks_are_asked_for_by_a_word(word: Any, number: int) -> None:
    assert detect_options(None, None, 0, (), word).mask_format == number


def test_a_word_that_is_no_format_of_masks_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="bitmap") as failed:
        detect_options(None, None, 0, (), "bitmap")  # type: ignore[arg-type]
    assert failed.value.field_violations[0].field == "options.mask_format"


def test_a_call_has_its_image_model_and_region() -> None:
    request = detect(b"x", model="m", model_version="2", region=(1, 2, 3, 4)).request
    assert (request.image.encoded, request.image.region.y_max) == (b"x", 4)
    assert (request.model, request.model_version) == ("m", "2")


def test_a_stream_begins_with_its_configuration_and_numbers_its_frames() -> None:
    call = detect_stream(
        model="m",
        model_version="2",
        options=detect_options(None, None, 5, (), "runs"),
        stream=stream_options("block", 0, 3),
        pixel_format=None,
        tolerance=None,
    )
    config = call.config.config
    assert (config.model, config.model_version) == ("m", "2")
    assert config.options.max_detections == 5
    assert config.options.mask_format == detect_pb2.MASK_FORMAT_RUNS
    assert config.stream.max_in_flight_frames == 3
    frame = call.pack(4, Frame(b"x", capture_time_us=9)).frame
    assert (frame.frame_id, frame.capture_time_us, frame.image.encoded) == (4, 9, b"x")
    blank = call.pack_blank(4, Frame("/no/such/file")).frame
    assert blank.frame_id == 4
    assert not blank.HasField("image")
