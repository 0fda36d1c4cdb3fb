"""What may be chosen about how a cluster keeps collections."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchTuning:
    """How collections are kept; shards and replicas are those of collections made from now on.

    Attributes:
        shards: parts that a collection is split into.
        replicas: further copies of each part, on other nodes.
        min_copies: copies of a part that must be up for a write to be taken.
        refresh: how a write becomes visible before it is acknowledged: `true` at once, `wait_for`
            with the next refresh of its own, which costs less and takes longer.
        refresh_interval_s: how often `wait_for` refreshes.
    """

    shards: int = 1
    replicas: int = 1
    min_copies: int = 1
    refresh: Literal["true", "wait_for"] = "true"
    refresh_interval_s: float = 1.0
