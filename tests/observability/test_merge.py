"""The metrics of several processes as those of one."""

from ocelli.edge.observability.family import Aggregate, Exemplar, Family, Sample
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


def test_what_all_see_alike_takes_its_maximum() -> None:
    parts = [[gauge("points", 5, aggregate="max")], [gauge("points", 3, aggregate="max")]]
    assert merge(parts)[0].samples[0].value == 5


def test_the_latest_exemplar_stays() -> None:
    def bucket(unix_s: float | None) -> list[Family]:
        exemplar = None if unix_s is None else Exemplar({"trace_id": str(unix_s)}, 0.1, unix_s)
        return [Family("h", "about", "histogram", [Sample("h_bucket", {}, 1, exemplar)])]

    (merged,) = merge([bucket(2.0), bucket(3.0), bucket(None), bucket(1.0)])
    assert merged.samples[0].value == 4
    assert merged.samples[0].exemplar == Exemplar({"trace_id": "3.0"}, 0.1, 3.0)
