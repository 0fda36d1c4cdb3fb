"""How Kubernetes' HorizontalPodAutoscaler decides, for one metric of pods.

The algorithm and its defaults: Kubernetes' documentation, "Horizontal Pod Autoscaling".
"""

import math
from collections import deque

from deploy.autoscaling.numbers import Numbers

_TOLERANCE = 0.1


class Autoscaler:
    """Decides how many replicas there should be.

    Args:
        numbers: targets and limits.
        target: average value of the metric per replica to aim at.
    """

    def __init__(self, numbers: Numbers, target: float) -> None:
        self._numbers = numbers
        self._target = target
        self._wanted: deque[tuple[float, int]] = deque()
        self._changes: deque[tuple[float, int]] = deque()

    def decide(self, now_s: float, replicas: int, total: float, ready: int) -> int:
        """How many there should be.

        Args:
            now_s: when, seconds.
            replicas: how many there are, those that start included.
            total: the metric's sum over those that are ready.
            ready: how many are.
        """
        numbers = self._numbers
        wanted = replicas
        if ready and abs(total / ready / self._target - 1) > _TOLERANCE:
            # Those that start count as idle where more are wanted, so that nobody is started twice.
            wanted = math.ceil(total / self._target)
            if total / ready > self._target:
                wanted = max(wanted, replicas)
        wanted = min(max(wanted, numbers.min_replicas), numbers.max_replicas)
        self._wanted.append((now_s, wanted))
        while self._wanted[0][0] < now_s - numbers.down_stabilization_s:
            self._wanted.popleft()
        if wanted < replicas:
            wanted = min(replicas, max(count for _, count in self._wanted))
        limited = self._limited(now_s, replicas, wanted)
        if limited != replicas:
            self._changes.append((now_s, limited - replicas))
        return limited

    def _limited(self, now_s: float, replicas: int, wanted: int) -> int:
        """As many as may come or go within a period."""
        numbers = self._numbers
        longest_s = max(numbers.up_period_s, numbers.down_period_s)
        while self._changes and self._changes[0][0] <= now_s - longest_s:
            self._changes.popleft()
        came = sum(n for at, n in self._changes if n > 0 and at > now_s - numbers.up_period_s)
        went = -sum(n for at, n in self._changes if n < 0 and at > now_s - numbers.down_period_s)
        before = replicas - came
        most = before + max(numbers.up_pods, math.ceil(before * numbers.up_percent / 100))
        before = replicas + went
        fewest = before - math.floor(before * numbers.down_percent / 100)
        return max(min(wanted, max(most, replicas)), min(fewest, replicas))
