"""Collections and the models that embed for them."""

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index import region_fields
from ocelli.edge.index.schema import Collection, FieldType, RegionDetector
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.embed import EmbedModel
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.region_choice import check_embedder, checked
from ocelli.edge.triton.permitted_models import PermittedModels


class CollectionTask:
    """Creates and changes collections, whose vectors have to be those of their model."""

    def __init__(self, index: ValidatedIndex, models: PermittedModels) -> None:
        self._index = index
        self._models = models

    async def create(self, collection: Collection, call: Call) -> Collection:
        """Creates a collection; a model, named or the default one, fills in the dimension.

        Raises:
            OcelliError: INVALID_FIELD, a model reason, COLLECTION_EXISTS or INDEX_UNAVAILABLE.
        """
        if collection.model or not collection.dimension:
            model = self._models.choose(collection.model, EmbedHead, call, field="collection.model")
            _check_dimension(model, collection.dimension, "collection.dimension")
            collection = msgspec.structs.replace(
                collection, dimension=model.head.dimension, model=model.name
            )
        if collection.detector is not None:
            collection = self._with_detector(collection, call)
        await self._index.create_collection(collection, call=call)
        return collection

    async def update(
        self, name: str, model: str | None, fields: dict[str, FieldType] | None, call: Call
    ) -> Collection:
        """Changes what is not None: the model ("" for none), fields that are to be added.

        Raises:
            OcelliError: INVALID_FIELD, a model reason, COLLECTION_NOT_FOUND or INDEX_UNAVAILABLE.
        """
        if model:
            chosen = self._models.choose(model, EmbedHead, call, field="collection.model")
            now = await self._index.get_collection(name, call=call)
            _check_dimension(chosen, now.dimension, "collection.model")
            self._check_space(chosen, now)
            if now.detector is not None:
                self._check_pair(chosen, now.detector.model, call)
        return await self._index.update_collection(name, model=model, add_fields=fields, call=call)

    def _with_detector(self, collection: Collection, call: Call) -> Collection:
        """The collection with its detector's defaults and fields."""
        wanted = collection.detector
        if wanted is None:
            return collection
        try:
            if not collection.model:
                raise invalid_field(
                    "a collection with a detector embeds what that finds; name a model", "model"
                )
            detector = _checked(wanted, self._models, call)
            collection = region_fields.extended(collection)
        except OcelliError as error:
            raise error.within("collection") from None
        self._check_pair(embedding_model(collection, self._models, call), detector.model, call)
        return msgspec.structs.replace(collection, detector=detector)

    def _check_pair(self, embedder: EmbedModel, detector: str, call: Call) -> None:
        try:
            found_by = self._models.choose(detector, DetectHead, call, field="detector.model")
            check_embedder(embedder, found_by)
        except OcelliError as error:
            raise error.within("collection") from None

    def _check_space(self, chosen: EmbedModel, collection: Collection) -> None:
        """Refuses a model whose vectors would meet those of another space."""
        present = [m for m in self._models.all_usable(EmbedHead) if m.name == collection.model]
        if not present or present[0].head.space == chosen.head.space:
            return
        spaces = (present[0].head.space or "none", chosen.head.space or "none")
        raise OcelliError(
            Reason.MODEL_SPACE_DIFFERS,
            f"collection {collection.name!r} has vectors of model {collection.model!r}, of space "
            f"{spaces[0]}, and model {chosen.name!r} is of space {spaces[1]}; choose one of the "
            "same space, or embed everything anew in a new collection",
            resource=("collection", collection.name),
        )


def _checked(wanted: RegionDetector, models: PermittedModels, call: Call) -> RegionDetector:
    try:
        return checked(wanted, models, call)
    except OcelliError as error:
        raise error.within("detector") from None


def embedding_model(collection: Collection, models: PermittedModels, call: Call) -> EmbedModel:
    """The model that embeds for a collection.

    Raises:
        OcelliError: COLLECTION_HAS_NO_MODEL, or a model reason.
    """
    if not collection.model:
        raise OcelliError(
            Reason.COLLECTION_HAS_NO_MODEL,
            f"collection {collection.name!r} has no embedding model, so it takes vectors only; "
            "send vectors, or give it a model with UpdateCollection",
            resource=("collection", collection.name),
        )
    return models.choose(collection.model, EmbedHead, call)


def _check_dimension(model: EmbedModel, dimension: int, field: str) -> None:
    if dimension not in (0, model.head.dimension):
        raise invalid_field(
            f"the collection's dimension is {dimension}, but vectors of model {model.name!r} have "
            f"{model.head.dimension}; they must be the same, and at creation it may be left 0",
            field,
        )
