"""Percentiles of any number of durations in little memory.

Counts in buckets that grow by a fixed share, after Masson, Rim and Lee, "DDSketch: a fast and
fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

_SMALLEST_S = 1e-6
_LARGEST_S = 86_400.0


class Histogram:
    """Counts durations in seconds, from a microsecond to a day.

    Args:
        error: largest relative error of a percentile.
    """

    def __init__(self, error: float = 0.005) -> None:
        growth = (1 + error) / (1 - error)
        self._per_bucket = 1 / math.log(growth)
        self._middle = 2 / (1 + growth)
        self._counts = [0] * (self._bucket(_LARGEST_S) + 1)
        self.count = 0
        """Durations counted."""
        self.sum_s = 0.0
        """Their sum."""
        self.max_s = 0.0
        """The longest of them."""

    def add(self, duration_s: float) -> None:
        """Counts a duration; a shorter or longer one than can be told counts as the limit."""
        duration_s = min(max(duration_s, _SMALLEST_S), _LARGEST_S)
        self._counts[self._bucket(duration_s)] += 1
        self.count += 1
        self.sum_s += duration_s
        self.max_s = max(self.max_s, duration_s)

    @property
    def mean_s(self) -> float:
        """Mean duration; NaN if there are none."""
        return self.sum_s / self.count if self.count else math.nan

    def percentiles_s(self, percents: Sequence[float]) -> list[float]:
        """Durations that these percents, 0 to 100, of all do not exceed; NaN if there are none."""
        if not self.count:
            return [math.nan] * len(percents)
        reached = list(accumulate(self._counts))
        ranks = (max(1, math.ceil(percent / 100 * self.count)) for percent in percents)
        return [min(self._value_s(bisect_left(reached, rank)), self.max_s) for rank in ranks]

    def _bucket(self, duration_s: float) -> int:
        return math.ceil(math.log(duration_s / _SMALLEST_S) * self._per_bucket)

    def _value_s(self, bucket: int) -> float:
        return _SMALLEST_S * math.exp(bucket / self._per_bucket) * self._middle
