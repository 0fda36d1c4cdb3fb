"""Compares all pairs of points, as products of matrices. For a process of its own.

It needs 4 bytes for each value of a vector, some 20 MB beside that, and on one core some 10 ns for
each pair of vectors of 512 values.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Positions = NDArray[np.intp]

_COLUMNS = 4096
_STRIP_ROWS = 128
_PAIRS_AT_ONCE = 65_536
_DISTANCES_AT_ONCE = 4096
_ROUNDING = 1e-5
"""Error of a squared distance that comes of products, as a share of the squared lengths."""


class PairMatrix:
    """Groups of points that are near to each other, each to another one of its group.

    Args:
        dimension: length of the vectors.
        capacity: most points there will be.
        threshold: worst score of two points that are near.
        is_distance: whether scores are Euclidean distances, of which lower ones are nearer, and not
            products of vectors.
    """

    def __init__(
        self, dimension: int, capacity: int, threshold: float, *, is_distance: bool
    ) -> None:
        self._vectors: Floats = np.empty((capacity, dimension), np.float32)
        self._squares: Floats = np.empty(capacity, np.float32)
        self._products: Floats = np.empty(0, np.float32)
        self._origin: Floats | None = None
        self._threshold = np.float32(threshold)
        self._is_distance = is_distance
        self._count = 0
        self._labels: Numbers = np.arange(capacity, dtype=np.int32)
        self._scores: Floats = np.full(capacity, np.inf if is_distance else -np.inf, np.float32)

    @property
    def labels(self) -> Numbers:
        """int32 [N]: equal for points of one group."""
        return self._labels[: self._count]

    @property
    def scores(self) -> Floats:
        """float32 [N]: score of each point and the nearest other one that is near to it.

        Infinite where there is none.
        """
        return self._scores[: self._count]

    def add(self, vectors: Floats) -> None:
        """Compares points with each other and with all that came before.

        Args:
            vectors: float32 [N, D]; those beyond the capacity are passed over.
        """
        first = self._count
        vectors = vectors[: len(self._vectors) - first]
        last = self._count = first + len(vectors)
        if first == last or (self._is_distance and self._threshold < 0):
            return
        if self._is_distance:
            if self._origin is None:  # distances do not depend on it, and their rounding does
                self._origin = vectors.mean(axis=0)
            vectors = vectors - self._origin
            self._squares[first:last] = np.einsum("nd,nd->n", vectors, vectors)
        self._vectors[first:last] = vectors
        for start in range(0, last, _COLUMNS):
            self._compare(first, last, start, min(start + _COLUMNS, last))

    def _compare(self, first: int, last: int, start: int, stop: int) -> None:
        """Points `first` to `last` with points `start` to `stop`, ends excluded."""
        near = self._nearness(first, last, start, stop)
        rows = np.arange(max(first, start), min(last, stop))
        near[rows - first, rows - start] = -np.inf  # with themselves
        slack = self._slack(first, last, start, stop)
        bound = -self._threshold * self._threshold - slack if self._is_distance else self._threshold
        if near.max() < bound:
            return
        for top in range(0, last - first, _STRIP_ROWS):
            strip = near[top : top + _STRIP_ROWS]
            row, column = np.nonzero(strip >= bound)
            ones, others, scores = row + (first + top), column + start, strip[row, column]
            if self._is_distance:
                ones, others = self._measure(ones, others, -scores, slack)
            elif len(ones):
                for ends in (ones, others):
                    np.maximum.at(self._scores, ends, scores)
            self._join(ones, others)

    def _nearness(self, first: int, last: int, start: int, stop: int) -> Floats:
        """float32 [last - first, stop - start]: products, or negative squared distances."""
        shape = last - first, stop - start
        size = shape[0] * shape[1]
        if len(self._products) < size:
            self._products = np.empty(size, np.float32)
        near = self._products[:size].reshape(shape)
        np.matmul(self._vectors[first:last], self._vectors[start:stop].T, out=near)
        if self._is_distance:
            near *= 2
            near -= self._squares[first:last, None]
            near -= self._squares[None, start:stop]
        return near

    def _slack(self, first: int, last: int, start: int, stop: int) -> np.float32:
        rows, columns = self._squares[first:last], self._squares[start:stop]
        return np.float32(_ROUNDING * (rows.max() + columns.max()) if self._is_distance else 0.0)

    def _measure(
        self, ones: Positions, others: Positions, squares: Floats, slack: np.float32
    ) -> tuple[Positions, Positions]:
        """Those of the pairs that are near, measured where the products leave a doubt.

        Args:
            ones: int [P].
            others: int [P], the other ends.
            squares: float32 [P], squared distances, right but for `slack`.
            slack: how wrong they are at most.
        """
        best = np.maximum(self._scores[ones], self._scores[others])
        doubtful = squares > self._threshold * self._threshold - slack
        measured = np.flatnonzero(doubtful | (squares - slack < best * best))
        near = ~doubtful
        for at in range(0, len(measured), _DISTANCES_AT_ONCE):
            some = measured[at : at + _DISTANCES_AT_ONCE]
            between = self._vectors[ones[some]] - self._vectors[others[some]]
            scores = np.sqrt(np.einsum("pd,pd->p", between, between))
            near[some] = is_near = scores <= self._threshold
            for ends in (ones[some], others[some]):
                np.minimum.at(self._scores, ends[is_near], scores[is_near])
        return ones[near], others[near]

    def _join(self, ones: Positions, others: Positions) -> None:
        for at in range(0, len(ones), _PAIRS_AT_ONCE):
            left = self._labels[ones[at : at + _PAIRS_AT_ONCE]].astype(np.int64)
            right = self._labels[others[at : at + _PAIRS_AT_ONCE]]
            apart = left != right
            if apart.any():
                self._merge(np.unique(left[apart] * len(self._labels) + right[apart]))

    def _merge(self, pairs: NDArray[np.int64]) -> None:
        """Makes groups one, each pair being one label times the capacity and another one."""
        parents = np.arange(len(self._labels), dtype=np.int32)
        found: dict[int, int] = {}

        def root(label: int) -> int:
            while (above := found.get(label, label)) != label:
                found[label] = found.get(above, above)
                label = above
            return label

        for one, other in zip(*np.divmod(pairs, len(self._labels)), strict=True):
            lower, higher = sorted((root(int(one)), root(int(other))))
            found[higher] = lower
        for label in found:
            parents[label] = root(label)
        self._labels = parents[self._labels]
