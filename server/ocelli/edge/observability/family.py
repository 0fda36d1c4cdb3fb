"""Metrics as plain data: as they travel between processes, are merged, and become text."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec
from prometheus_client import CollectorRegistry, Metric, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


Aggregate: TypeAlias = Literal["sum", "min"]
"""What several processes' values amount to: their sum, or the least of them."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One number.

    Attributes:
        name: the family's, with a suffix such as `_total` or `_bucket`.
        labels: label name → value.
        value: the number.
    """

    name: str
    labels: dict[str, str]
    value: float


class Family(msgspec.Struct, frozen=True, array_like=True):
    """A metric and its samples.

    Attributes:
        name: without suffix.
        about: what it measures, for people.
        kind: counter, gauge or histogram.
        samples: its numbers.
        aggregate: how several processes' values become one.
    """

    name: str
    about: str
    kind: str
    samples: list[Sample]
    aggregate: Aggregate = "sum"


def counted(registry: CollectorRegistry) -> list[Family]:
    """What a registry has counted so far, without the times at which it began to."""
    return [
        Family(
            metric.name,
            metric.documentation,
            metric.type,
            [
                Sample(sample.name, sample.labels, sample.value)
                for sample in metric.samples
                if not sample.name.endswith("_created")
            ],
        )
        for metric in registry.collect()
    ]


def render(families: Iterable[Family]) -> bytes:
    """The families in Prometheus' text exposition format, version 0.0.4."""
    return generate_latest(_Collected(families))


class _Collected(CollectorRegistry):
    """Lets `generate_latest` write what it did not collect itself."""

    def __init__(self, families: Iterable[Family]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            metric = Metric(family.name, family.about, family.kind)
            for sample in family.samples:
                metric.add_sample(sample.name, sample.labels, sample.value)
            yield metric
