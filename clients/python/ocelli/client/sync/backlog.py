"""The items of streams that follow one another."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Backlog(Generic[Item]):
    """Holds items until they are answered, so that another stream can go on where one ended.

    A stream that has ended may still be waiting for its next item, in gRPC's thread; whichever
    thread draws it, the stream that follows sends it.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._source = iter(items)
        self._drawing = threading.Lock()  # held while the source is asked, which may take its time
        self._lock = threading.Lock()
        self._unanswered: deque[Item] = deque()
        self._has_ended = False
        self.position = 0
        """Of the oldest item that is not answered."""
        self.failure: Exception | None = None
        """What the source raised."""

    def items(self) -> Iterator[Item]:
        """Yields what is not answered, then what the source has yet to give."""
        position = self.position
        while drawn := self._at(position):
            yield drawn[0]
            position += 1

    def answered(self) -> None:
        """Lets go of the oldest item."""
        with self._lock:
            self._unanswered.popleft()
            self.position += 1

    def close(self) -> None:
        """Lets go of what the source raised: that holds frames, and they hold this."""
        self.failure = None

    def _at(self, position: int) -> tuple[Item, ...]:
        """The item at a position, drawn if nobody has; none after the last."""
        if held := self._held(position):
            return held
        with self._drawing:
            if held := self._held(position):
                return held
            if not self._has_ended:
                self._draw()
        if self.failure is not None:
            raise self.failure
        return self._held(position)

    def _draw(self) -> None:
        try:
            drawn = tuple(islice(self._source, 1))
        except Exception as error:  # noqa: BLE001  the caller's code: raised to each stream
            self.failure, drawn = error, ()
        with self._lock:
            self._unanswered.extend(drawn)
        self._has_ended = not drawn

    def _held(self, position: int) -> tuple[Item, ...]:
        with self._lock:
            at = position - self.position
            return (self._unanswered[at],) if 0 <= at < len(self._unanswered) else ()
