"""Detections as messages."""

from math import isnan

from ocelli.edge.services.messages.image import warning_messages
from ocelli.edge.tasks.detect import Detected
from ocelli.edge.vision.boxes import Detections
from ocelli.edge.vision.masks import Mask
from ocelli.v1 import detect_pb2, image_pb2


def detect_result(detected: Detected, mask_format: int) -> detect_pb2.DetectResult:
    """What was found in one image; its masks, if there are any, as the `MaskFormat` says."""
    result = detect_pb2.DetectResult(
        width=detected.width,
        height=detected.height,
        model=detected.model.name,
        model_version=detected.version,
        warnings=warning_messages(detected.warnings),
    )
    found, head = detected.found, detected.model.head
    labels = head.labels
    for (x_min, y_min, x_max, y_max), score, class_id in _rows(found):
        result.detections.add(
            box=image_pb2.Box(x_min=x_min, y_min=y_min, x_max=x_max, y_max=y_max),
            score=score,
            label=labels[class_id] if class_id < len(labels) else "",
            class_id=class_id,
        )
    if found.keypoints is not None:
        _add_keypoints(result, found.keypoints.tolist(), head.keypoint_names)
    if found.oriented is not None:
        for detection, (x, y, width, height, angle) in zip(
            result.detections, found.oriented.tolist(), strict=True
        ):
            detection.oriented_box.CopyFrom(
                detect_pb2.OrientedBox(
                    center_x=x, center_y=y, width=width, height=height, angle=angle
                )
            )
    if found.masks is not None:
        tell = _runs if mask_format == detect_pb2.MASK_FORMAT_RUNS else _polygons
        for detection, mask in zip(result.detections, found.masks, strict=True):
            detection.mask.CopyFrom(tell(mask))
    return result


def _runs(mask: Mask) -> detect_pb2.Mask:
    height, width = mask.inside.shape
    return detect_pb2.Mask(
        runs=detect_pb2.MaskRuns(
            x_min=mask.x_min,
            y_min=mask.y_min,
            width=width,
            height=height,
            lengths=mask.runs().tolist(),
        )
    )


def _polygons(mask: Mask) -> detect_pb2.Mask:
    polygons = (
        detect_pb2.MaskPolygon(coordinates=outline.reshape(-1).tolist())
        for outline in mask.polygons()
    )
    return detect_pb2.Mask(polygons=detect_pb2.MaskPolygons(polygons=polygons))


def _rows(found: Detections) -> "zip[tuple[list[float], float, int]]":
    return zip(found.boxes.tolist(), found.scores.tolist(), found.classes.tolist(), strict=True)


def _add_keypoints(
    result: detect_pb2.DetectResult, keypoints: list[list[list[float]]], names: tuple[str, ...]
) -> None:
    for detection, points in zip(result.detections, keypoints, strict=True):
        for index, (x, y, score) in enumerate(points):
            detection.keypoints.add(
                name=names[index] if index < len(names) else "",
                x=x,
                y=y,
                score=None if isnan(score) else score,
            )
