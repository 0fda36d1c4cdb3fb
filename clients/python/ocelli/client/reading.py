"""The contract's messages become results."""

from typing import TypeVar

import numpy as np

from ocelli.client.payload import from_struct
from ocelli.client.results import (
    Box,
    Detection,
    DetectResult,
    Dropped,
    EmbedResult,
    FrameAnswer,
    Hit,
    IndexAnswer,
    SearchResult,
    Timings,
)
from ocelli.client.status import from_status
from ocelli.v1 import detect_pb2, embed_pb2, search_pb2, stream_pb2, timings_pb2

T = TypeVar("T")


def detect_result(message: detect_pb2.DetectResult, timed: timings_pb2.Timings) -> DetectResult:
    """Reads the objects of one image."""
    return DetectResult(
        detections=tuple(
            Detection(
                box=Box(found.box.x_min, found.box.y_min, found.box.x_max, found.box.y_max),
                score=found.score,
                label=found.label,
                class_id=found.class_id,
            )
            for found in message.detections
        ),
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
    )


def embed_result(message: embed_pb2.EmbedResult, timed: timings_pb2.Timings) -> EmbedResult:
    """Reads the vector of one image."""
    return EmbedResult(
        vector=np.array(message.vector, dtype=np.float32),
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
    )


def timings(message: timings_pb2.Timings) -> Timings:
    """Reads where the time went."""
    return Timings(
        decode_us=message.decode_us,
        queue_us=message.queue_us,
        inference_us=message.inference_us,
        postprocess_us=message.postprocess_us,
        total_us=message.total_us,
    )


def detect_answer(message: detect_pb2.DetectFrameAnswer) -> FrameAnswer[DetectResult]:
    """Reads the answer to one frame of a detection stream."""
    match message.WhichOneof("outcome"):
        case "result":
            found = detect_result(message.result, message.timings)
            return FrameAnswer(message.frame_id, message.capture_time_us, result=found)
        case _:
            return _no_result(message)


def embed_answer(message: embed_pb2.EmbedFrameAnswer) -> FrameAnswer[EmbedResult]:
    """Reads the answer to one frame of an embedding stream."""
    match message.WhichOneof("outcome"):
        case "result":
            found = embed_result(message.result, message.timings)
            return FrameAnswer(message.frame_id, message.capture_time_us, result=found)
        case _:
            return _no_result(message)


def index_answer(message: search_pb2.IndexAnswer) -> IndexAnswer:
    """Reads the answer to one image of an indexing stream."""
    error = from_status(message.error) if message.HasField("error") else None
    return IndexAnswer(message.id, error, timings(message.timings))


def search_result(message: search_pb2.SearchResponse) -> SearchResult:
    """Reads what was found."""
    return SearchResult(
        hits=tuple(
            Hit(
                id=hit.id,
                score=hit.score,
                payload=from_struct(hit.payload),
                vector=np.array(hit.vector, dtype=np.float32) if hit.vector else None,
            )
            for hit in message.hits
        ),
        timings=timings(message.timings),
        engine_us=message.engine_us,
    )


def _no_result(
    message: detect_pb2.DetectFrameAnswer | embed_pb2.EmbedFrameAnswer,
) -> FrameAnswer[T]:
    if message.HasField("dropped"):
        late = message.dropped.reason == stream_pb2.DROP_REASON_TOO_OLD
        dropped = Dropped("too_old" if late else "superseded", message.dropped.age_us)
        return FrameAnswer(message.frame_id, message.capture_time_us, dropped=dropped)
    error = from_status(message.error)
    return FrameAnswer(message.frame_id, message.capture_time_us, error=error)
