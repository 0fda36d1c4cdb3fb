"""Near points of a collection of any size: the index is asked for the neighbours of each."""

import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.points import Record, SearchQuery, Vector
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.near_points.near_groups import NearGroups

_NO_VECTOR: Vector = np.empty(0, np.float32)
_FEW_HITS = 16
"""Nearest points that are asked for; where all of them are near, up to 1000 are."""
_MAX_GROUPED = 1_000_000


class SearchedPoints:
    """See `NearPoints`.

    Args:
        index: where the points are.
        collection: whose points.
        filter_: only points that match.
        score_threshold: worst score of two points that are near.
        call: whose work it is.
    """

    most_at_once = limits.MAX_QUERIES

    def __init__(
        self,
        index: ValidatedIndex,
        collection: Collection,
        filter_: Filter | None,
        score_threshold: float,
        call: Call,
    ) -> None:
        self._index = index
        self._name = collection.name
        self._filter = filter_
        self._score_threshold = score_threshold
        self._call = call
        self._groups = NearGroups(collection.metric)

    async def add(self, records: list[Record]) -> None:
        """See `NearPoints`."""
        if not records:
            return
        queries = [self._query(record, _FEW_HITS) for record in records]
        outcomes = await self._index.search_many(self._name, queries, call=self._call)
        for record, outcome in zip(records, outcomes, strict=True):
            if isinstance(outcome, OcelliError):
                raise outcome
            hits = outcome
            if len(hits) == _FEW_HITS:
                query = self._query(record, limits.MAX_HITS)
                hits = await self._index.search(self._name, query, call=self._call)
            for hit in hits:
                self._groups.join(record.id, hit.id, hit.score)
        if len(self._groups) > _MAX_GROUPED:
            raise OcelliError(
                Reason.ANSWER_TOO_LARGE,
                f"more than {_MAX_GROUPED} points have duplicates; expect them to be nearer with "
                "score_threshold, or look at a part of the collection with a filter",
                quota="duplicates",
            )

    async def groups(self) -> NearGroups:
        """See `NearPoints`."""
        return self._groups

    def _query(self, record: Record, limit: int) -> SearchQuery:
        return SearchQuery(
            vector=_NO_VECTOR if record.vector is None else record.vector,
            limit=limit,
            filter=self._filter,
            exclude_id=record.id,
            score_threshold=self._score_threshold,
            with_payload=False,
        )
