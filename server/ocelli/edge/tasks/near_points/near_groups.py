"""Groups of ids that are near to each other, each to another one of its group (union-find)."""

import math
from array import array
from collections.abc import Iterator

from ocelli.edge.index.schema import Metric


class NearGroups:
    """Joins ids to groups; some 200 bytes for each that is near to another.

    Args:
        metric: which of two scores is the nearer one.
    """

    def __init__(self, metric: Metric) -> None:
        self._lower_is_nearer = metric is Metric.EUCLID
        self._numbers: dict[str, int] = {}
        self._parents = array("I")
        self._scores = array("f")
        self._sizes = array("I")

    def __len__(self) -> int:
        """How many ids are in groups."""
        return len(self._numbers)

    def join(self, one: str, other: str, score: float) -> None:
        """Puts two ids, of which it is known how near they are, in one group."""
        roots = [self._root(self._number(id_, score)) for id_ in (one, other)]
        small, large = sorted(roots, key=self._sizes.__getitem__)
        if small != large:
            self._parents[small] = large
            self._sizes[large] += self._sizes[small]

    def score(self, id_: str) -> float:
        """That of the nearest other id."""
        return self._scores[self._numbers[id_]]

    def largest_first(self) -> Iterator[list[str]]:
        """The ids of each group, ascending; of groups of one size, that of the first id first."""
        members: dict[int, list[str]] = {}
        for id_, number in self._numbers.items():
            members.setdefault(self._root(number), []).append(id_)
        for ids in members.values():
            ids.sort()
        yield from sorted(members.values(), key=lambda ids: (-len(ids), ids[0]))

    def _number(self, id_: str, score: float) -> int:
        number = self._numbers.setdefault(id_, len(self._numbers))
        if number == len(self._parents):
            self._parents.append(number)
            self._sizes.append(1)
            self._scores.append(math.inf if self._lower_is_nearer else -math.inf)
        nearer = min if self._lower_is_nearer else max
        self._scores[number] = nearer(self._scores[number], score)
        return number

    def _root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number
