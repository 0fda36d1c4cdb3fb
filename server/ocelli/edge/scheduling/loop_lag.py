"""How late the event loop runs what is due: how long a new call waits at each of its steps.

A loop that is asked for more than the process can do serves everybody's steps in turn, each later
than the one before, until every call ends too late. Whoever comes when it is late has to be turned
away before anything is done for it: CoDel's rule, to judge a queue by the time spent in it and not
by its length (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue, 2012).
"""

import asyncio

from ocelli.edge.errors import OcelliError, Reason

_PERIOD_S = 0.05
_WEIGHT = 0.5
_LATE_SHARE = 0.05
"""Of a caller's time: a call takes some five turns of the loop, which may take a quarter of it."""
_MIN_LATE_S = 0.02
"""Less is no flood."""
_BATCH_LATE_S = 0.01
"""Batch work is not to delay the loop of interactive work by more than its threads may anyway."""
_MIN_RETRY_S, _MAX_RETRY_S = 0.1, 2.0


class LoopLag:
    """Measures while `measure` runs, and refuses calls. One loop only.

    Attributes:
        lag_s: how late the loop is.
    """

    def __init__(self) -> None:
        self.lag_s = 0.0

    async def measure(self) -> None:
        """Measures until it is cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            due_s = clock() + _PERIOD_S
            await asyncio.sleep(_PERIOD_S)
            self.lag_s += _WEIGHT * (clock() - due_s - self.lag_s)

    def check(self, remaining_s: float) -> None:
        """Returns if a call that has so much time may begin.

        Raises:
            OcelliError: OVERLOADED.
        """
        self._check(max(_MIN_LATE_S, _LATE_SHARE * remaining_s))

    def check_batch(self) -> None:
        """Returns if a call of batch work may begin, which gives way first.

        Raises:
            OcelliError: OVERLOADED.
        """
        self._check(_BATCH_LATE_S)

    def _check(self, max_lag_s: float) -> None:
        if self.lag_s <= max_lag_s:
            return
        raise OcelliError(
            Reason.OVERLOADED,
            f"the server has more calls than it can receive and runs {1e3 * self.lag_s:.0f} ms "
            "late; retry after the delay, or run more workers",
            quota="event_loop",
            retry_after_s=min(_MAX_RETRY_S, max(_MIN_RETRY_S, 5 * self.lag_s)),
        )
