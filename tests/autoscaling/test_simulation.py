"""Bursts on the chart's own numbers."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.autoscaling.__main__ import CALLS_PER_S, at_once, steady, table
from deploy.autoscaling.numbers import Numbers, read_numbers
from deploy.autoscaling.simulation import simulate

ROOT = Path(__file__).parents[2]
VALUES = ROOT / "deploy" / "helm" / "ocelli" / "values.yaml"


@pytest.fixture
def numbers() -> Numbers:
    return read_numbers(VALUES, images_per_s=20, start_s=12.5)


def test_every_call_is_answered_or_refused(numbers: Numbers) -> None:
    arrivals = steady(CALLS_PER_S, 60)
    outcome = simulate(numbers, "images", arrivals, watched_s=120)
    times = sorted([at for at, _ in outcome.latencies] + outcome.refused)
    assert times == arrivals
    assert outcome.refused
    assert all(took <= numbers.max_wait_s + 1 / 20 + 1e-9 for _, took in outcome.latencies)


def test_what_the_fewest_can_answer_needs_no_more(numbers: Numbers) -> None:
    outcome = simulate(numbers, "images", steady(30, 120), watched_s=240)
    assert not outcome.refused
    assert {count for _, count in outcome.replicas} == {numbers.min_replicas}
    assert outcome.p95_s(0, 120) == pytest.approx(1 / 20)


def test_without_scaling_what_is_too_much_is_refused_for_ever(numbers: Numbers) -> None:
    outcome = simulate(numbers, "none", steady(100, 120), watched_s=120)
    assert outcome.answered(60, 120) == pytest.approx(2 * 20 / 100, abs=0.01)


def test_images_under_way_bring_replicas_sooner_than_cpu(numbers: Numbers) -> None:
    arrivals = steady(CALLS_PER_S, 300)
    images, cpu = (
        simulate(numbers, signal, arrivals, watched_s=900) for signal in ("images", "cpu")
    )
    assert images.replicas_at(30) >= 2 * cpu.replicas_at(30)
    assert images.answered(0, 60) > cpu.answered(0, 60) + 0.2
    assert images.answered(60, 300) == 1
    assert images.replicas_at(900) == numbers.min_replicas


def test_a_replica_that_starts_slowly_costs_calls(numbers: Numbers) -> None:
    arrivals = steady(CALLS_PER_S, 120)
    slow = simulate(replace(numbers, start_s=60), "images", arrivals, watched_s=120)
    quick = simulate(numbers, "images", arrivals, watched_s=120)
    assert len(slow.refused) > 2 * len(quick.refused)


def test_a_hundred_calls_at_once_are_over_before_any_autoscaler_looks(numbers: Numbers) -> None:
    assert at_once(100) == pytest.approx(2.5)
    assert at_once(100) < numbers.sync_s


def test_the_documents_have_the_table() -> None:
    assert "\n".join(table()) in (ROOT / "docs" / "deploy.md").read_text()
