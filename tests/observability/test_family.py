"""Metrics as text."""

import msgspec
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from ocelli.edge.observability.family import Family, counted, render
from ocelli.edge.observability.live import LiveGauges


def test_what_is_rendered_reads_back() -> None:
    registry = CollectorRegistry()
    Counter("seen", "About.", ["kind"], registry=registry).labels('a"b\\').inc(2)
    live = LiveGauges()
    live.add("held", "About.", lambda: 7)
    live.add("ready", "About.", lambda: {"x": True, "y": False}, label="model")
    text = render([*counted(registry), *live.families()]).decode()
    found = [s for family in text_string_to_metric_families(text) for s in family.samples]
    assert [(s.name, s.labels, s.value) for s in found] == [
        ("seen_total", {"kind": 'a"b\\'}, 2.0),
        ("held", {}, 7.0),
        ("ready", {"model": "x"}, 1.0),
        ("ready", {"model": "y"}, 0.0),
    ]


def test_exemplars_reach_openmetrics_also_from_another_process() -> None:
    registry = CollectorRegistry()
    seconds = Histogram("took_seconds", "About.", buckets=(1, 2), registry=registry)
    seconds.observe(1.5, {"trace_id": "ab" * 16})
    Counter("seen", "About.", registry=registry).inc()
    sent = msgspec.json.encode(counted(registry))
    families = msgspec.json.decode(sent, type=list[Family])
    text = render(families, openmetrics=True).decode()
    samples = [s for family in openmetrics_families(text) for s in family.samples]
    traced = [(s.labels["le"], s.exemplar) for s in samples if s.exemplar]
    assert [(le, e.labels, e.value) for le, e in traced] == [("2.0", {"trace_id": "ab" * 16}, 1.5)]
    assert "trace_id" not in render(families).decode()
