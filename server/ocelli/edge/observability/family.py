"""Metrics as plain data: as they travel between processes, are merged, and become text."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.samples import Exemplar as ClientExemplar

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Aggregate: TypeAlias = Literal["sum", "min", "max"]
"""What several processes' values amount to: their sum, or the least or largest of them."""


class Exemplar(msgspec.Struct, frozen=True, array_like=True):
    """One observation of those that a bucket has counted.

    Attributes:
        labels: `trace_id`, of the trace that recorded it.
        value: what was observed.
        unix_s: when.
    """

    labels: dict[str, str]
    value: float
    unix_s: float


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """One number.

    Attributes:
        name: the family's, with a suffix such as `_total` or `_bucket`.
        labels: label name → value.
        value: the number.
        exemplar: of a bucket; None if no observation in it was traced.
    """

    name: str
    labels: dict[str, str]
    value: float
    exemplar: Exemplar | None = None


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
                Sample(sample.name, sample.labels, sample.value, _kept(sample.exemplar))
                for sample in metric.samples
                if not sample.name.endswith("_created")
            ],
        )
        for metric in registry.collect()
    ]


def render(families: Iterable[Family], *, openmetrics: bool = False) -> bytes:
    """The families in Prometheus' text exposition format, version 0.0.4.

    Args:
        families: what to write.
        openmetrics: in OpenMetrics 1.0 instead, which has exemplars.
    """
    write = generate_openmetrics if openmetrics else generate_latest
    return write(_Collected(families))


def _kept(exemplar: ClientExemplar | None) -> Exemplar | None:
    if exemplar is None:
        return None
    return Exemplar(dict(exemplar.labels), exemplar.value, float(exemplar.timestamp or 0.0))


def _given(exemplar: Exemplar | None) -> ClientExemplar | None:
    if exemplar is None:
        return None
    return ClientExemplar(exemplar.labels, exemplar.value, exemplar.unix_s)


class _Collected(CollectorRegistry):
    """Lets `generate_latest` write what it did not collect itself."""

    def __init__(self, families: Iterable[Family]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            metric = Metric(family.name, family.about, family.kind)
            for sample in family.samples:
                exemplar = _given(sample.exemplar)
                metric.add_sample(sample.name, sample.labels, sample.value, exemplar=exemplar)
            yield metric
