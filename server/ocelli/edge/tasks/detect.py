"""Detection: an image to the boxes of what is in it."""

from dataclasses import dataclass

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.inference import InferencePipeline, Inferred
from ocelli.edge.tasks.options import class_ids, fraction
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.vision.boxes import Detections, select
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_DEFAULT_DETECTIONS = 100
_MAX_DETECTIONS = 1000
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
        masks: report the pixels of each object, too.
    """

    score_threshold: float | None = None
    iou_threshold: float | None = None
    max_detections: int = 0
    labels: tuple[str, ...] = ()
    masks: bool = False


@dataclass(frozen=True, slots=True)
class DetectChoice:
    """What to report of an image that a certain model looks at.

    Attributes:
        score_threshold: lowest score, 0 to 1.
        iou_threshold: largest overlap of two boxes of a class, 0 to 1.
        max_detections: most objects, best first.
        class_ids: only these classes; None for all.
        masks: report the pixels of each object, too, if the model finds them.
    """

    score_threshold: float
    iou_threshold: float
    max_detections: int
    class_ids: frozenset[int] | None
    masks: bool


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found in one image.

    Attributes:
        found: the objects, in pixels of the upright image.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        model: the one that looked.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    found: Detections
    width: int
    height: int
    model: DetectModel
    version: str
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
        masks = model.head.mask_output_names if choice.masks else ()
        inferred = await self._pipeline.infer(image, model, call, masks)
        if (
            not masks
            and sum(output.nbytes for output in inferred.outputs.values()) <= _INLINE_OUTPUT_BYTES
        ):
            found = found_in(inferred, model, choice)
        else:
            found = await self._pipeline.run(call, found_in, inferred, model, choice)
        seen = inferred.seen
        timings = inferred.timings(call)
        version = inferred.outputs.version
        return Detected(found, seen.width, seen.height, model, version, timings, seen.warnings)


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
        score_threshold=fraction("score_threshold", options.score_threshold, head.score_threshold),
        iou_threshold=fraction("iou_threshold", options.iou_threshold, head.iou_threshold),
        max_detections=options.max_detections or _DEFAULT_DETECTIONS,
        class_ids=class_ids(options.labels, head.labels, model.name),
        masks=options.masks,
    )


def found_in(inferred: Inferred, model: DetectModel, choice: DetectChoice) -> Detections:
    """The objects that a model's outputs tell of, in pixels of the upright image."""
    candidates = model.head.adapter.decode(inferred.outputs, choice.score_threshold)
    return select(
        candidates,
        inferred.seen.placement,
        score_threshold=choice.score_threshold,
        iou_threshold=choice.iou_threshold,
        max_detections=choice.max_detections,
        class_ids=choice.class_ids,
        masks=choice.masks,
    )
