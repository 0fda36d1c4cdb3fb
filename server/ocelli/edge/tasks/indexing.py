"""Indexing: an image becomes a stored point. A task that calls another, embedding."""

from dataclasses import dataclass

from ocelli.edge.call import Call
from ocelli.edge.index import validate_payload
from ocelli.edge.index.points import Payload, Point
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validate import point_id
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.collections import embedding_model
from ocelli.edge.tasks.embed import EmbedModel, EmbedTask
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage


@dataclass(frozen=True, slots=True)
class Indexed:
    """A stored point.

    Attributes:
        model: the one that looked or read.
        version: of the model.
        timings: where the time went.
        warnings: what the caller may want to know of the image.
    """

    model: EmbedModel
    version: str
    timings: Timings
    warnings: tuple[ImageWarning, ...]


class IndexTask:
    """Embeds images and stores them."""

    def __init__(self, index: ValidatedIndex, models: ModelRegistry, embedding: EmbedTask) -> None:
        self._index = index
        self._models = models
        self._embedding = embedding

    async def open(self, collection: str, call: Call) -> tuple[Collection, EmbedModel]:
        """The collection to store in, and its model.

        Raises:
            OcelliError: COLLECTION_NOT_FOUND, COLLECTION_HAS_NO_MODEL, a model reason or
                INDEX_UNAVAILABLE.
        """
        found = await self._index.get_collection(collection, call=call)
        return found, embedding_model(found, self._models)

    async def index(
        self,
        collection: Collection,
        id_: str,
        source: EncodedImage | RawImage | str,
        payload: Payload,
        call: Call,
    ) -> Indexed:
        """Embeds one image and stores its point; returns when it is stored.

        Raises:
            OcelliError: any of the image, model, Triton, overload and index reasons.
        """
        point_id(id_, "id")
        validate_payload.check(payload, collection)
        model = embedding_model(collection, self._models)
        embedded = await self._embedding.embed(source, model, call)
        point = Point(id=id_, vector=embedded.vector, payload=payload)
        await self._index.upsert_one(collection.name, point, call=call)
        return Indexed(embedded.model, embedded.version, embedded.timings, embedded.warnings)
