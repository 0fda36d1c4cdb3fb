"""When requests of an open loop are due."""

from itertools import islice, pairwise, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.client.load.arrivals import poisson, steady

rates = st.floats(0.01, 100_000)


@given(rates, st.integers(1, 500), st.floats(0, 10))
def test_steady_arrivals_do_not_drift(rate: float, number: int, first_s: float) -> None:
    (due_s,) = islice(steady(rate, first_s), number, number + 1)
    assert due_s == pytest.approx(first_s + number / rate)


@given(st.floats(1, 1000), st.integers(1, 64))
def test_lanes_at_a_share_of_the_rate_make_the_whole(rate: float, lanes: int) -> None:
    together = sorted(
        due_s for lane in range(lanes) for due_s in islice(steady(rate / lanes, lane / rate), 4)
    )
    assert together == pytest.approx(list(islice(steady(rate), 4 * lanes)))


@given(st.integers(0, 1000))
def test_random_arrivals_have_the_rate_and_the_spread_of_independent_callers(seed: int) -> None:
    dues_s = list(takewhile(lambda due_s: due_s < 100, poisson(50, seed)))
    assert all(earlier <= later for earlier, later in pairwise(dues_s))
    # Both are Poisson: 5000 ± 71 in all, and a share e^-1 of the gaps is longer than the mean.
    assert len(dues_s) == pytest.approx(5000, abs=6 * 71)
    longer = sum(later - earlier > 1 / 50 for earlier, later in pairwise(dues_s))
    assert longer / len(dues_s) == pytest.approx(0.368, abs=0.05)


def test_the_same_seed_gives_the_same_arrivals() -> None:
    assert list(islice(poisson(3, 7), 20)) == list(islice(poisson(3, 7), 20))
    assert list(islice(poisson(3, 7), 20)) != list(islice(poisson(3, 8), 20))
