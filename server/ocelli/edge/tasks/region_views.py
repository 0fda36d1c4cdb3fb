"""The regions of an image as an embedder sees them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.index.schema import RegionDetector
from ocelli.edge.tasks.detect import DetectModel
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.triton.model_input import PixelInput
from ocelli.edge.vision.align import align
from ocelli.edge.vision.boxes import Detections
from ocelli.edge.vision.fit import fit
from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.upright import UprightImage

View = NDArray[np.uint8]
"""uint8 [height, width, 3] of the model's input, in its colour order."""


@dataclass(frozen=True, slots=True)
class FoundRegion:
    """A part of an image.

    Attributes:
        box: in pixels of the upright image.
        label: what the detector calls it; empty if it is none of its findings.
        score: how sure it is, 0 to 1.
    """

    box: Region
    label: str
    score: float


def cut(
    upright: UprightImage,
    found: Detections,
    wanted: RegionDetector,
    *,
    detector: DetectModel,
    embedder: EmbedModel,
    taken: PixelInput,
) -> list[tuple[FoundRegion, View]]:
    """The regions to keep of an image, best first. For a thread.

    Args:
        upright: the image, decoded.
        found: what the detector found in it, best first.
        wanted: what is to be kept.
        detector: the one that found it.
        embedder: the one that is to see them.
        taken: what it takes.
    """
    regions: list[tuple[FoundRegion, View]] = []
    labels, template = detector.head.labels, embedder.head.align
    for at, corners in enumerate(found.boxes.tolist()):
        if len(regions) == wanted.max_regions:
            break
        box, class_id = Region(*corners), int(found.classes[at])
        if min(box.width, box.height) < wanted.min_size_px or not (box.width and box.height):
            continue
        view: View | None = None
        if template is not None and found.keypoints is not None:
            places = found.keypoints[at, :, :2].astype(np.float64)
            view = align(upright, detector.head.keypoint_names, places, template, taken.view)
        if view is None:
            view = fit(upright, taken.view, _widened(box, wanted.margin)).tensor
        label = labels[class_id] if class_id < len(labels) else ""
        regions.append((FoundRegion(box, label, float(found.scores[at])), view))
    return regions


def whole(upright: UprightImage, view: InputSpec) -> tuple[FoundRegion, View]:
    """All of an image, or of the part of it that the caller named. For a thread."""
    return FoundRegion(upright.bounds, "", 0.0), fit(upright, view).tensor


def _widened(box: Region, margin: float) -> Region:
    x, y = margin * box.width, margin * box.height
    return Region(box.x_min - x, box.y_min - y, box.x_max + x, box.y_max + y)
