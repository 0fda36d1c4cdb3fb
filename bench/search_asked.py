"""What is asked of an edge's index, and what it answers."""

import time
from dataclasses import dataclass
from statistics import mean

import numpy as np

from bench.errors import BenchError
from bench.search_data import COMMON, DIMENSION, FIELDS, RARE, Truth, Vectors, payload, truth
from ocelli.client import AsyncClient, Point
from ocelli.client.filters import Filter, equals, range_

NAME = "bench"
TIMEOUT_S = 120.0
_QUERIES = 100
_DEEP = 1000
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """What an index of some size showed.

    Attributes:
        engine: `embedded`, or the address of another.
        points: stored.
        recall: of ten nearest.
        recall_100: of a hundred.
        recall_1000: of a thousand.
        filtered_recall: of ten among one point in a hundred, by a keyword; the worse of that and
            one in ten.
        range_recall: of ten among one point in a hundred, by a range.
        p50_ms: median of a search, one after the other, k = 10.
        p95_ms: 95th percentile.
        stored_per_s: points acknowledged a second, from the size before to this one.
        ingest_per_s: the same until their graph was built, too.
        ingest_p95_ms: 95th percentile of a search meanwhile.
        memory_mib: what the engine's process holds that the kernel cannot take back; 0 for a
            cluster.
        mapped_mib: what it has of its files in memory, which the kernel can take back.
        disk_mib: what the collection's files occupy.
    """

    engine: str
    points: int
    recall: float
    recall_100: float
    recall_1000: float
    filtered_recall: float
    range_recall: float
    p50_ms: float
    p95_ms: float
    stored_per_s: float
    ingest_per_s: float
    ingest_p95_ms: float
    memory_mib: float
    mapped_mib: float
    disk_mib: float


async def create(client: AsyncClient, name: str = NAME) -> None:
    """Makes a collection for vectors with their `payload`."""
    await client.collections.create(name, dimension=DIMENSION, fields=FIELDS)


async def store(
    client: AsyncClient, stored: Vectors, first: int, last: int, name: str = NAME
) -> float:
    """Stores points in batches of a thousand, one call at a time; seconds that it took."""
    began_s = time.perf_counter()
    for start in range(first, last, _BATCH):
        batch = [
            Point(id=str(number), vector=stored[number], payload=payload(number))
            for number in range(start, min(start + _BATCH, last))
        ]
        result = await client.points.upsert(name, batch, timeout_s=TIMEOUT_S)
        if result.errors:
            raise BenchError(f"points were refused: {next(iter(result.errors.values()))}")
    return time.perf_counter() - began_s


async def look(client: AsyncClient, stored: Vectors, queries: Vectors) -> dict[str, float]:
    """Recalls and times of `Row`, by name."""
    some = queries[:_QUERIES]
    exact = truth(stored, some, _DEEP)
    took_ms: list[float] = []

    async def recall(true: Truth, most: int, condition: Filter | None = None) -> float:
        found: list[float] = []
        for number, query in enumerate(some if most <= 10 else some[:20]):
            began_s = time.perf_counter()
            answer = await client.search(
                NAME, vector=query, limit=most, filter=condition, timeout_s=TIMEOUT_S
            )
            if condition is None and most == 10:
                took_ms.append((time.perf_counter() - began_s) * 1e3)
            found.append(true.recall(number, [hit.id for hit in answer.hits], most))
        return round(mean(found), 4)

    await recall(exact, 10)
    took_ms.clear()
    rare, common = truth(stored, some, 10, 100), truth(stored, some, 10, 10, 1)
    spread = truth(stored[_in_range(len(stored))], some, 10)
    within = Truth(_in_range(len(stored))[spread.ids])
    result = {
        "recall": await recall(exact, 10),
        "recall_100": await recall(exact, 100),
        "recall_1000": await recall(exact, 1000),
        "filtered_recall": min(
            await recall(rare, 10, equals("share", RARE)),
            await recall(common, 10, equals("share", COMMON)),
        ),
        "range_recall": await recall(within, 10, range_("n", gte=500, lt=510)),
    }
    p50_ms, p95_ms = (float(np.percentile(took_ms, share)) for share in (50, 95))
    return {**result, "p50_ms": round(p50_ms, 2), "p95_ms": round(p95_ms, 2)}


def _in_range(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers = np.arange(count)
    return numbers[(numbers % 1000 >= 500) & (numbers % 1000 < 510)]
