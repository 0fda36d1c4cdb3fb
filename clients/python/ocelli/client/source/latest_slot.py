"""One slot between the thread that reads frames and the one that sends them."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class LatestSlot(Generic[T]):
    """Holds at most one item, so that what is taken is never old.

    Args:
        newest: a newer item replaces one that was not taken, which counts as dropped;
            otherwise the one who puts waits.
    """

    def __init__(self, *, newest: bool) -> None:
        self._newest = newest
        self._item: T | None = None
        self._closed = False
        self._failure: Exception | None = None
        self._changed = threading.Condition()
        self.dropped = 0
        """Items that were never taken because newer ones came."""

    def put(self, item: T) -> bool:
        """Puts an item in; returns False if nobody will take it."""
        with self._changed:
            if not self._newest:
                self._changed.wait_for(lambda: self._item is None or self._closed)
            if self._closed:
                return False
            self.dropped += self._item is not None
            self._item = item
            self._changed.notify_all()
            return True

    def take(self, timeout_s: float) -> T | None:
        """Takes the item, waiting for one; returns None once the slot is closed and empty.

        Raises:
            TimeoutError: nothing came within `timeout_s` seconds.
            Exception: what the slot was closed with.
        """
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._item is not None or self._closed, timeout_s
            ):
                raise TimeoutError
            item, self._item = self._item, None
            if item is None and self._failure is not None:
                raise self._failure
            self._changed.notify_all()
            return item

    def close(self, failure: Exception | None = None) -> None:
        """Ends it: what is in it can still be taken. `failure` is raised to the taker after that.

        Only the first call counts.
        """
        with self._changed:
            if not self._closed:
                self._closed, self._failure = True, failure
                self._changed.notify_all()
