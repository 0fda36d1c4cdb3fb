"""Search: whatever is to be near to becomes a vector, and the index finds its neighbours."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import msgspec
import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index import limits
from ocelli.edge.index.points import Hit, SearchQuery, Vector
from ocelli.edge.index.schema import Collection, RegionDetector
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.collections import embedding_model
from ocelli.edge.tasks.embed import EmbedModel, EmbedTask
from ocelli.edge.tasks.region_search import RegionUse, SearchedRegion, named_or_whole
from ocelli.edge.tasks.region_views import FoundRegion
from ocelli.edge.tasks.regions import RegionTask
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.vision.image import EncodedImage, ImageWarning, RawImage

T = TypeVar("T")

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
    """A request's queries with the vectors to be near to, and what came with making those.

    One query, or with `each` one for every region.
    """

    queries: tuple[SearchQuery, ...]
    timings: Timings = _NO_TIME
    warnings: tuple[ImageWarning, ...] = ()
    regions: tuple[FoundRegion, ...] = ()
    each: bool = False


class SearchTask:
    """Searches collections."""

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

    async def search(self, collection: str, request: Request, call: Call) -> Found:
        """The points nearest to what the request names.

        Raises:
            OcelliError: any of the index reasons and, for an image, those of embedding it.
        """
        if request.use is RegionUse.EACH:
            (found,) = await self.search_many(collection, [request], call)
            if isinstance(found, OcelliError):
                raise found
            return found
        return await self._on_one(collection, [request], partial(self._search, request), call)

    async def _search(self, request: Request, collection: str, call: Call) -> Found:
        resolved = await self._resolve(collection, request, call)
        asked_s = time.perf_counter()
        hits = await self._index.search(collection, resolved.queries[0], call=call)
        return _found([hits], resolved, asked_s, call)

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
        act = partial(self._search_many, requests)
        return await self._on_one(collection, requests, act, call)

    async def _on_one(
        self,
        name: str,
        requests: Sequence[Request | OcelliError],
        act: Callable[[str, Call], Awaitable[T]],
        call: Call,
    ) -> T:
        """Acts on the collection of a name, or that an alias of that name points to.

        That one is used to the end, so that no vector is looked for in another collection than it
        was made for. If it is deleted meanwhile, the one that the alias points to then is used.
        """
        if not any(map(_needs_collection, requests)):
            return await act(name, call)
        actual = (await self._index.get_collection(name, call=call)).name
        try:
            return await act(actual, call)
        except OcelliError as error:
            if actual == name or error.reason is not Reason.COLLECTION_NOT_FOUND:
                raise
        return await act((await self._index.get_collection(name, call=call)).name, call)

    async def _search_many(
        self, requests: Sequence[Request | OcelliError], collection: str, call: Call
    ) -> list[Found | OcelliError]:
        outcomes: list[Found | OcelliError | None] = []
        searches: list[_Resolved] = []
        for request in requests:
            try:
                if isinstance(request, OcelliError):
                    raise request
                resolved = await self._resolve(collection, request, call)
                _check_room(resolved, searches)
            except OcelliError as error:
                if error.reason is Reason.COLLECTION_NOT_FOUND:
                    raise  # so would every other
                outcomes.append(error)
            else:
                outcomes.append(None)
                searches.append(resolved)
        asked_s = time.perf_counter()
        queries = [query for search in searches for query in search.queries]
        answers = iter(
            await self._index.search_many(collection, queries, call=call) if queries else ()
        )
        resolved_searches = iter(searches)
        found: list[Found | OcelliError] = []
        for outcome in outcomes:
            if outcome is not None:
                found.append(outcome)
                continue
            resolved = next(resolved_searches)
            hits = [next(answers) for _ in resolved.queries]
            found.append(_found_or_error(hits, resolved, asked_s, call))
        return found

    async def _resolve(self, collection: str, request: Request, call: Call) -> _Resolved:
        near, query = request.near, request.query
        if isinstance(near, np.ndarray):
            return _Resolved((msgspec.structs.replace(query, vector=near),))
        if isinstance(near, StoredPoint):
            stored = await self._index.get_one(
                collection, near.id, with_payload=False, with_vectors=True, call=call
            )
            vector = _NO_VECTOR if stored.vector is None else stored.vector
            return _Resolved((msgspec.structs.replace(query, vector=vector, exclude_id=near.id),))
        described = await self._index.get_collection(collection, call=call)
        model = embedding_model(described, self._models, call)
        if described.detector is None or isinstance(near, str):
            if request.use is not RegionUse.BEST:
                raise _no_regions(described)
        elif request.use is RegionUse.EACH or (request.use is RegionUse.BEST and not near.region):
            return await self._resolve_detected(near, described.detector, model, request, call)
        embedded = await self._embedding.embed(near, model, call)
        regions: tuple[FoundRegion, ...] = ()
        if described.detector is not None and not isinstance(near, str):
            regions = (named_or_whole(near, embedded.width, embedded.height),)
        return _Resolved(
            (msgspec.structs.replace(query, vector=embedded.vector),),
            embedded.timings,
            embedded.warnings,
            regions,
        )

    async def _resolve_detected(
        self,
        near: EncodedImage | RawImage,
        detector: RegionDetector,
        model: EmbedModel,
        request: Request,
        call: Call,
    ) -> _Resolved:
        """The best region of an image, or each of them."""
        each, query = request.use is RegionUse.EACH, request.query
        found = await self._regions.embed(near, detector, model, call, best_or_whole=not each)
        queries = tuple(msgspec.structs.replace(query, vector=vector) for vector in found.vectors)
        return _Resolved(queries, found.timings, found.warnings, found.regions, each)


def _check_room(resolved: _Resolved, before: Sequence[_Resolved]) -> None:
    """Refuses what would make too many searches, or too many hits by itself."""
    count = len(resolved.queries)
    together = count + sum(len(other.queries) for other in before)
    if together > limits.MAX_QUERIES:
        raise invalid_field(
            f"with {count} regions to search with there are {together} searches in the call; "
            f"expected at most {limits.MAX_QUERIES}, so send it by itself",
            "region_use",
        )
    hits = sum(query.limit for query in resolved.queries)
    if resolved.each and hits > limits.MAX_HITS_PER_CALL:
        raise invalid_field(
            f"limit is {resolved.queries[0].limit} for each of {count} regions, which makes {hits} "
            f"hits; expected at most {limits.MAX_HITS_PER_CALL}",
            "limit",
        )


def _needs_collection(request: Request | OcelliError) -> bool:
    """Whether the vector to search with comes from the collection, or from its model."""
    return isinstance(request, Request) and not isinstance(request.near, np.ndarray)


def _found_or_error(
    answers: Sequence[list[Hit] | OcelliError], search: _Resolved, asked_s: float, call: Call
) -> Found | OcelliError:
    hits: list[list[Hit]] = []
    for answer in answers:
        if isinstance(answer, OcelliError):
            return answer
        hits.append(answer)
    return _found(hits, search, asked_s, call)


def _found(hits: list[list[Hit]], search: _Resolved, asked_s: float, call: Call) -> Found:
    """What was found; `hits` of each query."""
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
    if search.each:
        regions = tuple(map(SearchedRegion, search.regions, hits))
        return Found([], timings, engine_us, search.warnings, regions)
    regions = tuple(map(SearchedRegion, search.regions))
    return Found(hits[0], timings, engine_us, search.warnings, regions)


def _no_regions(collection: Collection) -> OcelliError:
    return invalid_field(
        "region_use is for a search with an image, in a collection that has a detector; collection "
        f"{collection.name!r} has {'none' if collection.detector is None else 'one'}",
        "region_use",
    )
