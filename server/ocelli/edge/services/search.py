"""SearchService: collections, points, neighbours."""

import time
from collections.abc import Hashable

import msgspec
import numpy as np

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.port import Hit, Point, Record, Vector, VectorIndex
from ocelli.edge.index.schema import Collection
from ocelli.edge.services.collections import (
    collection_message,
    payload_message,
    image_model,
    read_collection,
    read_filter,
    read_payload,
)
from ocelli.edge.services.embedding import ImageEmbedder
from ocelli.edge.services.frames import Context
from ocelli.edge.services.indexing import ImageIndexing
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.images import call_deadline
from ocelli.edge.triton.model_spec import EmbedModel
from ocelli.v1 import collection_pb2, search_pb2, search_pb2_grpc, timings_pb2

_DEFAULT_LIMIT = 10


class SearchService(search_pb2_grpc.SearchServiceServicer):
    """Serves collections, points, Search and IndexStream."""

    def __init__(
        self,
        index: VectorIndex,
        embedder: ImageEmbedder,
        limits: ServiceLimits,
        drain: Drain,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._limits = limits
        self._drain = drain

    async def CreateCollection(
        self, request: search_pb2.CreateCollectionRequest, context: Context
    ) -> search_pb2.CreateCollectionResponse:
        """Creates a collection; an embedding model fills in its dimension."""
        deadline = self._deadline(context)
        collection = self._with_model(read_collection(request.collection))
        await self._index.create_collection(collection, timeout_s=deadline.remaining_s())
        return search_pb2.CreateCollectionResponse(collection=collection_message(collection))

    async def GetCollection(
        self, request: search_pb2.GetCollectionRequest, context: Context
    ) -> search_pb2.GetCollectionResponse:
        """Describes one collection."""
        deadline = self._deadline(context)
        found = await self._index.get_collection(request.name, timeout_s=deadline.remaining_s())
        count = await self._index.count(request.name, timeout_s=deadline.remaining_s())
        return search_pb2.GetCollectionResponse(
            collection=collection_message(found), point_count=count
        )

    async def ListCollections(
        self, request: search_pb2.ListCollectionsRequest, context: Context
    ) -> search_pb2.ListCollectionsResponse:
        """Describes all collections."""
        found = await self._index.list_collections(timeout_s=self._deadline(context).remaining_s())
        return search_pb2.ListCollectionsResponse(
            collections=[collection_message(collection) for collection in found]
        )

    async def DeleteCollection(
        self, request: search_pb2.DeleteCollectionRequest, context: Context
    ) -> search_pb2.DeleteCollectionResponse:
        """Deletes a collection and all its points."""
        deadline = self._deadline(context)
        await self._index.delete_collection(request.name, timeout_s=deadline.remaining_s())
        return search_pb2.DeleteCollectionResponse()

    async def UpsertPoints(
        self, request: search_pb2.UpsertPointsRequest, context: Context
    ) -> search_pb2.UpsertPointsResponse:
        """Stores points; each succeeds or fails alone."""
        deadline = self._deadline(context)
        points = [
            Point(
                id=point.id,
                vector=np.fromiter(point.vector, np.float32, len(point.vector)),
                payload=read_payload(point.payload),
            )
            for point in request.points
        ]
        outcomes = await self._index.upsert(
            request.collection, points, timeout_s=deadline.remaining_s()
        )
        errors = [
            search_pb2.PointError(index=position, id=points[position].id, error=error.to_status())
            for position, error in enumerate(outcomes)
            if error is not None
        ]
        return search_pb2.UpsertPointsResponse(stored=len(points) - len(errors), errors=errors)

    async def GetPoints(
        self, request: search_pb2.GetPointsRequest, context: Context
    ) -> search_pb2.GetPointsResponse:
        """Returns stored points by id."""
        records = await self._index.get(
            request.collection,
            list(request.ids),
            with_vectors=request.with_vectors,
            timeout_s=self._deadline(context).remaining_s(),
        )
        found = {record.id for record in records}
        missing = [id_ for id_ in dict.fromkeys(request.ids) if id_ not in found]
        return search_pb2.GetPointsResponse(points=map(_point, records), missing_ids=missing)

    async def DeletePoints(
        self, request: search_pb2.DeletePointsRequest, context: Context
    ) -> search_pb2.DeletePointsResponse:
        """Deletes stored points by id."""
        deleted = await self._index.delete(
            request.collection,
            list(request.ids),
            timeout_s=self._deadline(context).remaining_s(),
        )
        return search_pb2.DeletePointsResponse(deleted=deleted)

    async def CountPoints(
        self, request: search_pb2.CountPointsRequest, context: Context
    ) -> search_pb2.CountPointsResponse:
        """Counts the points that match a filter."""
        count = await self._index.count(
            request.collection,
            filter=read_filter(request.filter) if request.HasField("filter") else None,
            timeout_s=self._deadline(context).remaining_s(),
        )
        return search_pb2.CountPointsResponse(count=count)

    async def IndexStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Embeds and stores images in bulk."""
        indexing = ImageIndexing(self._index, self._embedder, self._limits, self._drain)
        await indexing.run(context)

    async def Search(
        self, request: search_pb2.SearchRequest, context: Context
    ) -> search_pb2.SearchResponse:
        """Finds the points nearest to an image, a vector or a stored point."""
        arrived_s = time.perf_counter()
        deadline = self._deadline(context)
        wanted = read_filter(request.filter) if request.HasField("filter") else None
        vector, spent = await self._query(request, deadline, context.peer())
        asked_s = time.perf_counter()
        hits = await self._index.search(
            request.collection,
            vector,
            limit=request.limit or _DEFAULT_LIMIT,
            filter=wanted,
            exclude_id=request.id if request.WhichOneof("query") == "id" else None,
            score_threshold=(
                request.score_threshold if request.HasField("score_threshold") else None
            ),
            with_payload=not request.without_payload,
            with_vectors=request.with_vectors,
            timeout_s=deadline.remaining_s(),
        )
        done_s = time.perf_counter()
        spent.total_us = int((done_s - arrived_s) * 1e6)
        return search_pb2.SearchResponse(
            hits=map(_hit, hits), timings=spent, engine_us=int((done_s - asked_s) * 1e6)
        )

    async def _query(
        self, request: search_pb2.SearchRequest, deadline: Deadline, flow: Hashable
    ) -> tuple[Vector, timings_pb2.Timings]:
        query = request.WhichOneof("query")
        if query == "vector":
            values = request.vector.values
            return np.fromiter(values, np.float32, len(values)), timings_pb2.Timings()
        if query == "id":
            return await self._stored(request.collection, request.id, deadline)
        if query == "image":
            collection = await self._index.get_collection(
                request.collection, timeout_s=deadline.remaining_s()
            )
            embedded = await self._embedder.embed(
                request.image, image_model(collection), deadline, flow=flow
            )
            return embedded.vector, embedded.timings
        raise OcelliError(
            Reason.INVALID_FIELD,
            "the request has no query; set image, vector or id",
            field="query",
        )

    async def _stored(
        self, collection: str, id_: str, deadline: Deadline
    ) -> tuple[Vector, timings_pb2.Timings]:
        records = await self._index.get(
            collection, [id_], with_vectors=True, timeout_s=deadline.remaining_s()
        )
        if not records or records[0].vector is None:
            raise OcelliError(
                Reason.POINT_NOT_FOUND,
                f"collection {collection!r} has no point {id_!r}; GetPoints tells which exist",
                resource=("point", id_),
            )
        return records[0].vector, timings_pb2.Timings()

    def _with_model(self, collection: Collection) -> Collection:
        """Fills in the embedding model and, from it, the dimension."""
        if collection.dimension and not collection.model:
            return collection
        spec = self._embedder.models.choose(collection.model, EmbedModel, field="collection.model")
        if collection.dimension not in (0, spec.adapter.dimension):
            raise OcelliError(
                Reason.INVALID_FIELD,
                f"dimension is {collection.dimension}, but vectors of model {spec.name!r} have "
                f"{spec.adapter.dimension}; leave dimension 0 or set it to that",
                field="collection.dimension",
            )
        return msgspec.structs.replace(
            collection, dimension=spec.adapter.dimension, model=spec.name
        )

    def _deadline(self, context: Context) -> Deadline:
        return call_deadline(context, self._limits.max_deadline_s)


def _point(record: Record) -> collection_pb2.Point:
    vector = [] if record.vector is None else record.vector.tolist()
    return collection_pb2.Point(
        id=record.id, vector=vector, payload=payload_message(record.payload)
    )


def _hit(hit: Hit) -> search_pb2.Hit:
    return search_pb2.Hit(
        id=hit.id,
        score=hit.score,
        payload=None if hit.payload is None else payload_message(hit.payload),
        vector=[] if hit.vector is None else hit.vector.tolist(),
    )
