"""Callers for `make restarts`: threads that share a few clients and call `Detect` at a common rate.

Prints `calling` once a call was answered and, once its standard input is closed and every call has
ended, one line of JSON: calls, how many of them failed, and how.
"""

import argparse
import itertools
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from ocelli.client import Client, OcelliError, connect

_MAX_MESSAGE_CHARS = 200


class _Pace:
    """When each call is due. One that is taken late is due at once, so that the rate is kept."""

    def __init__(self, calls_per_s: float) -> None:
        self._calls_per_s = calls_per_s
        self._numbers = itertools.count()
        self._began_s = time.monotonic()
        self._over = threading.Event()

    def turns(self) -> Iterator[None]:
        """Waits for one call after the other to be due, until it is over."""
        for number in self._numbers:
            due_s = self._began_s + number / self._calls_per_s
            if self._over.wait(max(0.0, due_s - time.monotonic())):
                return
            yield

    def end(self) -> None:
        self._over.set()


class _Outcomes:
    """What came of the calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered = 0
        self._failures: Counter[str] = Counter()

    def answered(self) -> None:
        with self._lock:
            self._answered += 1
            if self._answered == 1:
                print("calling", flush=True)

    def failed(self, kind: str, message: str) -> None:
        with self._lock:
            self._failures[f"{kind}: {message[:_MAX_MESSAGE_CHARS]}"] += 1

    def as_json(self) -> str:
        failed = self._failures.total()
        calls = self._answered + failed
        return json.dumps({"calls": calls, "failed": failed, "failures": self._failures})


def main() -> None:
    """Calls a server as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--image", required=True, type=Path, help="a JPEG")
    parser.add_argument("--callers", type=int, default=48)
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second, of all together")
    parser.add_argument("--clients", type=int, default=4, help="that the callers share")
    parser.add_argument("--timeout-s", type=float, default=20.0)
    asked = parser.parse_args()
    print(_call(asked, asked.image.read_bytes()).as_json(), flush=True)


def _call(asked: argparse.Namespace, image: bytes) -> _Outcomes:
    pace, outcomes = _Pace(asked.rate), _Outcomes()

    def keep_calling(client: Client) -> None:
        for _ in pace.turns():
            try:
                result = client.detect(image, model=asked.model)
            except OcelliError as error:
                outcomes.failed(error.reason or error.code.name, error.message)
            else:
                if result.detections:
                    outcomes.answered()
                else:
                    outcomes.failed("OK", "nothing found")

    with ExitStack() as stack:
        clients = [
            stack.enter_context(connect(asked.target, timeout_s=asked.timeout_s))
            for _ in range(asked.clients)
        ]
        threads = stack.enter_context(ThreadPoolExecutor(asked.callers))
        callers = [
            threads.submit(keep_calling, clients[number % len(clients)])
            for number in range(asked.callers)
        ]
        sys.stdin.read()
        pace.end()
        for caller in callers:
            caller.result()
    return outcomes


if __name__ == "__main__":
    main()
