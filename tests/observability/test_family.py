"""Metrics as text."""

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families

from ocelli.edge.observability.family import counted, render
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
