"""What finds the regions of images for a collection: checked when it is created, read later."""

from math import isfinite

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.index.schema import RegionDetector
from ocelli.edge.tasks.detect import DetectChoice, DetectModel, DetectOptions, choose
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.options import fraction
from ocelli.edge.tasks.seen import takes_no_image
from ocelli.edge.triton.model_input import EncodedInput, TextInput
from ocelli.edge.triton.permitted_models import PermittedModels

_DEFAULT_REGIONS = 16
_MAX_REGIONS = 100
_CANDIDATES = 1000
"""Detections among which those that are large enough are looked for."""


def checked(wanted: RegionDetector, models: PermittedModels, call: Call) -> RegionDetector:
    """A detector as a caller wants it, with the defaults filled in.

    Raises:
        OcelliError: INVALID_FIELD, or a model reason, with a path from `model`, `labels` and so on.
    """
    model = models.choose(wanted.model, DetectHead, call)
    if not (isfinite(wanted.min_size_px) and wanted.min_size_px >= 0):
        raise invalid_field(
            f"min_size_px is {wanted.min_size_px:g}; expected 0 or more", "min_size_px"
        )
    if not 0 <= wanted.max_regions <= _MAX_REGIONS:
        raise invalid_field(
            f"max_regions is {wanted.max_regions}; expected 1 to {_MAX_REGIONS}, or 0 for "
            f"{_DEFAULT_REGIONS}",
            "max_regions",
        )
    fraction("margin", wanted.margin, 0)
    fraction("min_score", wanted.min_score, 0)
    choice_of(wanted, model)
    return msgspec.structs.replace(
        wanted, model=model.name, max_regions=wanted.max_regions or _DEFAULT_REGIONS
    )


def check_embedder(embedder: EmbedModel, detector: DetectModel) -> None:
    """Refuses an embedding model that cannot look at what the detector finds.

    Raises:
        OcelliError: MODEL_TAKES_NO_IMAGE; INVALID_FIELD, at `model` or `detector.model`.
    """
    if isinstance(embedder.input, TextInput):
        refused = takes_no_image(embedder)
        raise OcelliError(refused.reason, refused.message, field="model")
    if isinstance(embedder.input, EncodedInput):
        raise invalid_field(
            f"model {embedder.name!r} takes whole image files; a collection with a detector needs "
            "one that takes pixels",
            "model",
        )
    template, names = embedder.head.align, detector.head.keypoint_names
    if template is not None and not template.finds(names):
        raise invalid_field(
            f"model {embedder.name!r} asks for aligned faces, and detector {detector.name!r} finds "
            f"{', '.join(names) or 'no landmarks'}; choose one that finds right_eye and left_eye",
            "detector.model",
        )


def choice_of(detector: RegionDetector, model: DetectModel) -> DetectChoice:
    """What to report of an image.

    Raises:
        OcelliError: INVALID_FIELD, at `labels`: the model does not have one, or not any more.
    """
    options = DetectOptions(
        score_threshold=detector.min_score, max_detections=_CANDIDATES, labels=detector.labels
    )
    return choose(options, model)
