"""One hundred calls with an ordinary client, and when each was answered.

Clients: Ocelli's own, sync and async, and httpx likewise. Patterns: one call after the other; all
at once; spread evenly over a time. Sync clients call from one thread per call in flight. A call's
latency counts from the moment at which it is due. Prints one line of JSON.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

import httpx

from bench.errors import UnansweredError
from bench.images import read_images
from ocelli.client import connect, connect_async

CALLS = 100
CLIENTS = ("ocelli_sync", "ocelli_async", "fastapi_sync", "fastapi_async")
SERIAL, AT_ONCE, SPREAD = PATTERNS = ("serial", "at_once", "spread")
_WARM_UP_CALLS = 4
_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Called:
    """What the caller of a hundred saw: the mean latency, and when the last answer came."""

    mean_ms: float
    end_s: float


def main() -> None:
    """Calls as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, type=Path)
    parser.add_argument("--client", required=True, choices=CLIENTS)
    parser.add_argument("--pattern", required=True, choices=PATTERNS)
    parser.add_argument("--spread-s", required=True, type=float)
    options = parser.parse_args()
    images = read_images(options.images)
    gap_s = options.spread_s / CALLS if options.pattern == SPREAD else 0.0
    serial = options.pattern == SERIAL
    url = f"http://{options.target}/models/{options.model}/detect"

    def image(number: int) -> bytes:
        return images[number % len(images)]

    async def call_async() -> Called:
        if options.client == "ocelli_async":
            async with connect_async(options.target, timeout_s=_TIMEOUT_S) as ocelli:

                async def detect(number: int) -> None:
                    found = await ocelli.detect(image(number), model=options.model)
                    _check(found.detections)

                return await _call_async(detect, gap_s, serial=serial)
        async with httpx.AsyncClient(timeout=_TIMEOUT_S) as http:

            async def post(number: int) -> None:
                answer = await http.post(url, content=image(number))
                _check(answer.raise_for_status().json()["detections"])

            return await _call_async(post, gap_s, serial=serial)

    def call_sync() -> Called:
        if options.client == "ocelli_sync":
            with connect(options.target, timeout_s=_TIMEOUT_S) as ocelli:

                def detect(number: int) -> None:
                    found = ocelli.detect(image(number), model=options.model)
                    _check(found.detections)

                return _call_sync(detect, gap_s, serial=serial)
        with httpx.Client(timeout=_TIMEOUT_S) as http:

            def post(number: int) -> None:
                answer = http.post(url, content=image(number))
                _check(answer.raise_for_status().json()["detections"])

            return _call_sync(post, gap_s, serial=serial)

    called = asyncio.run(call_async()) if options.client.endswith("_async") else call_sync()
    print(json.dumps(asdict(called)))


async def _call_async(
    ask: Callable[[int], Awaitable[None]], gap_s: float, *, serial: bool
) -> Called:
    for number in range(_WARM_UP_CALLS):
        await ask(number)
    start_s = time.perf_counter()

    async def timed(number: int, due_s: float) -> float:
        await asyncio.sleep(due_s - time.perf_counter())
        await ask(number)
        return time.perf_counter() - due_s

    if serial:
        latencies_s = [await timed(number, time.perf_counter()) for number in range(CALLS)]
    else:
        calls = (timed(number, start_s + number * gap_s) for number in range(CALLS))
        latencies_s = await asyncio.gather(*calls)
    return Called(mean(latencies_s) * 1e3, time.perf_counter() - start_s)


def _call_sync(ask: Callable[[int], None], gap_s: float, *, serial: bool) -> Called:
    for number in range(_WARM_UP_CALLS):
        ask(number)
    with ThreadPoolExecutor(CALLS) as threads:
        start_s = time.perf_counter()

        def timed(number: int, due_s: float) -> float:
            time.sleep(max(0.0, due_s - time.perf_counter()))
            ask(number)
            return time.perf_counter() - due_s

        if serial:
            latencies_s = [timed(number, time.perf_counter()) for number in range(CALLS)]
        else:
            due_s = [start_s + number * gap_s for number in range(CALLS)]
            latencies_s = list(threads.map(timed, range(CALLS), due_s))
        return Called(mean(latencies_s) * 1e3, time.perf_counter() - start_s)


def _check(detections: object) -> None:
    if not detections:
        raise UnansweredError("an answer carries no detections")


if __name__ == "__main__":
    main()
