"""The SDK's streams as cases describe them: how they are opened, and the items they are sent."""

from collections.abc import Callable
from typing import Any

import numpy as np
from google.protobuf import json_format
from google.protobuf.message import Message

from conformance import messages, seen
from ocelli.client import Frame, IndexItem, MaskFormat, OverflowPolicy, Tolerance, requests
from ocelli.client.image import ImageLike, PixelFormat, RegionLike
from ocelli.client.payload import from_struct
from ocelli.client.requests.call import StreamCall
from ocelli.v1 import (
    classify_pb2,
    detect_pb2,
    embed_pb2,
    image_pb2,
    point_pb2,
    stream_pb2,
)

_POLICIES: dict[int, OverflowPolicy] = {
    stream_pb2.OVERFLOW_POLICY_UNSPECIFIED: "block",
    stream_pb2.OVERFLOW_POLICY_BLOCK: "block",
    stream_pb2.OVERFLOW_POLICY_KEEP_LATEST: "keep_latest",
}
_FORMATS: dict[int, PixelFormat] = {
    image_pb2.PIXEL_FORMAT_RGB: "RGB",
    image_pb2.PIXEL_FORMAT_BGR: "BGR",
    image_pb2.PIXEL_FORMAT_GRAY: "GRAY",
    image_pb2.PIXEL_FORMAT_NV12: "NV12",
    image_pb2.PIXEL_FORMAT_I420: "I420",
}
_TOLERANCES: dict[int, Tolerance | None] = {
    image_pb2.TOLERANCE_UNSPECIFIED: None,
    image_pb2.TOLERANCE_STRICT: "strict",
    image_pb2.TOLERANCE_LENIENT: "lenient",
}
_MASK_FORMATS: dict[int, MaskFormat | None] = {
    detect_pb2.MASK_FORMAT_UNSPECIFIED: None,
    detect_pb2.MASK_FORMAT_RUNS: "runs",
    detect_pb2.MASK_FORMAT_POLYGONS: "polygons",
}

StreamOf = StreamCall[Any, Any, Any, Any]


def opened(
    rpc: str, config: messages.Json
) -> tuple[StreamOf, Callable[[messages.Json, int | None], Any], Callable[[Any], messages.Json]]:
    """The SDK's stream, how to make its items, and how to write down its answers."""
    match rpc:
        case "DetectService/DetectStream":
            return detect_stream(config), frame, seen.frame_answer
        case "ClassifyService/ClassifyStream":
            return _classify_stream(config), frame, seen.frame_answer
        case "EmbedService/EmbedStream":
            return _embed_stream(config), frame, seen.frame_answer
        case "PointService/IndexStream":
            call = requests.index.index_stream(
                config.get("collection", ""), pixel_format=None, tolerance=None
            )
            return call, _index_item, seen.index_answer
        case other:
            raise ValueError(f"{other!r} is no stream")


def detect_stream(config: messages.Json) -> StreamOf:
    """The SDK's stream for a `DetectStreamConfig`."""
    asked = json_format.ParseDict(config, detect_pb2.DetectStreamConfig())
    options = asked.options
    return requests.detect.detect_stream(
        model=asked.model,
        model_version=asked.model_version,
        options=requests.detect.detect_options(
            _optional(options, "score_threshold"),
            _optional(options, "iou_threshold"),
            options.max_detections,
            options.labels,
            _MASK_FORMATS[options.mask_format],
        ),
        stream=_options(asked.stream),
        pixel_format=None,
        tolerance=None,
    )


def _classify_stream(config: messages.Json) -> StreamOf:
    asked = json_format.ParseDict(config, classify_pb2.ClassifyStreamConfig())
    options = asked.options
    return requests.classify.classify_stream(
        model=asked.model,
        model_version=asked.model_version,
        options=requests.classify.classify_options(
            options.top_k, _optional(options, "score_threshold"), options.labels
        ),
        stream=_options(asked.stream),
        pixel_format=None,
        tolerance=None,
    )


def _embed_stream(config: messages.Json) -> StreamOf:
    asked = json_format.ParseDict(config, embed_pb2.EmbedStreamConfig())
    return requests.embed.embed_stream(
        model=asked.model,
        model_version=asked.model_version,
        raw=asked.options.raw,
        stream=_options(asked.stream),
        pixel_format=None,
        tolerance=None,
    )


def _optional(message: Message, name: str) -> float | None:
    """A number, or None where the message has none."""
    return getattr(message, name) if message.HasField(name) else None


def _options(asked: stream_pb2.StreamOptions) -> stream_pb2.StreamOptions:
    """The options, made by the SDK."""
    return requests.frames.stream_options(
        _POLICIES[asked.overflow_policy], asked.max_frame_age_ms, asked.max_in_flight_frames
    )


def frame(described: messages.Json, position: int | None) -> Frame:
    """A frame of the SDK for a frame of the contract; `position` replaces its id."""
    # Of all kinds of frames this is the one that has all fields.
    asked = json_format.ParseDict(described, embed_pb2.EmbedFrame())
    frame_id = asked.frame_id if position is None else position
    if asked.HasField("text"):
        return Frame(text=asked.text, frame_id=frame_id, capture_time_us=asked.capture_time_us)
    pixels, pixel_format, region = _image(asked.image)
    return Frame(
        pixels,
        frame_id=frame_id,
        capture_time_us=asked.capture_time_us,
        region=region,
        pixel_format=pixel_format,
        tolerance=_TOLERANCES[asked.image.tolerance],
    )


def _index_item(described: messages.Json, position: int | None) -> IndexItem:
    """An item of the SDK."""
    del position
    asked = json_format.ParseDict(described, point_pb2.IndexItem())
    payload = from_struct(asked.payload) if asked.HasField("payload") else None
    if asked.HasField("text"):
        return IndexItem(asked.id, payload=payload, text=asked.text)
    pixels, pixel_format, region = _image(asked.image)
    return IndexItem(
        asked.id,
        pixels,
        payload,
        region=region,
        pixel_format=pixel_format,
        tolerance=_TOLERANCES[asked.image.tolerance],
    )


def _image(
    asked: image_pb2.Image,
) -> tuple[ImageLike, PixelFormat | None, RegionLike | None]:
    """Pixels, how to read them, and where to look."""
    region = None
    if asked.HasField("region"):
        region = (asked.region.x_min, asked.region.y_min, asked.region.x_max, asked.region.y_max)
    if not asked.HasField("raw"):
        return asked.encoded, None, region
    raw, name = asked.raw, _FORMATS[asked.raw.format]
    shape: tuple[int, ...] = (raw.height, raw.width)
    if name in {"RGB", "BGR"}:
        shape = (raw.height, raw.width, 3)
    elif name in {"NV12", "I420"}:
        shape = (raw.height * 3 // 2, raw.width)
    return np.frombuffer(raw.data, np.uint8).reshape(shape), name, region
