"""The metrics of several processes as those of one."""

from ocelli.edge.observability.family import Aggregate, Family, Sample
from ocelli.edge.observability.merge import merge, without_gauges


def gauge(name: str, amount: float, *, aggregate: Aggregate = "sum") -> Family:
    return Family(name, "about", "gauge", [Sample(name, {}, amount)], aggregate)


def counter(amount: float, **labels: str) -> Family:
    return Family("c", "about", "counter", [Sample("c_total", labels, amount)])


def test_counters_add_up_per_label_and_states_take_their_minimum() -> None:
    one = [counter(2, code="OK"), gauge("bytes", 5), gauge("ready", 1, aggregate="min")]
    two = [counter(3, code="OK"), gauge("bytes", 7), gauge("ready", 0, aggregate="min")]
    three = [counter(4, code="INTERNAL")]
    merged = {family.name: family for family in merge([one, two, three])}
    assert {s.labels["code"]: s.value for s in merged["c"].samples} == {"OK": 5, "INTERNAL": 4}
    assert merged["bytes"].samples[0].value == 12
    assert merged["ready"].samples[0].value == 0
    assert merged["ready"].aggregate == "min"


def test_only_counts_outlast_their_process() -> None:
    assert [family.name for family in without_gauges([counter(1), gauge("bytes", 5)])] == ["c"]
