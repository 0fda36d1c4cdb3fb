"""What others made and a build uses."""

from typing import NamedTuple


class Component(NamedTuple):
    """A package, module, artifact or crate.

    Attributes:
        name: as its registry has it.
        version: likewise.
        licence: as it states it, an SPDX expression or words; empty if it states none.
    """

    name: str
    version: str
    licence: str


class Survey(NamedTuple):
    """The components of one language.

    Attributes:
        components: what is listed, sorted.
        unlisted: what is held against the allowed licences only: no lock file fixes their versions,
            so that another day has others.
        faults: a line for everything that hinders a check.
    """

    components: list[Component]
    unlisted: list[Component]
    faults: list[str]

    @classmethod
    def of(
        cls,
        components: "set[Component]",
        unlisted: "set[Component] | None" = None,
        faults: "list[str] | None" = None,
    ) -> "Survey":
        """Sorted, by name as people look it up."""
        return cls(_sorted(components), _sorted(unlisted or set()), faults or [])


def _sorted(components: set[Component]) -> list[Component]:
    return sorted(components, key=lambda one: (one.name.lower(), one.version))
