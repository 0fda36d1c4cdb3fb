"""Values that are read off living objects when somebody asks, so that they cost nothing else."""

from collections.abc import Callable, Mapping

from ocelli.edge.observability.family import Aggregate, Family, Sample

Read = Callable[[], float | Mapping[str, float]]


class LiveGauges:
    """Gauges that are read at every scrape, on the event loop."""

    def __init__(self) -> None:
        self._gauges: list[tuple[str, str, Read, str, Aggregate]] = []

    def add(
        self,
        name: str,
        about: str,
        read: Read,
        *,
        label: str = "",
        aggregate: Aggregate = "sum",
    ) -> None:
        """Adds a gauge.

        Args:
            name: `ocelli_…`.
            about: what it measures, for people.
            read: its value now; with `label`, the values by that label's value. Must be quick.
            label: name of its one label, whose values must be bounded; none if empty.
            aggregate: how several workers' values become one: "sum", or "min" or "max" for a state
                that each of them sees for itself.
        """
        self._gauges.append((name, about, read, label, aggregate))

    def families(self) -> list[Family]:
        """All of them, read now."""
        return [
            Family(name, about, "gauge", _samples(name, read(), label), aggregate)
            for name, about, read, label, aggregate in self._gauges
        ]


def _samples(name: str, value: float | Mapping[str, float], label: str) -> list[Sample]:
    if isinstance(value, Mapping):
        return [Sample(name, {label: key}, float(number)) for key, number in value.items()]
    return [Sample(name, {}, float(value))]
