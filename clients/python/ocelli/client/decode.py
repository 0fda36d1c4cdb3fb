"""Reads the contract's messages."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np

from ocelli.client.detection import (
    Box,
    Detection,
    Keypoint,
    Mask,
    MaskPolygons,
    MaskRuns,
    OrientedBox,
)
from ocelli.client.enums import word_of
from ocelli.client.payload import from_struct
from ocelli.client.region import indexed_region
from ocelli.client.results import (
    Classification,
    ClassifyResult,
    DetectResult,
    Dropped,
    DropReason,
    DuplicateGroup,
    DuplicateProgress,
    EmbedResult,
    FrameAnswer,
    Hit,
    ImageWarning,
    IndexAnswer,
    IndexResult,
    ReadResult,
    SearchAnswer,
    SearchedRegion,
    SearchResult,
    TextLine,
    Timings,
    WarningReason,
)
from ocelli.client.status import from_status
from ocelli.client.vector import unpack_vector
from ocelli.v1 import (
    classify_pb2,
    detect_pb2,
    embed_pb2,
    image_pb2,
    point_pb2,
    read_pb2,
    search_pb2,
    stream_pb2,
    timings_pb2,
)

T = TypeVar("T")

_DROP_REASONS: Mapping[DropReason, stream_pb2.DropReason] = {
    "superseded": stream_pb2.DROP_REASON_SUPERSEDED,
    "too_old": stream_pb2.DROP_REASON_TOO_OLD,
}
_WARNING_REASONS: Mapping[WarningReason, image_pb2.ImageWarningReason] = {
    "damaged": image_pb2.IMAGE_WARNING_REASON_DAMAGED,
}


def detect_result(message: detect_pb2.DetectResult, timed: timings_pb2.Timings) -> DetectResult:
    """Reads the objects of one image."""
    return DetectResult(
        detections=tuple(detection(found) for found in message.detections),
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
        warnings=_warnings(message.warnings),
    )


def detection(message: detect_pb2.Detection) -> Detection:
    """Reads one object."""
    box = message.box
    return Detection(
        box=Box(box.x_min, box.y_min, box.x_max, box.y_max),
        score=message.score,
        label=message.label,
        class_id=message.class_id,
        keypoints=tuple(_keypoint(point) for point in message.keypoints),
        mask=_mask(message.mask) if message.HasField("mask") else None,
        oriented_box=_oriented_box(message.oriented_box)
        if message.HasField("oriented_box")
        else None,
        track_id=message.track.track_id if message.HasField("track") else None,
    )


def classify_result(
    message: classify_pb2.ClassifyResult, timed: timings_pb2.Timings
) -> ClassifyResult:
    """Reads what one image shows."""
    return ClassifyResult(
        classifications=tuple(
            Classification(found.score, found.label, found.class_id)
            for found in message.classifications
        ),
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
        warnings=_warnings(message.warnings),
    )


def read_result(message: read_pb2.ReadResult, timed: timings_pb2.Timings) -> ReadResult:
    """Reads what one image says."""
    return ReadResult(
        lines=tuple(
            TextLine(line.text, line.score, tuple((at.x, at.y) for at in line.corners))
            for line in message.lines
        ),
        unread_lines=message.unread_lines,
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
        warnings=_warnings(message.warnings),
    )


def embed_result(message: embed_pb2.EmbedResult, timed: timings_pb2.Timings) -> EmbedResult:
    """Reads the vector of one image or text."""
    return EmbedResult(
        vector=unpack_vector(message.vector),
        width=message.width,
        height=message.height,
        model=message.model,
        model_version=message.model_version,
        timings=timings(timed),
        warnings=_warnings(message.warnings),
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


def classify_answer(message: classify_pb2.ClassifyFrameAnswer) -> FrameAnswer[ClassifyResult]:
    """Reads the answer to one frame of a classification stream."""
    match message.WhichOneof("outcome"):
        case "result":
            found = classify_result(message.result, message.timings)
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


def index_answer(message: point_pb2.IndexAnswer) -> IndexAnswer:
    """Reads the answer to one item of an indexing stream."""
    if message.HasField("error"):
        return IndexAnswer(message.id, error=from_status(message.error))
    result = message.result
    stored = IndexResult(
        result.model,
        result.model_version,
        _warnings(result.warnings),
        tuple(map(indexed_region, result.regions)),
    )
    return IndexAnswer(message.id, result=stored, timings=timings(message.timings))


def search_result(message: search_pb2.SearchResponse) -> SearchResult:
    """Reads what was found."""
    return SearchResult(
        hits=tuple(map(_hit, message.hits)),
        timings=timings(message.timings),
        engine_us=message.engine_us,
        warnings=_warnings(message.warnings),
        regions=tuple(map(_searched_region, message.regions)),
    )


def search_answer(message: search_pb2.BatchSearchAnswer) -> SearchAnswer:
    """Reads the answer to one of many searches."""
    if message.HasField("error"):
        return SearchAnswer(error=from_status(message.error))
    return SearchAnswer(result=search_result(message.result))


def duplicate_progress(message: search_pb2.FindDuplicatesProgress) -> DuplicateProgress:
    """Reads how far a search for duplicates has come."""
    return DuplicateProgress(message.points_done, message.points_total)


def duplicate_group(message: search_pb2.DuplicateGroup) -> DuplicateGroup:
    """Reads points that are nearly the same."""
    return DuplicateGroup(points=tuple(map(_hit, message.points)), size=message.size)


def _hit(message: search_pb2.Hit) -> Hit:
    return Hit(
        id=message.id,
        score=message.score,
        payload=from_struct(message.payload),
        vector=unpack_vector(message.vector) if message.HasField("vector") else None,
    )


def _searched_region(message: search_pb2.SearchedRegion) -> SearchedRegion:
    box = message.box
    return SearchedRegion(
        box=Box(box.x_min, box.y_min, box.x_max, box.y_max),
        label=message.label,
        score=message.score,
        hits=tuple(map(_hit, message.hits)),
    )


def _warnings(messages: Iterable[image_pb2.ImageWarning]) -> tuple[ImageWarning, ...]:
    return tuple(
        ImageWarning(word_of(_WARNING_REASONS, found.reason), found.message) for found in messages
    )


def _keypoint(message: detect_pb2.Keypoint) -> Keypoint:
    score = message.score if message.HasField("score") else None
    return Keypoint(message.name, message.x, message.y, score)


def _mask(message: detect_pb2.Mask) -> Mask:
    if message.HasField("polygons"):
        return MaskPolygons(
            tuple(
                np.array(outline.coordinates, dtype=np.float32).reshape(-1, 2)
                for outline in message.polygons.polygons
            )
        )
    runs = message.runs
    return MaskRuns(runs.x_min, runs.y_min, runs.width, runs.height, tuple(runs.lengths))


def _oriented_box(message: detect_pb2.OrientedBox) -> OrientedBox:
    return OrientedBox(
        center_x=message.center_x,
        center_y=message.center_y,
        width=message.width,
        height=message.height,
        angle=message.angle,
    )


def _no_result(
    message: detect_pb2.DetectFrameAnswer
    | classify_pb2.ClassifyFrameAnswer
    | embed_pb2.EmbedFrameAnswer,
) -> FrameAnswer[T]:
    if message.HasField("dropped"):
        reason = word_of(_DROP_REASONS, message.dropped.reason)
        dropped = Dropped(reason, message.dropped.age_us)
        return FrameAnswer(message.frame_id, message.capture_time_us, dropped=dropped)
    error = from_status(message.error)
    return FrameAnswer(message.frame_id, message.capture_time_us, error=error)
