"""A file that may change while its content is in use."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from ocelli.edge.config import ConfigError

T = TypeVar("T")

_log = logging.getLogger(__name__)


class FollowedFile(Generic[T]):
    """What a file says, read again within a second of a change.

    Args:
        path: where it is.
        read: makes the value, or raises ConfigError.
        changed: told of every other value.
    """

    def __init__(self, path: Path, read: Callable[[Path], T], changed: Callable[[T], None]) -> None:
        self._path = path
        self._read = read
        self._changed = changed
        # Before it is read, so that a change meanwhile is noticed the next time.
        self._stamp = _stamp(path)
        self.value = read(path)

    async def look(self) -> None:
        """Reads it if it changed; what cannot be used is logged, and what is in use stays."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self.value = await asyncio.to_thread(self._read, self._path)
        except ConfigError as error:
            _log.error("%s; what it said before stays in force", error)  # one line
            return
        _log.info("%s was read again", self._path)
        self._changed(self.value)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
