"""Names of indexes and aliases in the cluster.

A collection `c` of prefix `p` is the index `p.c`; OpenSearch itself sees to it that no other index
or alias has that name, so that of two edges that create it one fails. An alias `a` of users' is the
alias `p.a` of that index. Calls address what they were checked against: `p.c.GENERATION.REVISION`,
an alias that is there for as long as the collection is that one and has that schema, and
`p.a.GENERATION`, there for as long as the alias points to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ocelli.edge.index.port import CollectionState

_COLLECTION = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Names:
    """The names under one prefix."""

    prefix: str

    @property
    def pattern(self) -> str:
        """Matches the name of every index."""
        return f"{self.prefix}.*"

    def index(self, name: str) -> str | None:
        """Where a collection or an alias of this name is; None if none can have it."""
        return f"{self.prefix}.{name}" if _COLLECTION.fullmatch(name) else None

    def state(self, name: str, generation: str, revision: int) -> str:
        """The alias of a collection in one state."""
        return f"{self.prefix}.{name}.{generation}.{revision}"

    def unchanging(self, name: str, generation: str) -> str:
        """The alias that is there while no edge writes the collection's description down."""
        return f"{self.prefix}.{name}.{generation}.unchanging"

    def target(self, within: CollectionState) -> str:
        """Where calls that were checked against a state go."""
        return self.state(within.collection.name, within.generation, within.revision)

    def pointer(self, alias: str, generation: str) -> str:
        """The alias that is there while `alias` points to a generation."""
        return f"{self.prefix}.{alias}.{generation}"

    def revision(self, aliases: Iterable[str], name: str, generation: str) -> int:
        """The newest revision that an index's aliases name; 0 if none does."""
        head = f"{self.prefix}.{name}.{generation}."
        found = (alias.removeprefix(head) for alias in aliases if alias.startswith(head))
        return max((int(number) for number in found if number.isdecimal()), default=0)

    def collection_of(self, index: str) -> str:
        """The name of an index's collection, or of an alias of users'."""
        return index.removeprefix(f"{self.prefix}.")

    def is_users(self, alias: str) -> bool:
        """Whether this is an alias `p.a`."""
        return "." not in self.collection_of(alias)
