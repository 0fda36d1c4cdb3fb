"""Detection: an image to the boxes of what is in it."""

from dataclasses import dataclass

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.inference import InferencePipeline, Inferred
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.vision.boxes import Detections, select
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_DEFAULT_DETECTIONS = 100
_MAX_DETECTIONS = 1000
_MAX_LABELS = 1000
# Outputs beyond this are decoded on a thread: whole heads take a millisecond, candidates do not.
_INLINE_OUTPUT_BYTES = 64 * 1024

DetectModel = ModelSpec[DetectHead]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectOptions:
    """What to report, as a caller asks for it; None and 0 stand for the defaults.

    Attributes:
        score_threshold: lowest score, 0 to 1.
        iou_threshold: largest overlap of two boxes of a class, 0 to 1.
        max_detections: most objects, best first.
        labels: only these; empty for all.
    """

    score_threshold: float | None = None
    iou_threshold: float | None = None
    max_detections: int = 0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DetectChoice:
    """What to report of an image that a certain model looks at.

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


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found in one image.

    Attributes:
        found: the objects, in pixels of the upright image.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        model: the one that looked.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    found: Detections
    width: int
    height: int
    model: DetectModel
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class DetectTask:
    """Runs detectors on images."""

    def __init__(self, pipeline: InferencePipeline) -> None:
        self._pipeline = pipeline

    async def detect(
        self,
        image: EncodedImage | RawImage,
        model: DetectModel,
        choice: DetectChoice,
        call: Call,
    ) -> Detected:
        """Finds the objects in an image.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        inferred = await self._pipeline.infer(image, model, call)
        if sum(output.nbytes for output in inferred.outputs.values()) <= _INLINE_OUTPUT_BYTES:
            found = _find(inferred, model, choice)
        else:
            found = await self._pipeline.run(call, _find, inferred, model, choice)
        seen = inferred.seen
        timings = inferred.timings(call)
        return Detected(found, seen.width, seen.height, model, timings, seen.warnings)


def choose(options: DetectOptions, model: DetectModel) -> DetectChoice:
    """What to report, with the model's defaults filled in.

    Raises:
        OcelliError: INVALID_FIELD, with the name of the option.
    """
    if options.max_detections > _MAX_DETECTIONS:
        raise invalid_field(
            f"max_detections is {options.max_detections}; expected at most {_MAX_DETECTIONS}",
            "max_detections",
        )
    head = model.head
    return DetectChoice(
        score_threshold=_fraction("score_threshold", options.score_threshold, head.score_threshold),
        iou_threshold=_fraction("iou_threshold", options.iou_threshold, head.iou_threshold),
        max_detections=options.max_detections or _DEFAULT_DETECTIONS,
        class_ids=_class_ids(options.labels, model),
    )


def _fraction(name: str, value: float | None, default: float) -> float:
    if value is None:
        return default
    if not 0 <= value <= 1:
        raise invalid_field(f"{name} is {value:g}; expected 0 to 1", name)
    return value


def _class_ids(labels: tuple[str, ...], model: DetectModel) -> frozenset[int] | None:
    if not labels:
        return None
    if len(labels) > _MAX_LABELS:
        raise invalid_field(f"{len(labels)} labels; expected at most {_MAX_LABELS}", "labels")
    known = model.head.labels
    wanted = set(labels)
    unknown = next((label for label in labels if label not in known), None)
    if unknown is not None:
        some = ", ".join(known[:5]) or "none"
        raise invalid_field(
            f"label {quote(unknown)} is not one of the {len(known)} of model {model.name!r} "
            f"({some}, …); GetModel lists them",
            "labels",
        )
    return frozenset(number for number, label in enumerate(known) if label in wanted)


def _find(inferred: Inferred, model: DetectModel, choice: DetectChoice) -> Detections:
    candidates = model.head.adapter.decode(inferred.outputs, choice.score_threshold)
    return select(
        candidates,
        inferred.seen.placement,
        score_threshold=choice.score_threshold,
        iou_threshold=choice.iou_threshold,
        max_detections=choice.max_detections,
        class_ids=choice.class_ids,
    )
