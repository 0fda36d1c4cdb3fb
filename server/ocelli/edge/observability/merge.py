"""The metrics of several processes as those of one."""

import operator
from collections.abc import Callable, Iterable

from ocelli.edge.observability.family import Family, Sample

_Key = tuple[str, tuple[tuple[str, str], ...]]


def merge(parts: Iterable[Iterable[Family]]) -> list[Family]:
    """Adds up what several processes counted; of states, takes the least.

    Families and samples come out in the order in which they were first met.
    """
    merged: dict[str, tuple[Family, dict[_Key, Sample]]] = {}
    for part in parts:
        for family in part:
            _, samples = merged.setdefault(family.name, (family, {}))
            combine: Callable[[float, float], float] = min if family.least else operator.add
            for sample in family.samples:
                key = (sample.name, tuple(sorted(sample.labels.items())))
                known = samples.get(key)
                value = sample.value if known is None else combine(known.value, sample.value)
                samples[key] = Sample(sample.name, sample.labels, value)
    return [
        Family(family.name, family.about, family.kind, list(samples.values()), family.least)
        for family, samples in merged.values()
    ]


def without_gauges(families: Iterable[Family]) -> list[Family]:
    """What remains true when a process is gone: what it counted, not how it was doing.

    Without it a total would fall when a process dies, which reads as a restart of all of them.
    """
    return [family for family in families if family.kind in ("counter", "histogram")]
