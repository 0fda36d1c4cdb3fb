"""Calls that arrive whatever becomes of others, and replicas that come and go, call by call."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from deploy.autoscaling.autoscaler import Autoscaler
from deploy.autoscaling.numbers import Numbers

Signal = Literal["images", "cpu", "none"]
CPU_TARGET = 0.7
"""Of what a replica can do: the usual target of autoscaling on CPU."""
_CPU_WINDOW_S = 30.0
"""metrics-server reads every 15 s and answers with the mean between two readings."""


@dataclass(slots=True)
class _Replica:
    ready_s: float
    gone_s: float = math.inf
    free_s: float = 0.0
    made: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def under_way(self, now_s: float) -> int:
        return bisect_right(self.made, now_s) - bisect_right(self.answered, now_s)

    def busy(self, now_s: float, service_s: float) -> float:
        """Share of the window in which it worked."""
        since_s = now_s - _CPU_WINDOW_S
        done = bisect_right(self.answered, now_s) - bisect_right(self.answered, since_s)
        return min(1.0, done * service_s / _CPU_WINDOW_S)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a burst.

    Attributes:
        latencies: (when the call was made, how long it took), of those that were answered, seconds.
        refused: when the others were made, seconds.
        replicas: (when, how many there were from then on), those that start included.
    """

    latencies: list[tuple[float, float]]
    refused: list[float]
    replicas: list[tuple[float, int]]

    def p95_s(self, since_s: float, until_s: float) -> float:
        """95th percentile of the calls made within a span and answered; 0 if there are none."""
        taken = sorted(took for at, took in self.latencies if since_s <= at < until_s)
        return taken[math.ceil(0.95 * len(taken)) - 1] if taken else 0.0

    def answered(self, since_s: float, until_s: float) -> float:
        """Share of the calls made within a span that were answered, 0 to 1; 1 if there are none."""
        good = sum(1 for at, _ in self.latencies if since_s <= at < until_s)
        bad = sum(1 for at in self.refused if since_s <= at < until_s)
        return good / (good + bad) if good + bad else 1.0

    def replicas_at(self, at_s: float) -> int:
        """How many there were."""
        return next(number for since_s, number in reversed(self.replicas) if since_s <= at_s)


def simulate(
    numbers: Numbers, signal: Signal, arrivals: Sequence[float], *, watched_s: float
) -> Outcome:
    """Plays a burst through, from second 0, when `min_replicas` are ready and idle.

    Args:
        numbers: how replicas serve and are scaled.
        signal: what is scaled on: `images` under way, `cpu`, or nothing.
        arrivals: when calls are made, seconds, ascending. They go to those that are ready in turn.
        watched_s: how long the autoscaler is watched.
    """
    service_s = 1 / numbers.images_per_s
    replicas = [_Replica(-math.inf) for _ in range(numbers.min_replicas)]
    autoscaler = Autoscaler(numbers, numbers.target if signal == "images" else CPU_TARGET)
    outcome = Outcome([], [], [(0.0, len(replicas))])
    decisions = _every(numbers.sync_s, watched_s) if signal != "none" else iter(())
    decide_s = next(decisions, math.inf)
    for turn, now_s in enumerate([*arrivals, math.inf]):
        while decide_s <= now_s and decide_s < math.inf:
            _scale(replicas, autoscaler, numbers, signal, decide_s)
            there = sum(1 for one in replicas if one.gone_s == math.inf)
            outcome.replicas.append((decide_s, there))
            decide_s = next(decisions, math.inf)
        if now_s == math.inf:
            break
        takers = [one for one in replicas if one.ready_s <= now_s < one.gone_s]
        replica = takers[turn % len(takers)]
        begins_s = max(now_s, replica.free_s)
        if begins_s - now_s > numbers.max_wait_s:
            outcome.refused.append(now_s)
            continue
        replica.free_s = begins_s + service_s
        replica.answered.append(replica.free_s)
        replica.made.append(now_s)
        outcome.latencies.append((now_s, replica.free_s - now_s))
    return outcome


def _scale(
    replicas: list[_Replica],
    autoscaler: Autoscaler,
    numbers: Numbers,
    signal: Signal,
    now_s: float,
) -> None:
    """Lets the autoscaler decide by what was seen last, and replicas come and go."""
    seen_s = now_s - numbers.scrape_s if signal == "images" else now_s
    there = [one for one in replicas if one.gone_s == math.inf]
    ready = [one for one in there if one.ready_s <= seen_s]
    if signal == "images":
        total = float(sum(one.under_way(seen_s) for one in ready))
    else:
        total = sum(one.busy(seen_s, 1 / numbers.images_per_s) for one in ready)
    wanted = autoscaler.decide(now_s, len(there), total, len(ready))
    replicas.extend(_Replica(now_s + numbers.start_s) for _ in range(wanted - len(there)))
    for one in sorted(there, key=lambda one: one.ready_s)[wanted:]:
        one.gone_s = now_s + numbers.drain_s


def _every(period_s: float, until_s: float) -> Iterator[float]:
    return (period_s * number for number in range(1, int(until_s / period_s) + 1))
