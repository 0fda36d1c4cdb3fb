"""Indexing: an image becomes a stored point, or one for each of its regions.

A task that calls others, embedding and finding regions.
"""

from dataclasses import dataclass

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.index import region_fields, validate_payload
from ocelli.edge.index.points import Payload, Point
from ocelli.edge.index.schema import Collection, RegionDetector
from ocelli.edge.index.validate import point_id
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.collections import embedding_model
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed import EmbedModel, EmbedTask
from ocelli.edge.tasks.region_views import FoundRegion
from ocelli.edge.tasks.regions import RegionTask
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage


@dataclass(frozen=True, slots=True)
class StoredRegion:
    """A region that is stored, and the id of its point."""

    id: str
    found: FoundRegion


@dataclass(frozen=True, slots=True)
class Indexed:
    """A stored point, or those of an image's regions.

    Attributes:
        model: the one that looked or read.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
        regions: those stored, best first, in a collection that has a detector.
    """

    model: EmbedModel
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]
    regions: tuple[StoredRegion, ...] = ()


class IndexTask:
    """Embeds images and stores them."""

    def __init__(
        self,
        index: ValidatedIndex,
        models: PermittedModels,
        embedding: EmbedTask,
        regions: RegionTask,
    ) -> None:
        self._index = index
        self._models = models
        self._embedding = embedding
        self._regions = regions

    async def open(self, collection: str, call: Call) -> tuple[Collection, EmbedModel]:
        """The collection to store in, and its model.

        Raises:
            OcelliError: COLLECTION_NOT_FOUND, COLLECTION_HAS_NO_MODEL, a model reason or
                INDEX_UNAVAILABLE.
        """
        found = await self._index.get_collection(collection, call=call)
        if found.detector is not None:
            self._models.choose(found.detector.model, DetectHead, call)
        return found, embedding_model(found, self._models, call)

    async def index(
        self,
        collection: Collection,
        id_: str,
        source: EncodedImage | RawImage | str,
        payload: Payload,
        call: Call,
    ) -> Indexed:
        """Embeds one image and stores its point, or those of its regions; returns when it is done.

        Raises:
            OcelliError: any of the image, model, Triton, overload and index reasons.
        """
        if collection.detector is not None:
            return await self._index_regions(
                collection, collection.detector, id_, source, payload, call=call
            )
        point_id(id_, "id")
        validate_payload.check(payload, collection)
        model = embedding_model(collection, self._models, call)
        embedded = await self._embedding.embed(source, model, call)
        point = Point(id=id_, vector=embedded.vector, payload=payload)
        await self._index.upsert_one(collection.name, point, call=call)
        return Indexed(embedded.model, embedded.version, embedded.timings, embedded.warnings)

    async def _index_regions(
        self,
        collection: Collection,
        detector: RegionDetector,
        id_: str,
        source: EncodedImage | RawImage | str,
        payload: Payload,
        *,
        call: Call,
    ) -> Indexed:
        """Puts the regions of an image in the place of those that it had before."""
        if isinstance(source, str):
            raise invalid_field(
                f"collection {collection.name!r} stores what its detector finds in images; send an "
                "image",
                "text",
            )
        region_fields.check_image(id_, payload)
        validate_payload.check(payload, collection)
        model = embedding_model(collection, self._models, call)
        found = await self._regions.embed(source, detector, model, call)
        stored = tuple(
            StoredRegion(region_fields.region_id(id_, number), region)
            for number, region in enumerate(found.regions)
        )
        points = [
            Point(id=one.id, vector=vector, payload={**payload, **_payload(id_, one.found)})
            for one, vector in zip(stored, found.vectors, strict=True)
        ]
        owner = region_fields.of_image(id_)
        await self._index.replace(collection.name, owner, points, call=call)
        return Indexed(model, found.version, found.timings, found.warnings, stored)


def _payload(image_id: str, found: FoundRegion) -> Payload:
    box = found.box
    corners = (box.x_min, box.y_min, box.x_max, box.y_max)
    return region_fields.payload(image_id, found.label, found.score, corners)
