"""The metrics of several processes as those of one.

prometheus_client's multiprocess mode is not used: it cannot read gauges off living objects, knows
no worker that does not answer, and needs a file per dead worker until the server ends (and two to
three times the CPU for each increment, for its memory maps).
"""

import operator
from collections.abc import Callable, Iterable

from ocelli.edge.observability.family import Aggregate, Exemplar, Family, Sample

_Key = tuple[str, tuple[tuple[str, str], ...]]

_COMBINE: dict[Aggregate, Callable[[float, float], float]] = {
    "sum": operator.add,
    "min": min,
    "max": max,
}


def merge(parts: Iterable[Iterable[Family]]) -> list[Family]:
    """Aggregates what several processes report, family by family.

    Families and samples come out in the order in which they were first met; of exemplars the latest
    stays.
    """
    merged: dict[str, tuple[Family, dict[_Key, Sample]]] = {}
    for part in parts:
        for family in part:
            _, samples = merged.setdefault(family.name, (family, {}))
            combine = _COMBINE[family.aggregate]
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                known = samples.get(key)
                if known is None:
                    samples[key] = sample
                    continue
                value = combine(known.value, sample.value)
                exemplar = _latest(known.exemplar, sample.exemplar)
                samples[key] = Sample(sample.name, sample.labels, value, exemplar)
    return [
        Family(family.name, family.about, family.kind, list(samples.values()), family.aggregate)
        for family, samples in merged.values()
    ]


def _latest(one: Exemplar | None, other: Exemplar | None) -> Exemplar | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda exemplar: exemplar.unix_s)


def without_gauges(families: Iterable[Family]) -> list[Family]:
    """What remains true when a process is gone: its counters and histograms.

    Without it a total would fall when a process dies, which reads as a restart of all of them.
    """
    return [family for family in families if family.kind in ("counter", "histogram")]
