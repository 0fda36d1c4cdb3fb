"""Whose work it is, where work waits."""

from collections.abc import Hashable
from dataclasses import dataclass

from ocelli.edge.principal import Priority


@dataclass(frozen=True, slots=True)
class Flow:
    """Work that takes its turns together.

    Attributes:
        owner: who has a share: a principal's name or, for callers who have none, what `part` is
            otherwise.
        part: which of the owner's: the connection of a unary call, the stream of a frame. An
            owner's parts divide its share evenly.
        weight: the owner's share relative to others'.
        priority: batch work has its turn while no interactive work waits.
    """

    owner: Hashable
    part: Hashable = None
    weight: float = 1.0
    priority: Priority = Priority.INTERACTIVE

    @property
    def is_batch(self) -> bool:
        """Whether it only fills what interactive work leaves."""
        return self.priority is Priority.BATCH
