"""Callers for `make restarts` and `make rolling`: threads that share a few clients.

Some call `Detect` at a common rate, others stream frames, each at a rate of its own. Prints
`calling` once a call was answered and, once its standard input is closed and all have ended, one
line of JSON: calls, how many of them failed, how calls and streams failed, and what became of the
frames.
"""

import argparse
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from ocelli.client import Client, OcelliError, connect
from pace import Pace
from streamers import Streamed, stream

_MAX_MESSAGE_CHARS = 200


class _Outcomes:
    """What came of the calls and streams."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered = 0
        self._failed = 0
        self._failures: Counter[str] = Counter()
        self.frames = Streamed()

    def answered(self) -> None:
        with self._lock:
            self._answered += 1
            if self._answered == 1:
                print("calling", flush=True)

    def failed(self, kind: str, message: str) -> None:
        with self._lock:
            self._failed += 1
            self._failures[f"{kind}: {message[:_MAX_MESSAGE_CHARS]}"] += 1

    def stream_failed(self, error: OcelliError) -> None:
        with self._lock:
            self._failures[f"stream: {error.message[:_MAX_MESSAGE_CHARS]}"] += 1

    def as_json(self) -> str:
        calls = {"calls": self._answered + self._failed, "failed": self._failed}
        frames = asdict(self.frames)
        return json.dumps({**calls, "failures": self._failures, "frames": frames})


def main() -> None:
    """Calls a server as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--image", required=True, type=Path, help="a JPEG")
    parser.add_argument("--callers", type=int, default=48)
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second, of all together")
    parser.add_argument("--clients", type=int, default=4, help="that callers and streams share")
    parser.add_argument("--timeout-s", type=float, default=20.0)
    parser.add_argument("--streams", type=int, default=0)
    parser.add_argument("--frames-per-s", type=float, default=5.0, help="of each stream")
    asked = parser.parse_args()
    print(_call(asked, asked.image.read_bytes()).as_json(), flush=True)


def _call(asked: argparse.Namespace, image: bytes) -> _Outcomes:
    over, outcomes = threading.Event(), _Outcomes()
    pace = Pace(asked.rate, over)

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

    def keep_streaming(client: Client) -> Streamed:
        frames = Pace(asked.frames_per_s, over)
        return stream(client, image, asked.model, frames, outcomes.stream_failed)

    with ExitStack() as stack:
        clients = [
            stack.enter_context(connect(asked.target, timeout_s=asked.timeout_s))
            for _ in range(asked.clients)
        ]
        threads = stack.enter_context(ThreadPoolExecutor(asked.callers + asked.streams))
        callers = [
            threads.submit(keep_calling, clients[number % len(clients)])
            for number in range(asked.callers)
        ]
        streams = [
            threads.submit(keep_streaming, clients[number % len(clients)])
            for number in range(asked.streams)
        ]
        sys.stdin.read()
        over.set()
        for caller in callers:
            caller.result()
        for each in streams:
            outcomes.frames.add(each.result())
    return outcomes


if __name__ == "__main__":
    main()
