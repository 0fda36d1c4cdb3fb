"""The histogram of one event loop, against prometheus_client's."""

from prometheus_client import CollectorRegistry, Histogram

from ocelli.edge.observability.family import counted, render
from ocelli.edge.observability.loop_histogram import LoopHistogram

BUCKETS = (0.001, 0.5, 1.0, 30.0)
VALUES = (0, 0.001, 0.0011, 0.5, 0.7, 30, 31)


def test_it_is_collected_as_prometheus_clients_own() -> None:
    theirs, ours = CollectorRegistry(), CollectorRegistry()
    their_histogram = Histogram("h", "About.", ["stage"], buckets=BUCKETS, registry=theirs)
    our_histogram = LoopHistogram("h", "About.", label="stage", values=("a", "b"), buckets=BUCKETS)
    ours.register(our_histogram)
    their_histogram.labels("b")
    for value in VALUES:
        their_histogram.labels("a").observe(value)
        our_histogram.series["a"].observe(value)
    assert sorted(render(counted(ours)).splitlines()) == sorted(
        render(counted(theirs)).splitlines()
    )


def test_the_last_traced_observation_of_a_bucket_is_its_exemplar() -> None:
    registry = CollectorRegistry()
    histogram = LoopHistogram("h", "About.", label="stage", values=("a",), buckets=BUCKETS)
    registry.register(histogram)
    for value, trace in ((0.6, "1"), (0.7, "2"), (0.8, None)):
        histogram.series["a"].observe(value, {"trace_id": trace} if trace else None)
    samples = [sample for family in counted(registry) for sample in family.samples]
    (found,) = (sample for sample in samples if sample.exemplar)
    assert found.labels["le"] == "1.0"
    assert found.exemplar is not None
    assert (found.exemplar.labels, found.exemplar.value) == ({"trace_id": "2"}, 0.7)
