"""Which part of an image a search is made with."""

from dataclasses import dataclass, field
from enum import Enum

from ocelli.edge.index.points import Hit
from ocelli.edge.tasks.region_views import FoundRegion
from ocelli.edge.vision.image import EncodedImage, RawImage, Region


class RegionUse(Enum):
    """Which part of an image to search with, in a collection that has a detector."""

    BEST = "best"
    """The region that the image names, else its best detection, else the whole image."""
    WHOLE = "whole"
    """The region that the image names, else the whole of it."""
    EACH = "each"
    """Every detection by itself."""


@dataclass(frozen=True, slots=True)
class SearchedRegion:
    """A part of an image that was searched with.

    Attributes:
        found: where it is, and what the detector says of it.
        hits: nearest first; empty unless every region was searched with by itself.
    """

    found: FoundRegion
    hits: list[Hit] = field(default_factory=list)


def named_or_whole(image: EncodedImage | RawImage, width: int, height: int) -> FoundRegion:
    """The region that an image names, as far as it lies in the image, else all of it.

    Args:
        image: what the caller sent.
        width: of the upright image, in pixels.
        height: likewise.
    """
    box = image.region or Region(0, 0, width, height)
    clipped = Region(
        max(box.x_min, 0), max(box.y_min, 0), min(box.x_max, width), min(box.y_max, height)
    )
    return FoundRegion(clipped, "", 0.0)
