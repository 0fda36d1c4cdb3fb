"""The autoscaler decides as Kubernetes documents it."""

from dataclasses import replace

import pytest

from deploy.autoscaling.autoscaler import Autoscaler
from deploy.autoscaling.numbers import Numbers

NUMBERS = Numbers(
    min_replicas=2,
    max_replicas=20,
    target=8,
    scrape_s=5,
    up_percent=100,
    up_pods=4,
    up_period_s=15,
    down_percent=50,
    down_period_s=60,
    down_stabilization_s=300,
    drain_s=5,
    images_per_s=20,
    start_s=10,
)


@pytest.mark.parametrize(
    ("replicas", "total", "wanted"),
    [
        (4, 4 * 16, 8),  # "if the current metric value is 200m, and the desired 100m, doubled"
        (4, 4 * 8.7, 4),  # within the tolerance of a tenth
        (4, 4 * 9, 5),  # beyond it, rounded up
        (4, 1000, 8),  # no more than 100 % or 4 in a period
        (2, 1000, 6),
        (20, 10000, 20),
    ],
)
def test_it_grows_with_the_metric(replicas: int, total: float, wanted: int) -> None:
    assert Autoscaler(NUMBERS, 8).decide(0, replicas, total, replicas) == wanted


def test_what_starts_counts_so_that_nobody_is_started_twice() -> None:
    autoscaler = Autoscaler(NUMBERS, 8)
    assert autoscaler.decide(0, 2, 40, 2) == 5
    assert autoscaler.decide(15, 5, 40, 2) == 5


def test_growth_is_limited_per_period() -> None:
    autoscaler = Autoscaler(replace(NUMBERS, up_period_s=60), 8)
    assert autoscaler.decide(0, 2, 1000, 2) == 6
    assert autoscaler.decide(15, 6, 1000, 6) == 6
    assert autoscaler.decide(60, 6, 1000, 6) == 12


def test_it_shrinks_once_the_need_is_old_and_by_half_at_most() -> None:
    autoscaler = Autoscaler(NUMBERS, 8)
    assert autoscaler.decide(0, 10, 80, 10) == 10
    assert autoscaler.decide(300, 10, 0, 10) == 10
    assert autoscaler.decide(315, 10, 0, 10) == 5
    assert autoscaler.decide(330, 5, 0, 5) == 5
    assert autoscaler.decide(375, 5, 0, 5) == 3
    assert autoscaler.decide(435, 3, 0, 3) == 2


def test_without_a_metric_nothing_changes() -> None:
    assert Autoscaler(NUMBERS, 8).decide(0, 3, 0, 0) == 3
