"""Classification: an image to what it shows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.tasks.classify_head import ClassifyHead
from ocelli.edge.tasks.inference import InferencePipeline
from ocelli.edge.tasks.options import class_ids, fraction
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.model_spec import ModelSpec
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_DEFAULT_TOP_K = 5
_MAX_TOP_K = 1000

ClassifyModel = ModelSpec[ClassifyHead]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyOptions:
    """What to report, as a caller asks for it; None and 0 stand for the defaults.

    Attributes:
        top_k: most classes, best first.
        score_threshold: lowest score, 0 to 1.
        labels: only these; empty for all.
    """

    top_k: int = 0
    score_threshold: float | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassifyChoice:
    """What to report of an image that a certain model looks at.

    Attributes:
        top_k: most classes, best first.
        score_threshold: lowest score, 0 to 1.
        class_ids: only these classes; None for all.
    """

    top_k: int
    score_threshold: float
    class_ids: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Classified:
    """What one image shows.

    Attributes:
        classes: int64 [K], best first.
        scores: float32 [K], 0 to 1.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        model: the one that looked.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    classes: NDArray[np.int64]
    scores: NDArray[np.float32]
    width: int
    height: int
    model: ClassifyModel
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class ClassifyTask:
    """Runs classifiers on images."""

    def __init__(self, pipeline: InferencePipeline) -> None:
        self._pipeline = pipeline

    async def classify(
        self,
        image: EncodedImage | RawImage,
        model: ClassifyModel,
        choice: ClassifyChoice,
        call: Call,
    ) -> Classified:
        """Says what an image, or its region, shows.

        Raises:
            OcelliError: any of the image, model, Triton and overload reasons.
        """
        inferred = await self._pipeline.infer(image, model, call)
        classes, scores = best(model.head.adapter.decode(inferred.outputs), choice)
        seen, version = inferred.seen, inferred.outputs.version
        timings = inferred.timings(call)
        return Classified(
            classes, scores, seen.width, seen.height, model, version, timings, seen.warnings
        )


def choose(options: ClassifyOptions, model: ClassifyModel) -> ClassifyChoice:
    """What to report, with the defaults filled in.

    Raises:
        OcelliError: INVALID_FIELD, with the name of the option.
    """
    if options.top_k > _MAX_TOP_K:
        raise invalid_field(f"top_k is {options.top_k}; expected at most {_MAX_TOP_K}", "top_k")
    return ClassifyChoice(
        options.top_k or _DEFAULT_TOP_K,
        fraction("score_threshold", options.score_threshold, 0.0),
        class_ids(options.labels, model.head.labels, model.name),
    )


def best(
    scores: NDArray[np.float32], choice: ClassifyChoice
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The classes to report and their scores, best first, ties by lower number."""
    wanted = scores >= choice.score_threshold
    if choice.class_ids is not None:
        wanted &= np.isin(np.arange(scores.size), np.fromiter(choice.class_ids, np.int64))
    candidates = np.flatnonzero(wanted)
    order = np.argsort(-scores[candidates], kind="stable")[: choice.top_k]
    found = candidates[order].astype(np.int64)
    return found, scores[found]
