"""What principals use, in memory that the workers of one edge share.

Every principal has a slot: two token buckets, whose time is that of the machine's monotonic clock,
the points that it is known to have, and what each worker holds for it, in columns of their own, so
that what a dead worker held is known and taken back by its successor. A record lock (fcntl(2)) on
the memory's file is held while anything is counted: the kernel releases it when its holder dies,
which no lock in the memory itself does.
"""

import fcntl
import mmap
import os
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Final, Self

_SLOTS = 4096
_KEY_BYTES = 16
_FREE = bytes(_KEY_BYTES)
_WORD_BYTES = 8
_BUCKET_WORDS = 2
_POINTS_WORD = 4
_SLOT_WORDS = 6
"""Tokens of calls, since when; of images, since when; points, whether they are known."""
_KINDS = 3
_IDLE_S = 10.0
_KEYS_AT = _WORD_BYTES * 2
_BUCKETS_AT = _KEYS_AT + _SLOTS * _KEY_BYTES
_HELD_AT = _BUCKETS_AT + _SLOTS * _SLOT_WORDS * _WORD_BYTES

CALLS: Final = 0
IMAGES: Final = 1
"""Which bucket."""
BYTES: Final = 0
STREAMS: Final = 1
CREATIONS: Final = 2
"""What is held."""


class TableFullError(Exception):
    """More principals are active at once than there are slots."""


class UsageTable:
    """One worker's view of the table. Use it from one thread.

    Args:
        fd: of `create`; this process's own from now on.
        worker: which of the workers it is, from 0. What its predecessor held is taken back.
        clock: seconds, monotonic, the same for all processes of the machine.
    """

    def __init__(
        self, fd: int, worker: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fd = fd
        self._clock = clock
        self._memory = mmap.mmap(fd, 0)
        self._workers = int.from_bytes(self._memory[:_WORD_BYTES], "little")
        self._column = worker * _KINDS
        view = memoryview(self._memory)
        self._words = view[_BUCKETS_AT:_HELD_AT].cast("d")
        self._held = view[_HELD_AT:].cast("q")
        self._known: dict[bytes, int] = {}
        for slot in range(_SLOTS):
            for kind in range(_KINDS):
                self._held[self._row(slot) + self._column + kind] = 0

    @classmethod
    def create(cls, workers: int) -> int:
        """A descriptor of a new table's memory, which lives as long as a process has it open."""
        fd = os.memfd_create("ocelli-usage")
        os.ftruncate(fd, _HELD_AT + _SLOTS * workers * _KINDS * _WORD_BYTES)
        os.write(fd, workers.to_bytes(_WORD_BYTES, "little"))
        return fd

    @classmethod
    def alone(cls, clock: Callable[[], float] = time.monotonic) -> Self:
        """The table of an edge of one process."""
        return cls(cls.create(1), clock=clock)

    def take(self, key: bytes, bucket: int, rate: float, *, on_credit: bool = False) -> float:
        """Takes a token from a bucket that holds a second's worth, and one at least.

        Args:
            key: of `key_of`.
            bucket: CALLS or IMAGES.
            rate: tokens per second.
            on_credit: take it in any case; the time returned is then to be waited.

        Returns:
            Seconds until the token is there; 0 if it was.

        Raises:
            TableFullError: the principal has no slot.
        """
        burst = max(1.0, rate)
        self._lock()
        try:
            at = self._slot(key) * _SLOT_WORDS + bucket * _BUCKET_WORDS
            now_s, since_s = self._clock(), self._words[at + 1]
            tokens = burst
            if since_s:
                tokens = min(burst, self._words[at] + rate * (now_s - since_s))
            wait_s = max(0.0, (1 - tokens) / rate)
            if not wait_s or on_credit:
                tokens -= 1
            self._words[at], self._words[at + 1] = tokens, now_s
        finally:
            self._unlock()
        return wait_s

    def hold(self, key: bytes, kind: int, amount: int, limit: int) -> bool:
        """Adds to what the principal holds, unless that would be more than `limit`; whether it did.

        Args:
            key: of `key_of`.
            kind: BYTES, STREAMS or CREATIONS.
            amount: how much more.
            limit: most that all workers may hold together.

        Raises:
            TableFullError: the principal has no slot.
        """
        self._lock()
        try:
            row = self._row(self._slot(key))
            held = sum(self._held[row + kind : row + self._workers * _KINDS : _KINDS])
            if held + amount > limit:
                return False
            self._held[row + self._column + kind] += amount
        finally:
            self._unlock()
        return True

    def release(self, key: bytes, kind: int, amount: int) -> None:
        """Takes back what `hold` added. A slot that holds something is nobody else's."""
        # Nobody but this worker writes here, and a word is written in one go.
        self._held[self._row(self._known[key]) + self._column + kind] -= amount

    def add_points(self, key: bytes, count: int, limit: int) -> bool:
        """Adds to the points that the principal is known to have.

        Returns:
            False, and nothing is added, if that would be more than `limit`, or if nothing is known.

        Raises:
            TableFullError: the principal has no slot.
        """
        self._lock()
        try:
            at = self._slot(key) * _SLOT_WORDS + _POINTS_WORD
            if not self._words[at + 1] or self._words[at] + count > limit:
                return False
            self._words[at] += count
        finally:
            self._unlock()
        return True

    def set_points(self, key: bytes, count: int) -> None:
        """Notes how many points the principal has.

        Raises:
            TableFullError: it has no slot.
        """
        self._lock()
        try:
            at = self._slot(key) * _SLOT_WORDS + _POINTS_WORD
            self._words[at], self._words[at + 1] = float(count), 1.0
        finally:
            self._unlock()

    def _lock(self) -> None:
        fcntl.lockf(self._fd, fcntl.LOCK_EX, 1)

    def _unlock(self) -> None:
        fcntl.lockf(self._fd, fcntl.LOCK_UN, 1)

    def _row(self, slot: int) -> int:
        return slot * self._workers * _KINDS

    def _slot(self, key: bytes) -> int:
        """The principal's slot, which may have changed since it was idle."""
        slot = self._known.get(key)
        if slot is not None and self._key(slot) == key:
            return slot
        slot = self._find(key)
        if slot is None:
            slot = self._free_slot()
            at = _KEYS_AT + slot * _KEY_BYTES
            self._memory[at : at + _KEY_BYTES] = key
            first = slot * _SLOT_WORDS
            for word in range(first, first + _SLOT_WORDS):
                self._words[word] = 0.0
        if len(self._known) >= 2 * _SLOTS:
            self._known = {known: at for known, at in self._known.items() if self._key(at) == known}
        self._known[key] = slot
        return slot

    def _key(self, slot: int) -> bytes:
        at = _KEYS_AT + slot * _KEY_BYTES
        return self._memory[at : at + _KEY_BYTES]

    def _find(self, key: bytes) -> int | None:
        at = self._memory.find(key, _KEYS_AT, _BUCKETS_AT)
        while at >= 0:
            slot, beside = divmod(at - _KEYS_AT, _KEY_BYTES)
            if not beside:
                return slot
            at = self._memory.find(key, at + 1, _BUCKETS_AT)
        return None

    def _free_slot(self) -> int:
        free = self._find(_FREE)
        if free is not None:
            return free
        idle_since_s = self._clock() - _IDLE_S
        for slot in range(_SLOTS):
            at, row = slot * _SLOT_WORDS, self._row(slot)
            used_s = max(self._words[at + 1], self._words[at + 1 + _BUCKET_WORDS])
            if used_s < idle_since_s and not any(self._held[row : row + self._workers * _KINDS]):
                return slot
        raise TableFullError


def key_of(name: str) -> bytes:
    """A principal's key in the table."""
    return blake2b(name.encode(), digest_size=_KEY_BYTES).digest()
