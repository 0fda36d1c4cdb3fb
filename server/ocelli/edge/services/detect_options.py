"""DetectOptions of the contract as the edge's own."""

from dataclasses import dataclass

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.model_spec import DetectModel
from ocelli.v1 import detect_pb2

_DEFAULT_DETECTIONS = 100
_MAX_DETECTIONS = 1000


@dataclass(frozen=True, slots=True)
class DetectChoice:
    """What to report of one image.

    Attributes:
        score_threshold: lowest score, 0 to 1.
        iou_threshold: largest overlap of two boxes of a class, 0 to 1.
        max_detections: most objects, best first.
        class_ids: only these classes; None for all.
    """

    score_threshold: float
    iou_threshold: float
    max_detections: int
    class_ids: frozenset[int] | None


def read_options(options: detect_pb2.DetectOptions, spec: DetectModel, field: str) -> DetectChoice:
    """What to report, with the model's defaults filled in.

    Args:
        options: as sent.
        spec: the model they are for.
        field: path of the options in the request, for errors.

    Raises:
        OcelliError: INVALID_FIELD.
    """
    if options.max_detections > _MAX_DETECTIONS:
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"max_detections is {options.max_detections}; expected at most {_MAX_DETECTIONS}",
            field=f"{field}.max_detections",
        )
    return DetectChoice(
        score_threshold=_fraction(options, "score_threshold", spec.score_threshold, field),
        iou_threshold=_fraction(options, "iou_threshold", spec.iou_threshold, field),
        max_detections=options.max_detections or _DEFAULT_DETECTIONS,
        class_ids=_class_ids(options, spec, field),
    )


def _fraction(options: detect_pb2.DetectOptions, name: str, default: float, field: str) -> float:
    if not options.HasField(name):
        return default
    value: float = getattr(options, name)
    if not 0 <= value <= 1:
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"{name} is {value:g}; expected 0 to 1",
            field=f"{field}.{name}",
        )
    return value


def _class_ids(
    options: detect_pb2.DetectOptions, spec: DetectModel, field: str
) -> frozenset[int] | None:
    if not options.labels:
        return None
    unknown = [label for label in options.labels if label not in spec.labels]
    if unknown:
        known = ", ".join(spec.labels[:5]) or "none"
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"label {unknown[0]!r} is not one of the {len(spec.labels)} of model {spec.name!r} "
            f"({known}, …); GetModel lists them",
            field=f"{field}.labels",
        )
    return frozenset(
        number for number, label in enumerate(spec.labels) if label in set(options.labels)
    )
