"""A histogram for one event loop.

`prometheus_client`'s takes a lock for each of three numbers and looks through the buckets one by
one, which for the six stages of an image adds up to more than everything else that is counted.
"""

import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import inf

from prometheus_client import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar


class LoopSeries:
    """One series; observed and collected on one event loop.

    Args:
        bounds: upper bounds of the buckets, ascending, the last one infinite.
    """

    __slots__ = ("_bounds", "_counts", "_exemplars", "_sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * len(bounds)
        self._exemplars: list[Exemplar | None] = [None] * len(bounds)
        self._sum = 0.0

    def observe(self, value: float, exemplar: dict[str, str] | None = None) -> None:
        """Counts a value.

        Args:
            value: what was observed.
            exemplar: labels that name the trace that recorded it; None if none did.
        """
        bucket = bisect_left(self._bounds, value)
        self._counts[bucket] += 1
        self._sum += value
        if exemplar is not None:
            self._exemplars[bucket] = Exemplar(exemplar, value, time.time())

    def add_to(self, metric: Metric, name: str, labels: dict[str, str]) -> None:
        """Adds its samples to those of a metric."""
        total = 0
        for bound, count, exemplar in zip(self._bounds, self._counts, self._exemplars, strict=True):
            total += count
            le = {"le": "+Inf" if bound == inf else repr(float(bound))}
            metric.add_sample(f"{name}_bucket", labels | le, total, exemplar=exemplar)
        metric.add_sample(f"{name}_count", labels, total)
        metric.add_sample(f"{name}_sum", labels, self._sum)


class LoopHistogram(Collector):
    """A histogram with one label, every value of which has its series from the start.

    Args:
        name: `ocelli_…_seconds`.
        about: what it measures, for people.
        label: name of the label.
        values: of the label.
        buckets: upper bounds, ascending; an infinite one is added.
    """

    def __init__(
        self, name: str, about: str, *, label: str, values: Iterable[str], buckets: Sequence[float]
    ) -> None:
        self._name = name
        self._about = about
        self._label = label
        bounds = (*buckets, inf)
        self.series = {value: LoopSeries(bounds) for value in values}

    def collect(self) -> Iterator[Metric]:
        """The metric, now."""
        metric = Metric(self._name, self._about, "histogram")
        for value, series in self.series.items():
            series.add_to(metric, self._name, {self._label: value})
        yield metric
