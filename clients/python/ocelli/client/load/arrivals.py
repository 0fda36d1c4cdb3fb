"""When requests of an open loop are due, in seconds since the beginning of the load."""

import random
from collections.abc import Iterator
from itertools import count


def steady(rate: float, first_s: float = 0.0) -> Iterator[float]:
    """Requests at equal distances.

    Args:
        rate: requests per second.
        first_s: when the first is due.
    """
    # Counted, not added up: sums of rounded steps would drift.
    return (first_s + number / rate for number in count())


def poisson(rate: float, seed: int) -> Iterator[float]:
    """Requests of callers that know nothing of each other; the same ones for the same seed.

    Several of these at rates a, b, … are together one at the rate a + b + ….

    Args:
        rate: mean requests per second.
        seed: of the random numbers.
    """
    random_numbers = random.Random(seed)  # noqa: S311  no secret depends on it
    due_s = 0.0
    while True:
        due_s += random_numbers.expovariate(rate)
        yield due_s
