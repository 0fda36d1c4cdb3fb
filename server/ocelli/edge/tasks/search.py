"""Search: whatever is to be near to becomes a vector, and the index finds its neighbours."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import msgspec
import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.points import Hit, SearchQuery, Vector
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.collections import embedding_model
from ocelli.edge.tasks.embed import EmbedTask
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.registry import ModelRegistry
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
    """

    near: Near
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: nearest first.
        timings: where the time went.
        engine_us: time in the vector engine, in microseconds.
        warnings: what the caller may want to know of the image that was searched with.
    """

    hits: list[Hit]
    timings: Timings
    engine_us: int
    warnings: tuple[ImageWarning, ...]


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A request's query with the vector to be near to, and what came with making that."""

    query: SearchQuery
    timings: Timings = _NO_TIME
    warnings: tuple[ImageWarning, ...] = ()


class SearchTask:
    """Searches collections."""

    def __init__(self, index: ValidatedIndex, models: ModelRegistry, embedding: EmbedTask) -> None:
        self._index = index
        self._models = models
        self._embedding = embedding

    async def search(self, collection: str, request: Request, call: Call) -> Found:
        """The points nearest to what the request names.

        Raises:
            OcelliError: any of the index reasons and, for an image, those of embedding it.
        """
        return await self._on_one(collection, [request], partial(self._search, request), call)

    async def _search(self, request: Request, collection: str, call: Call) -> Found:
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
        embedded = await self._embedding.embed(near, model, call)
        return _Resolved(
            msgspec.structs.replace(query, vector=embedded.vector),
            embedded.timings,
            embedded.warnings,
        )


def _needs_collection(request: Request | OcelliError) -> bool:
    """Whether the vector to search with comes from the collection, or from its model."""
    return isinstance(request, Request) and not isinstance(request.near, np.ndarray)


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
    return Found(hits, timings, int((done_s - asked_s) * 1e6), search.warnings)
