"""Parts of images that are found, stored and searched with, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ocelli.client.detection import Box
from ocelli.v1 import collection_pb2, point_pb2, search_pb2

RegionUse: TypeAlias = Literal["best", "whole", "each"]
"""Which part of an image to search with, in a collection that has a detector: the region that the
image names, else its best detection, else the whole image; the region that it names, else the whole
image; every detection by itself."""

REGION_USES: Mapping[RegionUse, search_pb2.RegionUse] = {
    "best": search_pb2.REGION_USE_UNSPECIFIED,
    "whole": search_pb2.REGION_USE_WHOLE,
    "each": search_pb2.REGION_USE_EACH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionDetector:
    """Finds the parts of an image that are embedded and stored by themselves: objects, faces."""

    model: str = ""
    """Detection model; empty: the server's default."""
    labels: Sequence[str] = ()
    """Labels to keep; none: all."""
    min_score: float | None = None
    """Lowest score to keep, 0 to 1; None: the model's own threshold."""
    min_size_px: float = 0.0
    """Shortest side of a region to keep, in pixels of the upright image."""
    max_regions: int = 0
    """Most regions of an image, those of the highest scores, 1 to 100; 0: 16."""
    margin: float = 0.0
    """What to add to every side of a region, as a share of its width and height, 0 to 1."""


@dataclass(frozen=True, slots=True)
class IndexedRegion:
    """A part of an image that was stored."""

    id: str
    """Id of its point."""
    box: Box
    """Where it is, in pixels of the upright image."""
    label: str
    """What the detector calls it."""
    score: float
    """How sure the detector is, 0 to 1."""


def pack_detector(detector: RegionDetector) -> collection_pb2.RegionDetector:
    """Packs the detector of a collection."""
    return collection_pb2.RegionDetector(
        model=detector.model,
        labels=detector.labels,
        min_score=detector.min_score,
        min_size_px=detector.min_size_px,
        max_regions=detector.max_regions,
        margin=detector.margin,
    )


def detector(message: collection_pb2.RegionDetector) -> RegionDetector:
    """Reads the detector of a collection."""
    return RegionDetector(
        model=message.model,
        labels=tuple(message.labels),
        min_score=message.min_score if message.HasField("min_score") else None,
        min_size_px=message.min_size_px,
        max_regions=message.max_regions,
        margin=message.margin,
    )


def indexed_region(message: point_pb2.IndexedRegion) -> IndexedRegion:
    """Reads a part of an image that was stored."""
    box = message.box
    corners = Box(box.x_min, box.y_min, box.x_max, box.y_max)
    return IndexedRegion(message.id, corners, message.label, message.score)
