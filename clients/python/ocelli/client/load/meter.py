"""What the requests of a measurement came to."""

import time
from collections import Counter

from ocelli.client.histogram import Histogram
from ocelli.client.load.answer import Answer
from ocelli.v1 import timings_pb2

STAGES = ("decode", "queue", "inference", "postprocess", "total")


class Meter:
    """Counts the requests that were due or begun within a window, by `time.monotonic`.

    Args:
        begin_s: beginning of the window.
        end_s: its end.
    """

    def __init__(self, begin_s: float, end_s: float) -> None:
        self._begin_s = begin_s
        self._end_s = end_s
        self.latency = Histogram()
        """Of results."""
        self.results_in_window = 0
        """Results that came within the window, whenever their requests were sent."""
        self.outcomes: Counter[str] = Counter()
        """Results, dropped and errors."""
        self.errors: Counter[str] = Counter()
        """Errors by reason."""
        self.answered = 0
        """Answers of any kind, warm-up included."""
        self._stage_sums_us = dict.fromkeys(STAGES, 0)

    def add(self, since_s: float, answer: Answer) -> None:
        """Takes the answer to a request whose latency counts from `since_s`."""
        now_s = time.monotonic()
        self.answered += 1
        if answer.outcome == "result" and self._begin_s <= now_s < self._end_s:
            self.results_in_window += 1
        if not self._begin_s <= since_s < self._end_s:
            return
        self.outcomes[answer.outcome] += 1
        if answer.outcome == "error":
            self.errors[answer.reason] += 1
        elif answer.timings is not None:
            self.latency.add(now_s - since_s)
            self._add_timings(answer.timings)

    @property
    def mean_server_ms(self) -> dict[str, float]:
        """Mean time of each stage at the server; empty if there are no results."""
        count = self.latency.count
        return {stage: us / count / 1000 for stage, us in self._stage_sums_us.items() if count}

    def _add_timings(self, timings: timings_pb2.Timings) -> None:
        sums = self._stage_sums_us
        sums["decode"] += timings.decode_us
        sums["queue"] += timings.queue_us
        sums["inference"] += timings.inference_us
        sums["postprocess"] += timings.postprocess_us
        sums["total"] += timings.total_us
