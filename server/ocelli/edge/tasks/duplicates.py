"""Duplicates: which points of a collection are nearly the same?

What is near to one point of a group thereby belongs to it, though it need not be near to all.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import invalid_field
from ocelli.edge.index import validate
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.points import Hit
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.scheduling.deadline import within
from ocelli.edge.tasks.near_points.compared import can_compare, comparing
from ocelli.edge.tasks.near_points.near_points import Groups, NearPoints
from ocelli.edge.tasks.near_points.searched import SearchedPoints

_PAGE_BYTES = 4 << 20
_PROGRESS_EVERY_S = 1.0
_MAX_COMPARED_BYTES = 256 << 20
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
        max_compared_bytes: most bytes of vectors that are compared, each with each; where there are
            more, each is searched with.
    """

    def __init__(
        self,
        index: ValidatedIndex,
        *,
        max_group_bytes: int,
        max_compared_bytes: int = _MAX_COMPARED_BYTES,
    ) -> None:
        self._index = index
        self._max_group_bytes = max_group_bytes
        self._max_compared_bytes = max_compared_bytes
        self._comparing = asyncio.Semaphore(1)

    async def find(
        self, collection: str, wanted: Wanted, call: Call
    ) -> AsyncGenerator[Progress | Group, None]:
        """Progress about every second, and then the groups, largest first.

        The collection of the beginning is used to the end, wherever an alias points meanwhile. In
        one of some size all points are compared, by one call after the other.

        Raises:
            OcelliError: INVALID_FIELD for `score_threshold` or `filter…`; ANSWER_TOO_LARGE if over
                a million points have duplicates; any of the index reasons.
        """
        if wanted.score_threshold is None:
            raise invalid_field(
                "there is no score_threshold; say how near two points are to be", "score_threshold"
            )
        validate.score_threshold(wanted.score_threshold)
        described = await self._index.get_collection(collection, call=call)
        name = described.name
        total = await self._index.count(name, filter=wanted.filter, call=call)
        yield Progress(0, total)
        done, token, said_s = 0, "", time.monotonic()
        async with self._near_points(described, total, wanted, call) as near_points:
            while True:
                page = await self._index.list_points(
                    name,
                    filter=wanted.filter,
                    page_size=near_points.most_at_once,
                    page_token=token,
                    max_bytes=_PAGE_BYTES,
                    with_payload=False,
                    with_vectors=True,
                    call=call,
                )
                await near_points.add(page.items)
                done += len(page.items)
                token = page.next_page_token
                if not token:
                    break
                if time.monotonic() >= said_s + _PROGRESS_EVERY_S:
                    said_s = time.monotonic()
                    yield Progress(done, max(done, total))
            groups = await near_points.groups()
        yield Progress(done, done)
        for ids in groups.largest_first():
            call.check_active()
            points = await self._shown(name, ids, groups, wanted, call)
            if len(points) > 1:
                yield Group(points, len(ids))

    @asynccontextmanager
    async def _near_points(
        self, collection: Collection, total: int, wanted: Wanted, call: Call
    ) -> AsyncIterator[NearPoints]:
        threshold = wanted.score_threshold or 0.0
        if not can_compare(collection, total, max_bytes=self._max_compared_bytes):
            yield SearchedPoints(self._index, collection, wanted.filter, threshold, call)
            return
        async with within(call.deadline):
            await self._comparing.acquire()
        try:
            async with comparing(collection, total, threshold, call) as near_points:
                yield near_points
        finally:
            self._comparing.release()

    async def _shown(
        self, name: str, ids: list[str], groups: Groups, wanted: Wanted, call: Call
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
