"""What a case brought, in the JSON of the contract."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.messages import Json
from ocelli.client import (
    Box,
    ClassifyResult,
    DetectResult,
    EmbedResult,
    FrameAnswer,
    ImageWarning,
    IndexAnswer,
    Mask,
    MaskRuns,
    OcelliError,
    StreamWindow,
)
from ocelli.client.results import DuplicateGroup, DuplicateProgress, Timings

_OVERFLOW_POLICIES = {
    "block": "OVERFLOW_POLICY_BLOCK",
    "keep_latest": "OVERFLOW_POLICY_KEEP_LATEST",
}
_WARNING_REASONS = {"damaged": "IMAGE_WARNING_REASON_DAMAGED"}
_DROP_REASONS = {"superseded": "DROP_REASON_SUPERSEDED", "too_old": "DROP_REASON_TOO_OLD"}

Result: TypeAlias = DetectResult | ClassifyResult | EmbedResult


@dataclass(slots=True)
class Seen:
    """What came.

    Attributes:
        response: the answer to a unary call.
        windows: what the server granted, first and later.
        answers: the answers of a stream; `error` in one is the SDK's error.
        sent: `frameId` or `id` of what was sent, in order.
        error: how the stream ended, if not well.
    """

    response: Json | None = None
    windows: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    error: OcelliError | None = None


def detect_result(result: DetectResult) -> Json:
    """A result of the SDK as `ocelli.v1.DetectResult`."""
    return {
        "detections": [
            {
                "box": _box(found.box),
                "score": found.score,
                "label": found.label,
                "classId": found.class_id,
                **({} if found.mask is None else {"mask": _mask(found.mask)}),
            }
            for found in result.detections
        ],
        **_origin(result),
    }


def classify_result(result: ClassifyResult) -> Json:
    """A result of the SDK as `ocelli.v1.ClassifyResult`."""
    return {
        "classifications": [
            {"score": found.score, "label": found.label, "classId": found.class_id}
            for found in result.classifications
        ],
        **_origin(result),
    }


def embed_result(result: EmbedResult) -> Json:
    """A result of the SDK as `ocelli.v1.EmbedResult`."""
    return {"vector": {"values": result.vector.tolist()}, **_origin(result)}


def frame_answer(answer: FrameAnswer[Result]) -> Json:
    """An answer of the SDK as that of the contract."""
    found: Json = {
        "frameId": str(answer.frame_id),
        "captureTimeUs": str(answer.capture_time_us),
    }
    if answer.error is not None:
        found["error"] = answer.error
    elif answer.dropped is not None:
        reason = _DROP_REASONS[answer.dropped.reason]
        found["dropped"] = {"reason": reason, "ageUs": str(answer.dropped.age_us)}
    elif answer.result is not None:
        found["result"] = _result(answer.result)
        found["timings"] = _timings(answer.result.timings)
    return found


def _result(result: Result) -> Json:
    match result:
        case DetectResult():
            return detect_result(result)
        case ClassifyResult():
            return classify_result(result)
        case EmbedResult():
            return embed_result(result)


def index_answer(answer: IndexAnswer) -> Json:
    """An answer of the SDK as that of the contract."""
    if answer.result is None:
        return {"id": answer.id, "error": answer.error}
    return {
        "id": answer.id,
        "result": {
            "model": answer.result.model,
            "modelVersion": answer.result.model_version,
            "warnings": _warnings(answer.result.warnings),
            "regions": [
                {
                    "id": region.id,
                    "box": _box(region.box),
                    "label": region.label,
                    "score": region.score,
                }
                for region in answer.result.regions
            ],
        },
        "timings": _timings(answer.timings),
    }


def duplicate_group(group: DuplicateGroup) -> Json:
    """A group of the SDK as `ocelli.v1.DuplicateGroup`."""
    return {
        "points": [
            {"id": point.id, "score": point.score, "payload": point.payload}
            for point in group.points
        ],
        "size": str(group.size),
    }


def duplicate_progress(told: DuplicateProgress) -> Json:
    """A progress of the SDK as `ocelli.v1.FindDuplicatesProgress`."""
    return {"pointsDone": str(told.points_done), "pointsTotal": str(told.points_total)}


def window(granted: StreamWindow) -> Json:
    """A window of the SDK as `ocelli.v1.StreamWindow`."""
    return {
        "maxInFlightFrames": granted.max_in_flight_frames,
        "maxUnansweredFrames": granted.max_unanswered_frames,
        "maxMessageBytes": str(granted.max_message_bytes),
        "model": granted.model,
        "overflowPolicy": _OVERFLOW_POLICIES[granted.overflow_policy],
    }


def outcome(answer: Json) -> str:
    """`result`, `error` or `dropped`."""
    return next((name for name in ("error", "dropped") if name in answer), "result")


def _box(box: Box) -> Json:
    return {"xMin": box.x_min, "yMin": box.y_min, "xMax": box.x_max, "yMax": box.y_max}


def _mask(mask: Mask) -> Json:
    if isinstance(mask, MaskRuns):
        return {
            "runs": {
                "xMin": mask.x_min,
                "yMin": mask.y_min,
                "width": mask.width,
                "height": mask.height,
                "lengths": list(mask.lengths),
            }
        }
    outlines = [{"coordinates": outline.reshape(-1).tolist()} for outline in mask.polygons]
    return {"polygons": {"polygons": outlines}}


def _origin(result: Result) -> Json:
    return {
        "width": result.width,
        "height": result.height,
        "model": result.model,
        "modelVersion": result.model_version,
        "warnings": _warnings(result.warnings),
    }


def _warnings(warnings: Iterable[ImageWarning]) -> list[Json]:
    return [{"reason": _WARNING_REASONS[one.reason], "message": one.message} for one in warnings]


def _timings(timings: Timings) -> Json:
    return {
        "decodeUs": str(timings.decode_us),
        "queueUs": str(timings.queue_us),
        "inferenceUs": str(timings.inference_us),
        "postprocessUs": str(timings.postprocess_us),
        "totalUs": str(timings.total_us),
    }
