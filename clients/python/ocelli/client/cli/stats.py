"""Statistics of a stream: counts, speed, latency."""

import time
from collections import Counter, deque

from ocelli.client import DetectResult, FrameAnswer
from ocelli.client.cli.output import error_console
from ocelli.client.cli.remarks import say_error
from ocelli.client.histogram import Histogram

_RECENT_S = 3.0
_RECENT_ANSWERS = 1024
_REFRESH_S = 0.25


class StreamStats:
    """Counts the answers of a stream."""

    def __init__(self) -> None:
        self.frames = 0
        self.failed = 0
        self.now = ""
        """The last seconds in a line: speed, latency, losses."""
        self._dropped = 0
        self._begun_s = self._shown_s = time.monotonic()
        self._latency = Histogram()
        self._recent: deque[tuple[float, float]] = deque(maxlen=_RECENT_ANSWERS)
        self._labels: Counter[str] = Counter()

    def add(
        self, answer: FrameAnswer[DetectResult], latency_s: float, dropped_at_source: int = 0
    ) -> None:
        """Takes an answer.

        Args:
            answer: the answer.
            latency_s: from reading its frame to having it.
            dropped_at_source: frames that were lost so far before they were sent.
        """
        now_s = time.monotonic()
        self.frames += 1
        if answer.result is not None:
            self._latency.add(latency_s)
            self._recent.append((now_s, latency_s))
            self._labels.update(found.label for found in answer.result.detections)
        elif answer.error is not None:
            self.failed += 1
            if self.failed == 1:
                say_error(f"frame {answer.frame_id}: {answer.error}")
        else:
            self._dropped += 1
        if now_s - self._shown_s > _REFRESH_S:
            self._shown_s = now_s
            self.now = self._line(now_s, dropped_at_source)

    def report(self, written: str, dropped_at_source: int = 0) -> None:
        """Prints the summary on stderr."""
        spent_s = time.monotonic() - self._begun_s
        console = error_console()
        if not self.frames:
            say_error("there were no frames that can be decoded")
            return
        line = f"frames: {self.frames} in {spent_s:.1f} s, {self.frames / spent_s:.1f} per second"
        if self._latency.count:
            p50_s, p99_s = self._latency.percentiles_s((50, 99))
            line += f", latency p50 {p50_s * 1000:.0f} ms, p99 {p99_s * 1000:.0f} ms"
        line += f", {dropped_at_source} superseded before sending" if dropped_at_source else ""
        line += f", {self._dropped} dropped" if self._dropped else ""
        line += f", {self.failed} failed" if self.failed else ""
        console.print(line, markup=False, soft_wrap=True)
        if self._labels:
            seen = ", ".join(f"{label} {count}" for label, count in self._labels.most_common(8))
            console.print(f"found: {seen}", markup=False, soft_wrap=True)
        if written:
            console.print(f"written: {written}", markup=False, soft_wrap=True)

    def _line(self, now_s: float, dropped_at_source: int) -> str:
        while self._recent and now_s - self._recent[0][0] > _RECENT_S:
            self._recent.popleft()
        line = f"dropped {self._dropped + dropped_at_source}"
        line += f"  failed {self.failed}" if self.failed else ""
        if not self._recent:
            return line
        recent = Histogram()
        for _, latency_s in self._recent:
            recent.add(latency_s)
        p50_s, p99_s = recent.percentiles_s((50, 99))
        full = len(self._recent) == self._recent.maxlen
        span_s = now_s - (self._recent[0][0] if full else max(self._begun_s, now_s - _RECENT_S))
        rate = len(self._recent) / max(span_s, 1e-3)
        return f"{rate:.1f} fps  p50 {p50_s * 1000:.0f} ms  p99 {p99_s * 1000:.0f} ms  {line}"
