"""Near points of a collection of some size: all pairs are compared, by another process.

It is one of low priority, so that other work has its turn, and its memory goes with it.
"""

import asyncio
import json
import os
import struct
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits
from ocelli.edge.index.points import Record
from ocelli.edge.index.schema import Collection, Metric
from ocelli.edge.processes.cores import usable_cores
from ocelli.edge.scheduling.deadline import within
from ocelli.edge.tasks.near_points.near_points import NearPoints

_MAX_POINTS = 200_000
_ROOM_FOR_NEW = 1000
"""Points that may be written meanwhile and still be looked at."""


def can_compare(collection: Collection, count: int, *, max_bytes: int) -> bool:
    """Whether this many points are few enough, for the time and for so many bytes of vectors."""
    return count <= _MAX_POINTS and count * collection.dimension * 4 <= max_bytes


class ComparedPoints:
    """See `NearPoints`. Made by `comparing`."""

    most_at_once = limits.MAX_PAGE_SIZE

    def __init__(self, process: asyncio.subprocess.Process, capacity: int, call: Call) -> None:
        assert process.stdin is not None  # noqa: S101  # for mypy: `comparing` asks for pipes
        assert process.stdout is not None  # noqa: S101
        self._to, self._from = process.stdin, process.stdout
        self._capacity = capacity
        self._deadline = call.deadline
        self._ids: list[str] = []
        self._unanswered = 0

    async def add(self, records: list[Record]) -> None:
        """See `NearPoints`. Returns while these are compared, once those before them are."""
        records = records[: self._capacity - len(self._ids)]
        vectors = [record.vector for record in records if record.vector is not None]
        if not vectors:
            return
        self._ids += [record.id for record in records]
        await self._answers()
        await self._send(struct.pack("<I", len(vectors)), np.stack(vectors).astype("<f4").tobytes())
        self._unanswered += 1

    async def groups(self) -> "LabelledGroups":
        """See `NearPoints`."""
        await self._answers()
        await self._send(struct.pack("<I", 0))
        size_bytes = 4 * len(self._ids)
        labels = np.frombuffer(await self._read(size_bytes), "<i4")
        return LabelledGroups(self._ids, labels, np.frombuffer(await self._read(size_bytes), "<f4"))

    async def begin(self, arguments: dict[str, object]) -> None:
        """Sends what has to be known before the points."""
        await self._send(json.dumps(arguments).encode() + b"\n")

    async def _answers(self) -> None:
        await self._read(self._unanswered)
        self._unanswered = 0

    async def _send(self, *parts: bytes) -> None:
        try:
            async with within(self._deadline):
                self._to.writelines(parts)
                await self._to.drain()
        except ConnectionError as error:
            raise _ended() from error

    async def _read(self, size_bytes: int) -> bytes:
        try:
            async with within(self._deadline):
                return await self._from.readexactly(size_bytes)
        except asyncio.IncompleteReadError as error:
            raise _ended() from error


class LabelledGroups:
    """See `Groups`.

    Args:
        ids: of the points.
        labels: int32 [N], equal for points of one group.
        scores: float32 [N], of the nearest other point; infinite for points in no group.
    """

    def __init__(
        self, ids: list[str], labels: NDArray[np.int32], scores: NDArray[np.float32]
    ) -> None:
        self._scores: dict[str, float] = {}
        members: dict[int, list[str]] = {}
        for position in np.flatnonzero(np.isfinite(scores)):
            id_ = ids[position]
            self._scores[id_] = float(scores[position])
            members.setdefault(int(labels[position]), []).append(id_)
        for group in members.values():
            group.sort()
        self._groups = sorted(members.values(), key=lambda group: (-len(group), group[0]))

    def score(self, id_: str) -> float:
        """See `Groups`."""
        return self._scores[id_]

    def largest_first(self) -> Iterator[list[str]]:
        """See `Groups`."""
        yield from self._groups


@asynccontextmanager
async def comparing(
    collection: Collection, count: int, score_threshold: float, call: Call
) -> AsyncIterator[NearPoints]:
    """Finds near points, with a process that is killed at the end.

    Args:
        collection: whose points.
        count: how many there are, about.
        score_threshold: worst score of two points that are near.
        call: whose work it is.

    Raises:
        OcelliError: DEADLINE_EXCEEDED, or INTERNAL if the process ends, for want of memory for one.
    """
    capacity = count + _ROOM_FOR_NEW
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ocelli.edge.tasks.near_points.compare_all"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": str(max(1, usable_cores() // 2))},
        start_new_session=True,
    )
    try:
        found = ComparedPoints(process, capacity, call)
        await found.begin(
            {
                "dimension": collection.dimension,
                "capacity": capacity,
                "threshold": score_threshold,
                "is_distance": collection.metric is Metric.EUCLID,
            }
        )
        yield found
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _ended() -> OcelliError:
    return OcelliError(
        Reason.INTERNAL,
        "the process that compares points ended before it was done; has the machine memory left?",
    )
