"""When each call or frame is due."""

import itertools
import threading
import time
from collections.abc import Iterator


class Pace:
    """So many a second. One that is taken late is due at once, so that the rate is kept.

    Args:
        rate_per_s: of all together who take turns.
        over: set when there are to be no more.
    """

    def __init__(self, rate_per_s: float, over: threading.Event) -> None:
        self._rate_per_s = rate_per_s
        self._numbers = itertools.count()
        self._began_s = time.monotonic()
        self._over = over

    def turns(self) -> Iterator[int]:
        """Waits for one after the other to be due, until it is over; gives their numbers."""
        for number in self._numbers:
            due_s = self._began_s + number / self._rate_per_s
            if self._over.wait(max(0.0, due_s - time.monotonic())):
                return
            yield number
