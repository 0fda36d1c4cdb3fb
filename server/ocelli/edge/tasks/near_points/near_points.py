"""What every way of finding near points has."""

from collections.abc import Iterator
from typing import Protocol

from ocelli.edge.index.points import Record


class Groups(Protocol):
    """Groups of ids that are near to each other, each to another one of its group."""

    def score(self, id_: str) -> float:
        """That of the nearest other id."""
        ...

    def largest_first(self) -> Iterator[list[str]]:
        """The ids of each group, ascending; of groups of one size, that of the first id first."""
        ...


class NearPoints(Protocol):
    """Takes the points of a collection and finds those that are near to each other.

    Attributes:
        most_at_once: points to add in one go, at most.
    """

    most_at_once: int

    async def add(self, records: list[Record]) -> None:
        """Takes some points, with their vectors.

        Raises:
            OcelliError: ANSWER_TOO_LARGE, DEADLINE_EXCEEDED, INTERNAL or any of the index reasons.
        """
        ...

    async def groups(self) -> Groups:
        """What was found, once all points were added. Raises as `add`."""
        ...
