"""One line of JSON for each call or stream that ended, written by a thread of its own.

The event loop hands a record over and never waits: where lines cannot be written as fast as calls
end, lines are left out and counted.
"""

import logging
import os
import random
import time
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import msgspec

from ocelli.edge.observability.call_record import CallRecord
from ocelli.edge.observability.definitions import ACCESS_LOG_LINES

_log = logging.getLogger(__name__)

_MAX_WAITING = 10_000
_MAX_LINES_AT_ONCE = 256
_LOOK_AGAIN_S = 1.0
_CLOSE_S = 3.0
_STDERR = 2

_Ended = tuple[CallRecord, dict[str, float], float, float]


class AccessLog:
    """Writes lines until it is closed.

    Args:
        destination: `stderr`, or a path. A file that was moved away, as logrotate does, is made
            anew within a second.
        ratio: share of the calls that ended OK to write; others are always written.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, destination: str, ratio: float) -> None:
        self._path = None if destination == "stderr" else Path(destination)
        self._ratio = ratio
        self._file = _STDERR if self._path is None else _open(self._path)
        self._looked_s = time.monotonic()
        self._fails = False
        self._waiting: SimpleQueue[_Ended | None] = SimpleQueue()
        self._thread = Thread(target=self._write_all, name="access_log", daemon=True)
        self._thread.start()

    def add(self, record: CallRecord) -> None:
        """Takes a call that has ended; its record is not changed any more."""
        if record.code == "OK" and self._ratio < 1 and not self._draws():
            return
        if self._waiting.qsize() >= _MAX_WAITING:
            ACCESS_LOG_LINES.labels("dropped").inc()
            return
        # Work that its caller left may go on and add to the stages.
        stages_s = dict(record.stages_s)
        self._waiting.put((record, stages_s, time.time(), time.perf_counter()))

    def close(self) -> None:
        """Writes what waits, for three seconds at most."""
        self._waiting.put(None)
        self._thread.join(_CLOSE_S)

    def _draws(self) -> bool:
        return random.random() < self._ratio  # noqa: S311  # nothing is secret

    def _write_all(self) -> None:
        ended = False
        while not ended:
            batch = deque([self._waiting.get()])
            try:
                while len(batch) < _MAX_LINES_AT_ONCE:
                    batch.append(self._waiting.get_nowait())
            except Empty:
                pass
            ended = None in batch
            lines = [_line(*each) for each in batch if each is not None]
            if lines:
                self._write(lines)
        if self._path is not None:
            os.close(self._file)

    def _write(self, lines: list[bytes]) -> None:
        # In one piece, so that lines of several workers do not mix in one file.
        data = b"".join(lines)
        try:
            self._look_again()
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            ACCESS_LOG_LINES.labels("dropped").inc(len(lines))
            if not self._fails:
                _log.warning("the access log cannot be written: %s", error)
            self._fails = True
        else:
            ACCESS_LOG_LINES.labels("written").inc(len(lines))
            self._fails = False

    def _look_again(self) -> None:
        """Makes the file anew if it is not where it was."""
        now_s = time.monotonic()
        if self._path is None or now_s < self._looked_s + _LOOK_AGAIN_S:
            return
        self._looked_s = now_s
        ours = os.fstat(self._file)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            anew = _open(self._path)
            os.close(self._file)
            self._file = anew


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)


def _line(
    record: CallRecord, stages_s: dict[str, float], ended_unix_s: float, ended_s: float
) -> bytes:
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(ended_unix_s, UTC).isoformat(timespec="microseconds"),
        "method": record.method,
        "code": record.code,
        "reason": record.reason,
        "principal": record.principal,
        "peer": record.peer,
        "model": record.model,
        "version": record.version,
        "duration_us": int((ended_s - record.began_s) * 1e6),
        "stages_us": {name: int(1e6 * spent_s) for name, spent_s in stages_s.items()},
        "received_bytes": record.received_bytes,
        "sent_bytes": record.sent_bytes,
        "trace_id": record.trace.trace_id,
    }
    if record.is_stream:
        fields["frames"] = record.frames
    return msgspec.json.encode(fields) + b"\n"
