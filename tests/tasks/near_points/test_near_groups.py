"""Groups of what is near to each other."""

from ocelli.edge.index.schema import Metric
from ocelli.edge.tasks.near_points.near_groups import NearGroups


def test_what_is_near_to_a_group_belongs_to_it():
    groups = NearGroups(Metric.COSINE)
    for one, other in (("a", "b"), ("d", "c"), ("y", "x"), ("b", "c"), ("c", "b"), ("e", "e2")):
        groups.join(one, other, 0.9)
    assert list(groups.largest_first()) == [["a", "b", "c", "d"], ["e", "e2"], ["x", "y"]]
    assert len(groups) == 8


def test_the_score_is_that_of_the_nearest():
    for metric, nearest in ((Metric.DOT, 0.75), (Metric.EUCLID, 0.25)):
        groups = NearGroups(metric)
        for other, score in (("b", 0.5), ("c", 0.75), ("d", 0.25)):
            groups.join("a", other, score)
        assert groups.score("a") == nearest
        assert groups.score("b") == 0.5


def test_a_chain_is_one_group():
    groups = NearGroups(Metric.COSINE)
    for number in range(20_000):
        groups.join(f"{number:05}", f"{number + 1:05}", 1.0)
    (only,) = groups.largest_first()
    assert (len(only), only[0]) == (20_001, "00000")
