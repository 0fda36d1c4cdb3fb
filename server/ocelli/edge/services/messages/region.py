"""Parts of images as the contract has them, and back."""

from ocelli.edge.errors import invalid_field
from ocelli.edge.index.schema import RegionDetector
from ocelli.edge.services.messages.point import hit_message
from ocelli.edge.tasks.indexing import StoredRegion
from ocelli.edge.tasks.region_search import RegionUse, SearchedRegion
from ocelli.edge.vision.image import Region
from ocelli.v1 import collection_pb2, image_pb2, point_pb2, search_pb2

_USES: dict[int, RegionUse] = {
    search_pb2.REGION_USE_UNSPECIFIED: RegionUse.BEST,
    search_pb2.REGION_USE_WHOLE: RegionUse.WHOLE,
    search_pb2.REGION_USE_EACH: RegionUse.EACH,
}


def read_detector(message: collection_pb2.RegionDetector) -> RegionDetector:
    """The detector of a collection, as sent."""
    return RegionDetector(
        model=message.model,
        labels=tuple(message.labels),
        min_score=message.min_score if message.HasField("min_score") else None,
        min_size_px=message.min_size_px,
        max_regions=message.max_regions,
        margin=message.margin,
    )


def detector_message(detector: RegionDetector) -> collection_pb2.RegionDetector:
    """The detector of a collection."""
    return collection_pb2.RegionDetector(
        model=detector.model,
        labels=detector.labels,
        min_score=detector.min_score,
        min_size_px=detector.min_size_px,
        max_regions=detector.max_regions,
        margin=detector.margin,
    )


def read_region_use(search: search_pb2.SearchRequest) -> RegionUse:
    """Which part of an image to search with.

    Raises:
        OcelliError: INVALID_FIELD: it is no `RegionUse`, or there is no image.
    """
    use = _USES.get(search.region_use)
    if use is None:
        raise invalid_field(
            f"region_use is {search.region_use}; expected WHOLE, EACH or nothing", "region_use"
        )
    if use is not RegionUse.BEST and not search.HasField("image"):
        raise invalid_field("region_use is for a search with an image; leave it out", "region_use")
    return use


def indexed_region_message(stored: StoredRegion) -> point_pb2.IndexedRegion:
    """A part of an image that was stored."""
    found = stored.found
    return point_pb2.IndexedRegion(
        id=stored.id, box=_box(found.box), label=found.label, score=found.score
    )


def searched_region_message(searched: SearchedRegion) -> search_pb2.SearchedRegion:
    """A part of an image that was searched with."""
    found = searched.found
    return search_pb2.SearchedRegion(
        box=_box(found.box),
        label=found.label,
        score=found.score,
        hits=map(hit_message, searched.hits),
    )


def _box(box: Region) -> image_pb2.Box:
    return image_pb2.Box(x_min=box.x_min, y_min=box.y_min, x_max=box.x_max, y_max=box.y_max)
