"""Percentiles in little memory, against numpy's of all values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.client.histogram import Histogram

durations_s = st.floats(1e-6, 80_000, allow_nan=False)


@given(
    st.lists(durations_s, min_size=1, max_size=300),
    st.lists(st.floats(0, 100), min_size=1, max_size=5),
)
def test_percentiles_are_numpys_within_half_a_percent(
    values: list[float], percents: list[float]
) -> None:
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    expected = np.percentile(values, percents, method="inverted_cdf")
    assert histogram.percentiles_s(percents) == pytest.approx(list(expected), rel=0.0051)
    assert histogram.count == len(values)
    assert histogram.mean_s == pytest.approx(np.mean(values))
    assert histogram.max_s == max(values)


def test_nothing_counted_is_not_a_number() -> None:
    assert math.isnan(Histogram().mean_s)
    assert all(math.isnan(value) for value in Histogram().percentiles_s((50, 99)))


def test_what_is_out_of_range_counts_as_the_limit() -> None:
    histogram = Histogram()
    histogram.add(0)
    histogram.add(1e9)
    low, high = histogram.percentiles_s((0, 100))
    assert low == pytest.approx(1e-6, rel=0.01)
    assert high == pytest.approx(86_400, rel=0.01)
