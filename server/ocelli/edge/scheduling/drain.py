"""Whether the server is stopping, and who wants to know."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Drain:
    """Starts once and tells everyone who asked.

    Attributes:
        announced: the server says that it is not ready, and serves on.
        started: it takes no new work.
    """

    def __init__(self) -> None:
        self.announced = False
        self.started = False
        self._callbacks: set[Callable[[], None]] = set()

    def announce(self) -> None:
        """From now on whoever asks for health is sent elsewhere; calls are still served."""
        self.announced = True

    def start(self) -> None:
        """From now on the server takes no new work."""
        self.announced = self.started = True
        for callback in tuple(self._callbacks):
            callback()

    @contextmanager
    def notify(self, callback: Callable[[], None]) -> Iterator[None]:
        """Calls `callback` when the drain starts during the body of the `with`."""
        self._callbacks.add(callback)
        try:
            yield
        finally:
            self._callbacks.discard(callback)
