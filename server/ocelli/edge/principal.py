"""Who calls, what that caller may do, and how much of the edge it may have."""

from dataclasses import dataclass, field
from enum import StrEnum

from ocelli.edge.access.patterns import matches


class Priority(StrEnum):
    """What is served first when not everything can be."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one principal may use of an edge; None: as much as there is.

    Attributes:
        calls_per_s: rpcs; a burst of one second's worth passes at once.
        images_per_s: images and frames, likewise.
        max_inflight_bytes: of requests and frames that are being served.
        max_open_streams: streams, of frames and of answers.
        max_collections: collections whose names its patterns match.
        max_points: points in them.
    """

    calls_per_s: float | None = None
    images_per_s: float | None = None
    max_inflight_bytes: int | None = None
    max_open_streams: int | None = None
    max_collections: int | None = None
    max_points: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller, as its key, token or certificate shows it.

    Attributes:
        name: for logs, metrics and quotas; empty for one who showed nothing, where that is allowed.
        scopes: `service:verb` patterns, `search:read`, `detect:*`, `*`.
        collections: patterns of the names that it may touch; `team-a-*`, `*`.
        models: patterns of the models that it may use.
        weight: share of contended work relative to others'.
        priority: the highest that its calls may ask for.
        limits: what it may use.
    """

    name: str = ""
    scopes: frozenset[str] = frozenset({"*"})
    collections: tuple[str, ...] = ("*",)
    models: tuple[str, ...] = ("*",)
    weight: float = 1.0
    priority: Priority = Priority.INTERACTIVE
    limits: Limits = field(default_factory=Limits)

    def has_scope(self, scope: str) -> bool:
        """Whether it may do what needs a scope, `search:read`."""
        service, _, verb = scope.partition(":")
        return not self.scopes.isdisjoint((scope, "*", f"{service}:*", f"*:{verb}"))

    def may_use_collection(self, name: str) -> bool:
        """Whether it may touch a collection, or an alias, of this name."""
        return matches(self.collections, name)

    def may_use_model(self, name: str) -> bool:
        """Whether it may use a model of this name."""
        return matches(self.models, name)


ANYONE = Principal()
"""Who calls where nobody has to show who they are."""
