"""How far indexing has come, and what became of the images."""

import threading
import time
from types import TracebackType
from typing import Self

from ocelli.client import IndexAnswer, OcelliError
from ocelli.client.cli.output import (
    Json,
    error_console,
    error_json,
    regions_json,
    say_json,
    warnings_json,
)
from ocelli.client.cli.progress import counting
from ocelli.client.cli.remarks import say_error, say_failure, say_warnings

_SHOWN_FAILURES = 20
_LINE_EVERY_S = 30.0


class IndexReport:
    """Shows progress on stderr, counts, and keeps the first failures. Threads may share one.

    Where stderr is no terminal a line is printed every half minute.

    Args:
        collection: its name.
        total: how many images there are.
        has_detector: whether parts of images are stored.
        as_json: print one object for each image on stdout.
    """

    def __init__(self, collection: str, total: int, *, has_detector: bool, as_json: bool) -> None:
        self._collection = collection
        self._total = total
        self._has_detector = has_detector
        self._as_json = as_json
        self._bar, self._task = counting(collection, total)
        self._lock = threading.Lock()
        self._began_s = self._said_s = time.monotonic()
        self._stored = self._unchanged = self._regions = self._said_done = 0
        self._failures: list[tuple[str, OcelliError]] = []
        self.failed = 0
        """Images that were not stored."""

    def unchanged(self, id_: str) -> None:
        """Takes note of an image that is stored already."""
        with self._lock:
            self._unchanged += 1
            self._advance({"id": id_, "unchanged": True})

    def answered(self, answer: IndexAnswer) -> None:
        """Takes note of what became of an image that was sent."""
        with self._lock:
            about: Json = {}
            if answer.error is not None:
                self.failed += 1
                if len(self._failures) < _SHOWN_FAILURES:
                    self._failures.append((answer.id, answer.error))
                about = error_json(answer.error)
            elif answer.result is not None:
                self._stored += 1
                self._regions += len(answer.result.regions)
                say_warnings(answer.id, answer.result.warnings)
                about = warnings_json(answer.result.warnings)
                if self._has_detector:
                    about = {**about, "regions": regions_json(answer.result.regions)}
            self._advance({"id": answer.id, **about})

    def _advance(self, line: Json) -> None:
        if self._as_json:
            say_json(line)
        self._bar.advance(self._task)
        now_s = time.monotonic()
        if self._bar.disable and now_s >= self._said_s + _LINE_EVERY_S:
            self._say_line(now_s)

    def _say_line(self, now_s: float) -> None:
        """Says how far it is, and how long it takes at the rate since the last line."""
        rate = (self._done - self._said_done) / (now_s - self._said_s)
        left_min = (self._total - self._done) / rate / 60
        error_console().print(
            f"{self._done} of {self._total} images, {rate:.1f}/s, {left_min:.0f} min left",
            markup=False,
            soft_wrap=True,
        )
        self._said_s, self._said_done = now_s, self._done

    @property
    def _done(self) -> int:
        return self._stored + self._unchanged + self.failed

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Says what failed and how many images are stored."""
        self._bar.stop()
        for id_, failure in self._failures:
            say_failure(id_, failure)
        if self.failed > len(self._failures):
            say_error(f"{self.failed - len(self._failures)} more failed; --json prints all")
        took_s = time.monotonic() - self._began_s
        regions = f" as {self._regions} regions" if self._has_detector else ""
        again = "" if error is None else "; run it again to go on"
        error_console().print(
            f"{self._stored} images stored in {self._collection}{regions}, "
            f"{self._unchanged} unchanged, {self.failed} failed, "
            f"{self._done / took_s:.1f}/s{again}",
            markup=False,
            soft_wrap=True,
        )
