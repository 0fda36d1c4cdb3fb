"""Cases of streams, through the SDK's windows."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import json_format

from conformance import messages, seen
from conformance.failures import error_difference
from conformance.link import Link
from conformance.matching import ABSENT, difference
from conformance.seen import Seen
from ocelli.client import Frame, IndexItem, OcelliError, OverflowPolicy, Tolerance, requests
from ocelli.client.image import ImageLike, PixelFormat, RegionLike
from ocelli.client.payload import from_struct
from ocelli.client.requests.call import StreamCall
from ocelli.v1 import detect_pb2, embed_pb2, image_pb2, point_pb2, stream_pb2

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

StreamOf = StreamCall[Any, Any, Any, Any]


def run(link: Link, case: dict[str, Any], files: Path) -> Seen:
    """Opens the stream, sends, and collects what comes."""
    found = Seen()
    call, item, answered = _opened(case)
    frames = [messages.with_bytes(frame, files) for frame in case["frames"]]
    stream = link.connection.stream(
        call,
        _items(case, frames, item, found),
        link.timeout_s,
        lambda granted: found.windows.append(seen.window(granted)),
    )
    try:
        for answer in stream:
            found.answers.append(answered(answer))
            if len(found.answers) == case.get("cancel_after"):
                break
    except OcelliError as error:
        found.error = error
    finally:
        stream.close()
    return found


def difference_of_answers(expect: dict[str, Any], found: Seen) -> str:
    """Says in one line how a stream differs from what is expected; empty if it matches."""
    if differs := _difference_of_windows(expect, found.windows):
        return differs
    count = expect.get("count", len(expect["answers"]) if "answers" in expect else None)
    if count is not None and (differs := difference(count, len(found.answers), "count")):
        return differs
    wanted = expect.get("answers", [expect.get("each", {})] * len(found.answers))
    for at, (one, answer) in enumerate(zip(wanted, found.answers, strict=True)):
        if differs := _difference_of_answer(one, answer, f"answers[{at}]"):
            return differs
    counts = Counter(seen.outcome(answer) for answer in found.answers)
    for name, number in expect.get("outcomes", {}).items():
        if differs := difference(number, counts[name], f"outcomes.{name}"):
            return differs
    ids = [answer.get("frameId", answer.get("id")) for answer in found.answers]
    if expect.get("in_order") and ids != found.sent[: len(ids)]:
        return f"in_order: sent {found.sent}, answered {ids}"
    return ""


def _difference_of_windows(expect: dict[str, Any], windows: list[messages.Json]) -> str:
    first = windows[0] if windows else ABSENT
    if "window" in expect and (differs := difference(expect["window"], first, "window")):
        return differs
    return difference(expect["windows"], windows, "windows") if "windows" in expect else ""


def _difference_of_answer(expected: dict[str, Any], answer: dict[str, Any], path: str) -> str:
    wanted = dict(expected)
    error = answer.get("error")
    if "error" in wanted:
        if error is None:
            return f"{path}: no error; expected {wanted['error']}"
        if differs := error_difference(wanted.pop("error"), error):
            return f"{path}.{differs}"
    return difference(wanted, answer, path)


def _items(
    case: dict[str, Any],
    frames: list[dict[str, Any]],
    item: Callable[[dict[str, Any], int | None], Any],
    found: Seen,
) -> Iterator[Any]:
    """What is sent, drawn as the window allows."""
    repeat = case.get("repeat", 1)
    for position in range(repeat * len(frames)):
        if position:
            time.sleep(case.get("pause_ms", 0) / 1e3)
        made = item(frames[position % len(frames)], position if "repeat" in case else None)
        found.sent.append(made.id if isinstance(made, IndexItem) else str(made.frame_id))
        yield made


def _opened(
    case: dict[str, Any],
) -> tuple[StreamOf, Callable[[dict[str, Any], int | None], Any], Callable[[Any], messages.Json]]:
    """The SDK's stream, how to make its items, and how to write down its answers."""
    config = case.get("config", {})
    call: StreamOf
    match case["rpc"]:
        case "DetectService/DetectStream":
            return detect_stream(config), frame, seen.frame_answer
        case "EmbedService/EmbedStream":
            asked = json_format.ParseDict(config, embed_pb2.EmbedStreamConfig())
            call = requests.embed.embed_stream(
                model=asked.model,
                raw=asked.options.raw,
                stream=_options(asked.stream),
                pixel_format=None,
                tolerance=None,
            )
            return call, frame, seen.frame_answer
        case "PointService/IndexStream":
            call = requests.index.index_stream(
                config.get("collection", ""), pixel_format=None, tolerance=None
            )
            return call, _index_item, seen.index_answer
        case other:
            raise ValueError(f"{other!r} is no stream")


def detect_stream(config: dict[str, Any]) -> StreamOf:
    """The SDK's stream for a `DetectStreamConfig`."""
    asked = json_format.ParseDict(config, detect_pb2.DetectStreamConfig())
    return requests.detect.detect_stream(
        model=asked.model,
        options=asked.options,
        stream=_options(asked.stream),
        pixel_format=None,
        tolerance=None,
    )


def _options(asked: stream_pb2.StreamOptions) -> stream_pb2.StreamOptions:
    """The options, made by the SDK."""
    return requests.frames.stream_options(
        _POLICIES[asked.overflow_policy], asked.max_frame_age_ms, asked.max_in_flight_frames
    )


def frame(described: dict[str, Any], position: int | None) -> Frame:
    """A frame of the SDK for a `DetectFrame` or `EmbedFrame`; `position` replaces its id."""
    # Of the two kinds of frames this is the one that has all fields.
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


def _index_item(described: dict[str, Any], position: int | None) -> IndexItem:
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
