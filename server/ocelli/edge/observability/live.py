"""Values that are read off living objects when somebody asks, so that they cost nothing else."""

from collections.abc import Callable, Mapping

from ocelli.edge.observability.family import Family, Sample

Read = Callable[[], float | Mapping[str, float]]


class LiveGauges:
    """Gauges that are read at every scrape, on the event loop."""

    def __init__(self) -> None:
        self._gauges: list[tuple[str, str, Read, str, bool]] = []

    def add(
        self, name: str, about: str, read: Read, *, label: str = "", least: bool = False
    ) -> None:
        """Adds a gauge.

        Args:
            name: `ocelli_…`.
            about: what it tells, for people.
            read: its value now; with `label`, the values by that label's value. Must be quick.
            label: name of its one label, whose values must be bounded; none if empty.
            least: the least of several workers' values holds for all of them, as for a state that
                each of them sees for itself; otherwise values add up.
        """
        self._gauges.append((name, about, read, label, least))

    def families(self) -> list[Family]:
        """All of them, read now."""
        return [
            Family(name, about, "gauge", _samples(name, read(), label), least)
            for name, about, read, label, least in self._gauges
        ]


def _samples(name: str, value: float | Mapping[str, float], label: str) -> list[Sample]:
    if isinstance(value, Mapping):
        return [Sample(name, {label: key}, float(number)) for key, number in value.items()]
    return [Sample(name, {}, float(value))]
