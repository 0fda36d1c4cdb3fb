"""What a case says of a stream and its frames reaches the SDK, and comes back as the contract's."""

from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message

from conformance import opening, seen
from ocelli.client import decode
from ocelli.v1 import classify_pb2, detect_pb2, embed_pb2, point_pb2, timings_pb2

STREAM = {
    "overflowPolicy": "OVERFLOW_POLICY_KEEP_LATEST",
    "maxFrameAgeMs": 5,
    "maxInFlightFrames": 3,
}
DETECT = {
    "model": "m",
    "modelVersion": "12",
    "options": {
        "scoreThreshold": 0,
        "iouThreshold": 1,
        "maxDetections": 7,
        "labels": ["cat", "dog"],
        "maskFormat": "MASK_FORMAT_POLYGONS",
    },
    "stream": STREAM,
}
CLASSIFY = {
    "model": "m",
    "modelVersion": "12",
    "options": {"topK": 7, "scoreThreshold": 0, "labels": ["cat", "dog"]},
    "stream": STREAM,
}
EMBED = {"model": "m", "modelVersion": "12", "options": {"raw": True}, "stream": STREAM}
RUNS = {"runs": {"xMin": 1, "yMin": 2, "width": 2, "height": 2, "lengths": [0, 3, 1]}}
POLYGONS = {"polygons": {"polygons": [{"coordinates": [0.5, 1, 2, 1, 2, 3]}]}}


@pytest.mark.parametrize(
    ("rpc", "config", "kind"),
    [
        ("DetectService/DetectStream", DETECT, detect_pb2.DetectStreamConfig),
        ("ClassifyService/ClassifyStream", CLASSIFY, classify_pb2.ClassifyStreamConfig),
        ("EmbedService/EmbedStream", EMBED, embed_pb2.EmbedStreamConfig),
        ("PointService/IndexStream", {"collection": "c"}, point_pb2.IndexStreamConfig),
    ],
)
def test_no_field_of_a_configuration_is_lost(
    rpc: str, config: dict[str, Any], kind: type[Message]
) -> None:
    call, _, _ = opening.opened(rpc, config)
    wanted = json_format.ParseDict(config, kind())
    assert {field.json_name for field, _ in wanted.ListFields()} == {
        field.json_name for field in kind.DESCRIPTOR.fields
    }
    assert call.config.config == wanted


def test_a_case_that_is_no_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="is no stream"):
        opening.opened("DetectService/Detect", {})


@pytest.mark.parametrize("mask", [RUNS, POLYGONS])
def test_a_mask_is_written_down_as_it_came(mask: dict[str, Any]) -> None:
    message = json_format.ParseDict({"detections": [{"mask": mask}]}, detect_pb2.DetectResult())
    written = seen.detect_result(decode.detect_result(message, timings_pb2.Timings()))
    assert written["detections"][0]["mask"] == mask


def test_what_an_image_shows_is_written_down_as_it_came() -> None:
    told = {"classifications": [{"score": 0.5, "label": "cat", "classId": 3}], "width": 4}
    message = json_format.ParseDict(told, classify_pb2.ClassifyResult())
    written = seen.classify_result(decode.classify_result(message, timings_pb2.Timings()))
    assert json_format.ParseDict(written, classify_pb2.ClassifyResult()) == message
