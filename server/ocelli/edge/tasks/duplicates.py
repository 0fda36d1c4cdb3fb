"""Duplicates: which points of a collection are nearly the same?

Every point is searched with, and joined to what is nearer than the threshold. What is near to a
group thereby belongs to it, though not to all of its points.
"""

import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import msgspec
import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.index import limits
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.points import Hit, Record, SearchQuery, Vector
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.tasks.near_groups import NearGroups

_NO_VECTOR: Vector = np.empty(0, np.float32)
_PAGE_BYTES = 4 << 20
_PROGRESS_EVERY_S = 1.0
_FEW_HITS = 16
"""Nearest points that are asked for; where all of them are near, up to 1000 are."""
_MAX_GROUPED = 1_000_000
_MAX_SHOWN = 1000
_PAYLOADS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for.

    Attributes:
        filter: only points that match.
        score_threshold: worst score of two points that are nearly the same; None is refused.
        with_payload: return payloads.
    """

    filter: Filter | None
    score_threshold: float | None
    with_payload: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come."""

    points_done: int
    points_total: int


@dataclass(frozen=True, slots=True)
class Group:
    """Points that are nearly the same.

    Attributes:
        points: at most 1000 of them, by id; the score is that of the nearest other one.
        size: how many there are.
    """

    points: list[Hit]
    size: int


class DuplicateTask:
    """Finds duplicates.

    Args:
        index: where the points are.
        max_group_bytes: about how large the payloads of a group that is returned may be.
    """

    def __init__(self, index: ValidatedIndex, *, max_group_bytes: int) -> None:
        self._index = index
        self._max_group_bytes = max_group_bytes

    async def find(
        self, collection: str, wanted: Wanted, call: Call
    ) -> AsyncGenerator[Progress | Group, None]:
        """Progress about every second, and then the groups, largest first.

        The collection of the beginning is used to the end, wherever an alias points meanwhile.

        Raises:
            OcelliError: INVALID_FIELD for `score_threshold` or `filter…`; ANSWER_TOO_LARGE if over
                a million points have duplicates; any of the index reasons.
        """
        if wanted.score_threshold is None:
            raise invalid_field(
                "there is no score_threshold; say how near two points are to be", "score_threshold"
            )
        described = await self._index.get_collection(collection, call=call)
        name = described.name
        total = await self._index.count(name, filter=wanted.filter, call=call)
        groups = NearGroups(described.metric)
        done, token, said_s = 0, "", time.monotonic()
        yield Progress(0, total)
        while True:
            page = await self._index.list_points(
                name,
                filter=wanted.filter,
                page_size=limits.MAX_QUERIES,
                page_token=token,
                max_bytes=_PAGE_BYTES,
                with_payload=False,
                with_vectors=True,
                call=call,
            )
            await self._join(name, page.items, wanted, groups, call)
            done += len(page.items)
            token = page.next_page_token
            if not token:
                break
            if time.monotonic() >= said_s + _PROGRESS_EVERY_S:
                said_s = time.monotonic()
                yield Progress(done, max(done, total))
        yield Progress(done, done)
        for ids in groups.largest_first():
            call.check_active()
            points = await self._shown(name, ids, groups, wanted, call)
            if len(points) > 1:
                yield Group(points, len(ids))

    async def _join(
        self,
        name: str,
        records: list[Record],
        wanted: Wanted,
        groups: NearGroups,
        call: Call,
    ) -> None:
        """Joins each of these points with all that are near to it."""
        if not records:
            return
        queries = [_query(record, wanted, _FEW_HITS) for record in records]
        outcomes = await self._index.search_many(name, queries, call=call)
        for record, outcome in zip(records, outcomes, strict=True):
            if isinstance(outcome, OcelliError):
                raise outcome
            hits = outcome
            if len(hits) == _FEW_HITS:
                query = _query(record, wanted, limits.MAX_HITS)
                hits = await self._index.search(name, query, call=call)
            for hit in hits:
                groups.join(record.id, hit.id, hit.score)
        if len(groups) > _MAX_GROUPED:
            raise OcelliError(
                Reason.ANSWER_TOO_LARGE,
                f"more than {_MAX_GROUPED} points have duplicates; expect them to be nearer with "
                "score_threshold, or look at a part of the collection with a filter",
                quota="duplicates",
            )

    async def _shown(
        self, name: str, ids: list[str], groups: NearGroups, wanted: Wanted, call: Call
    ) -> list[Hit]:
        """What is returned of a group: with payloads only so many points as a message holds."""
        some = ids[:_MAX_SHOWN]
        if not wanted.with_payload:
            return [Hit(id=id_, score=groups.score(id_), payload=None, vector=None) for id_ in some]
        shown: list[Hit] = []
        left_bytes = self._max_group_bytes
        for start in range(0, len(some), _PAYLOADS_AT_ONCE):
            records = await self._index.get(name, some[start:][:_PAYLOADS_AT_ONCE], call=call)
            for record in records:
                left_bytes -= len(msgspec.json.encode(record.payload))
                if left_bytes < 0 and len(shown) > 1:
                    return shown
                shown.append(
                    Hit(
                        id=record.id,
                        score=groups.score(record.id),
                        payload=record.payload,
                        vector=None,
                    )
                )
        return shown


def _query(record: Record, wanted: Wanted, limit: int) -> SearchQuery:
    return SearchQuery(
        vector=_NO_VECTOR if record.vector is None else record.vector,
        limit=limit,
        filter=wanted.filter,
        exclude_id=record.id,
        score_threshold=wanted.score_threshold,
        with_payload=False,
    )
