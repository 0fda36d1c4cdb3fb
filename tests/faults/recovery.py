"""Parts that are killed, how soon they serve again, and whether what was acknowledged is there."""

import contextlib
import signal
import time
from collections.abc import Callable

import numpy as np
import psutil

from ocelli.client import ChannelOptions, Client, OcelliError, Point
from tests.conftest import RunningEdge
from tests.faults.case import Recovery

PARTS = ("engine", "Triton", "worker", "edge")
WORKER_FLAGS = ("--workers", "2")
_MODULES = {
    "engine": "ocelli.edge.index.embedded.engine",
    "worker": "ocelli.edge.processes.workers",
}
_COLLECTION = "kept"
_DIMENSION = 8
_TIMEOUT_S = 60.0
_GIVE_UP_S = 120.0


class Rounds:
    """Kills the parts of an edge, in turn, and keeps account of its points.

    Args:
        start: starts the edge, anew each time, and waits until it is ready.
        image: one to detect something in.
    """

    def __init__(self, start: Callable[[], RunningEdge], image: bytes) -> None:
        self._start = start
        self._image = image
        self._edge = start()
        self._acknowledged: list[str] = []
        with self._edge.connect() as client:
            client.collections.create(_COLLECTION, dimension=_DIMENSION)

    def kill(self, part: str, times: int, pause_s: float) -> Recovery:
        """Kills a part again and again, and waits for it each time.

        Args:
            part: one of `PARTS`.
            times: how often.
            pause_s: between the recovery and the next time; restarts are paced within a minute.
        """
        recovery = Recovery(part)
        for _ in range(times):
            self._store()
            self._edge.family()
            began_s = time.monotonic()
            self._end(part)
            self._wait(part)
            recovery.seconds.append(time.monotonic() - began_s)
            time.sleep(pause_s)
        return recovery

    def count_lost(self) -> int:
        """How many acknowledged points are not there."""
        with self._edge.connect(timeout_s=_TIMEOUT_S) as client:
            found: set[str] = set()
            for first in range(0, len(self._acknowledged), 100):
                ids = self._acknowledged[first : first + 100]
                found |= {point.id for point in client.points.get(_COLLECTION, ids).points}
        return len(set(self._acknowledged) - found)

    @property
    def acknowledged(self) -> int:
        """How many points were acknowledged."""
        return len(self._acknowledged)

    def _store(self) -> None:
        first = len(self._acknowledged)
        vectors = np.random.default_rng(first).normal(size=(50, _DIMENSION)).astype(np.float32)
        points = [Point(str(first + row), vector) for row, vector in enumerate(vectors)]
        with self._edge.connect(timeout_s=_TIMEOUT_S) as client:
            client.points.upsert(_COLLECTION, points)
        self._acknowledged += [point.id for point in points]

    def _end(self, part: str) -> None:
        if part == "edge":
            self._edge.process.kill()
            self._edge.process.wait(10)
            self._edge.wait_gone(20)
            self._edge = self._start()
            return
        for process in self._of(part):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        if part == "worker":
            self._edge.scrape_until(lambda found: not _all_workers_up(found))

    def _of(self, part: str) -> list[psutil.Process]:
        if part == "Triton":
            return [p for p in self._edge.named("tritonserver") if p.name() == "tritonserver"]
        found = self._edge.working(_MODULES[part])
        return found[:1] if part == "worker" else found

    def _wait(self, part: str) -> None:
        end_s = time.monotonic() + _GIVE_UP_S
        once = ChannelOptions(max_attempts=1)
        if part == "worker":  # the other one would answer
            self._edge.scrape_until(_all_workers_up, _GIVE_UP_S)
        with self._edge.connect(options=once, timeout_s=2) as client:  # type: ignore[arg-type]
            while True:
                try:
                    self._call(part, client)
                except OcelliError:
                    if time.monotonic() > end_s:
                        raise
                    time.sleep(0.02)
                else:
                    return

    def _call(self, part: str, client: Client) -> None:
        if part != "Triton":
            client.points.count(_COLLECTION)
        if part != "engine":
            client.detect(self._image)


def _all_workers_up(found: dict[str, float]) -> bool:
    return all(found[f'ocelli_worker_up{{worker="{number}"}}'] for number in "01")
