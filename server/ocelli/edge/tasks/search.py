"""Search: whatever is to be near to becomes a vector, and the index finds its neighbours."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
from ocelli.edge.vision.image import EncodedImage, RawImage

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
    """

    hits: list[Hit]
    timings: Timings
    engine_us: int


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
        query, spent = await self._resolve(collection, request, call)
        asked_s = time.perf_counter()
        hits = await self._index.search(collection, query, call=call)
        return _found(hits, spent, asked_s, call)

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
        queries: list[SearchQuery] = []
        spents: list[Timings] = []
        for request in requests:
            try:
                if isinstance(request, OcelliError):
                    raise request
                query, spent = await self._resolve(collection, request, call)
            except OcelliError as error:
                if error.reason is Reason.COLLECTION_NOT_FOUND:
                    raise  # so would every other
                outcomes.append(error)
            else:
                outcomes.append(None)
                queries.append(query)
                spents.append(spent)
        asked_s = time.perf_counter()
        answers = iter(
            zip(
                await self._index.search_many(collection, queries, call=call),
                spents,
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
            hits, spent = next(answers)
            found.append(
                hits if isinstance(hits, OcelliError) else _found(hits, spent, asked_s, call)
            )
        return found

    async def _resolve(
        self, collection: str, request: Request, call: Call
    ) -> tuple[SearchQuery, Timings]:
        """The request's query with the vector to be near to, and the time that it took."""
        near, query = request.near, request.query
        if isinstance(near, np.ndarray):
            return msgspec.structs.replace(query, vector=near), Timings()
        if isinstance(near, StoredPoint):
            stored = await self._index.get_one(
                collection, near.id, with_payload=False, with_vectors=True, call=call
            )
            vector = _NO_VECTOR if stored.vector is None else stored.vector
            return msgspec.structs.replace(query, vector=vector, exclude_id=near.id), Timings()
        described = await self._index.get_collection(collection, call=call)
        model = embedding_model(described, self._models)
        embedded = await self._embedding.embed(near, model, call)
        return msgspec.structs.replace(query, vector=embedded.vector), embedded.timings


def _found(hits: list[Hit], spent: Timings, asked_s: float, call: Call) -> Found:
    done_s = time.perf_counter()
    timings = Timings(
        decode_us=spent.decode_us,
        queue_us=spent.queue_us,
        inference_us=spent.inference_us,
        postprocess_us=spent.postprocess_us,
        total_us=int((done_s - call.arrived_s) * 1e6),
    )
    return Found(hits, timings, int((done_s - asked_s) * 1e6))
