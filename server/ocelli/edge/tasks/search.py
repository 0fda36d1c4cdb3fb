"""Search: whatever is to be near to becomes a vector, and the index finds its neighbours."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index import limits
from ocelli.edge.index.points import Hit, SearchQuery, Vector
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.collections import embedding_model
from ocelli.edge.tasks.embed import EmbedTask
from ocelli.edge.tasks.region_search import RegionUse, SearchedRegion, named_or_whole
from ocelli.edge.tasks.regions import RegionTask
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

_NO_TIME = Timings()
_NO_VECTOR: Vector = np.empty(0, np.float32)


@dataclass(frozen=True, slots=True)
class StoredPoint:
    """Stands for the vector of a stored point."""

    id: str


Near: TypeAlias = EncodedImage | RawImage | str | Vector | StoredPoint
"""What to be near to: an image, a text, a vector, a stored point."""


@dataclass(frozen=True, slots=True)
class Request:
    """One search.

    Attributes:
        near: what to be near to. A stored point is not among the hits.
        query: everything else; its vector is not looked at.
        use: which part of an image to search with, in a collection that has a detector.
    """

    near: Near
    query: SearchQuery
    use: RegionUse = RegionUse.BEST


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: nearest first.
        timings: where the time went.
        engine_us: time in the vector engine, in microseconds.
        warnings: what the caller may want to know of the image that was searched with.
        regions: the parts of that image that were searched with, in a collection with a detector.
    """

    hits: list[Hit]
    timings: Timings
    engine_us: int
    warnings: tuple[ImageWarning, ...]
    regions: tuple[SearchedRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A request's query with the vector to be near to, and what came with making that."""

    query: SearchQuery
    timings: Timings = _NO_TIME
    warnings: tuple[ImageWarning, ...] = ()
    regions: tuple[SearchedRegion, ...] = ()


class SearchTask:
    """Searches collections."""

    def __init__(
        self,
        index: ValidatedIndex,
        models: ModelRegistry,
        embedding: EmbedTask,
        regions: RegionTask,
    ) -> None:
        self._index = index
        self._models = models
        self._embedding = embedding
        self._regions = regions

    async def search(self, collection: str, request: Request, call: Call) -> Found:
        """The points nearest to what the request names.

        Raises:
            OcelliError: any of the index reasons and, for an image, those of embedding it.
        """
        if request.use is RegionUse.EACH:
            return await self._search_each(collection, request, call)
        resolved = await self._resolve(collection, request, call)
        asked_s = time.perf_counter()
        hits = await self._index.search(collection, resolved.query, call=call)
        return _found(hits, resolved, asked_s, call)

    async def search_many(
        self, collection: str, requests: Sequence[Request | OcelliError], call: Call
    ) -> list[Found | OcelliError]:
        """As many outcomes as there are requests, in their order; each fails alone.

        Args:
            collection: where to look.
            requests: what to look for. One that could not be read is its own outcome.
            call: whose work it is.

        Raises:
            OcelliError: what concerns all of them, such as COLLECTION_NOT_FOUND.
        """
        outcomes: list[Found | OcelliError | None] = []
        searches: list[_Resolved] = []
        for request in requests:
            try:
                if isinstance(request, OcelliError):
                    raise request
                if request.use is RegionUse.EACH:
                    outcomes.append(await self._search_each(collection, request, call))
                    continue
                resolved = await self._resolve(collection, request, call)
            except OcelliError as error:
                if error.reason is Reason.COLLECTION_NOT_FOUND:
                    raise  # so would every other
                outcomes.append(error)
            else:
                outcomes.append(None)
                searches.append(resolved)
        asked_s = time.perf_counter()
        queries = [search.query for search in searches]
        answers = iter(
            zip(
                await self._index.search_many(collection, queries, call=call),
                searches,
                strict=True,
            )
            if queries
            else ()
        )
        found: list[Found | OcelliError] = []
        for outcome in outcomes:
            if outcome is not None:
                found.append(outcome)
                continue
            hits, resolved = next(answers)
            found.append(
                hits if isinstance(hits, OcelliError) else _found(hits, resolved, asked_s, call)
            )
        return found

    async def _resolve(self, collection: str, request: Request, call: Call) -> _Resolved:
        near, query = request.near, request.query
        if isinstance(near, np.ndarray):
            return _Resolved(msgspec.structs.replace(query, vector=near))
        if isinstance(near, StoredPoint):
            stored = await self._index.get_one(
                collection, near.id, with_payload=False, with_vectors=True, call=call
            )
            vector = _NO_VECTOR if stored.vector is None else stored.vector
            return _Resolved(msgspec.structs.replace(query, vector=vector, exclude_id=near.id))
        described = await self._index.get_collection(collection, call=call)
        model = embedding_model(described, self._models)
        if described.detector is None or isinstance(near, str):
            if request.use is not RegionUse.BEST:
                raise _no_regions(described)
            embedded = await self._embedding.embed(near, model, call)
            vector, spent, warnings = embedded.vector, embedded.timings, embedded.warnings
            return _Resolved(msgspec.structs.replace(query, vector=vector), spent, warnings)
        if near.region is None and request.use is RegionUse.BEST:
            found = await self._regions.embed(
                near, described.detector, model, call, best_or_whole=True
            )
            return _Resolved(
                msgspec.structs.replace(query, vector=found.vectors[0]),
                found.timings,
                found.warnings,
                tuple(map(SearchedRegion, found.regions)),
            )
        embedded = await self._embedding.embed(near, model, call)
        return _Resolved(
            msgspec.structs.replace(query, vector=embedded.vector),
            embedded.timings,
            embedded.warnings,
            (named_or_whole(near, embedded.width, embedded.height),),
        )

    async def _search_each(self, collection: str, request: Request, call: Call) -> Found:
        """Searches with every region of an image by itself, together."""
        near, query = request.near, request.query
        described = await self._index.get_collection(collection, call=call)
        if described.detector is None or not isinstance(near, EncodedImage | RawImage):
            raise _no_regions(described)
        if query.limit * described.detector.max_regions > limits.MAX_HITS_PER_CALL:
            raise invalid_field(
                f"limit is {query.limit}, for each of up to {described.detector.max_regions} "
                f"regions; together at most {limits.MAX_HITS_PER_CALL} hits are returned",
                "limit",
            )
        model = embedding_model(described, self._models)
        found = await self._regions.embed(near, described.detector, model, call)
        asked_s = time.perf_counter()
        queries = [msgspec.structs.replace(query, vector=vector) for vector in found.vectors]
        answers = await self._index.search_many(collection, queries, call=call) if queries else []
        regions = []
        for region, hits in zip(found.regions, answers, strict=True):
            if isinstance(hits, OcelliError):
                raise hits
            regions.append(SearchedRegion(region, hits))
        resolved = _Resolved(query, found.timings, found.warnings, tuple(regions))
        return _found([], resolved, asked_s, call)


def _found(hits: list[Hit], search: _Resolved, asked_s: float, call: Call) -> Found:
    done_s = time.perf_counter()
    spent = search.timings
    timings = Timings(
        decode_us=spent.decode_us,
        queue_us=spent.queue_us,
        inference_us=spent.inference_us,
        postprocess_us=spent.postprocess_us,
        total_us=int((done_s - call.arrived_s) * 1e6),
    )
    engine_us = int((done_s - asked_s) * 1e6)
    return Found(hits, timings, engine_us, search.warnings, search.regions)


def _no_regions(collection: Collection) -> OcelliError:
    return invalid_field(
        "region_use is for a search with an image, in a collection that has a detector; collection "
        f"{collection.name!r} has {'none' if collection.detector is None else 'one'}",
        "region_use",
    )
