"""What came of a stream: counts, speed, latency."""

import statistics
import time
from collections import Counter

from ocelli.client import DetectResult, FrameAnswer
from ocelli.client.cli.output import error_console, say_error


class Tally:
    """Counts the answers of a stream."""

    def __init__(self) -> None:
        self.frames = 0
        self.failed = 0
        self._dropped = 0
        self._begun_s = time.monotonic()
        self._latencies_ms: list[float] = []
        self._labels: Counter[str] = Counter()

    def add(self, answer: FrameAnswer[DetectResult], latency_s: float) -> None:
        """Takes an answer and the time from sending its frame to having it."""
        self.frames += 1
        if answer.result is not None:
            self._latencies_ms.append(latency_s * 1000)
            self._labels.update(found.label for found in answer.result.detections)
        elif answer.error is not None:
            self.failed += 1
            if self.failed == 1:
                say_error(f"frame {answer.frame_id}: {answer.error}")
        else:
            self._dropped += 1

    def report(self, written: str) -> None:
        """Prints the summary on stderr."""
        spent_s = time.monotonic() - self._begun_s
        console = error_console()
        if not self.frames:
            say_error("the video has no frames that can be decoded")
            return
        rate = self.frames / spent_s
        line = f"frames: {self.frames} in {spent_s:.1f} s, {rate:.1f} per second"
        if len(self._latencies_ms) > 1:
            cuts = statistics.quantiles(self._latencies_ms, n=100, method="inclusive")
            line += f", latency p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms"
        line += f", {self._dropped} dropped" if self._dropped else ""
        line += f", {self.failed} failed" if self.failed else ""
        console.print(line, markup=False)
        if self._labels:
            seen = ", ".join(f"{label} {count}" for label, count in self._labels.most_common(8))
            console.print(f"found: {seen}", markup=False, soft_wrap=True)
        if written:
            console.print(f"written: {written}", markup=False, soft_wrap=True)
