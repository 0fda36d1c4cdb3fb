"""Points in batches that memory and one call can hold."""

from collections.abc import Iterable, Iterator

from ocelli.client import Point

LARGEST_BATCH = 1000
_LARGEST_BYTES = 8 * 1024 * 1024


def batch_size(dimension: int) -> int:
    """How many points to have in hand at once, by the length of their vectors."""
    return max(1, min(LARGEST_BATCH, _LARGEST_BYTES // (4 * dimension)))


def batches(points: Iterable[Point], size: int) -> Iterator[list[Point]]:
    """Yields points in lists of `size`, of which the last may be shorter; none is empty."""
    batch: list[Point] = []
    for point in points:
        batch.append(point)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
