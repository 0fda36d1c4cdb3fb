"""What the load generators share: a closed loop, its meter, and their command line.

A generator prints `measuring` once it is warm and one line of JSON at the end of its window, so
that whoever started it can read other clocks at the same moments.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import numpy as np

IN_FLIGHT = 16
MEASURING = "measuring"
TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a generator is to do.

    Attributes:
        target: `host:port` of the server.
        model: which model to ask.
        images: folder of the images to send in turn.
        warm_up_s: how long to load the server before measuring.
        duration_s: how long to measure.
        in_flight: frames asked for at once.
        streams: how many streams share the frames in flight, for generators that stream.
        frames_per_s: pace of all streams together, for generators that keep one.
    """

    target: str
    model: str
    images: Path
    warm_up_s: float
    duration_s: float
    in_flight: int = IN_FLIGHT
    streams: int = 1
    frames_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a generator saw in its window: frames answered, their latencies, and its own CPU."""

    frames: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_s: float


class Meter:
    """Counts the answers that come within the window."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._latencies_s: list[float] = []
        self._measuring = False
        self.over = False

    def answered(self, asked_s: float) -> None:
        """Counts an answer to what was asked at `asked_s`, by `time.perf_counter`."""
        if self._measuring:
            self._latencies_s.append(time.perf_counter() - asked_s)

    async def run(self) -> None:
        """Opens the window when the server is warm and tells what it saw at its end."""
        await asyncio.sleep(self._plan.warm_up_s)
        print(MEASURING, flush=True)
        self._measuring, started_s, cpu_s = True, time.perf_counter(), time.process_time()
        await asyncio.sleep(self._plan.duration_s)
        self._measuring, seconds = False, time.perf_counter() - started_s
        cpu_s = time.process_time() - cpu_s
        self.over = True
        p50_ms, p99_ms = np.percentile(np.array(self._latencies_s) * 1e3, (50, 99))
        seen = Counted(len(self._latencies_s), seconds, float(p50_ms), float(p99_ms), cpu_s)
        print(json.dumps(asdict(seen)), flush=True)


async def close_loop(ask: Callable[[int, int], Awaitable[None]], plan: Plan) -> None:
    """Keeps as many questions in flight as the plan says until the window is over.

    Args:
        ask: sends the image of a number and returns once its answer was seen to carry a result;
            its second argument, from 0, tells who asks.
        plan: how long.
    """
    meter = Meter(plan)
    numbers = count()

    async def keep_asking(asker: int) -> None:
        while not meter.over:
            asked_s = time.perf_counter()
            await ask(next(numbers), asker)
            meter.answered(asked_s)

    async with asyncio.TaskGroup() as group:
        group.create_task(meter.run())
        for asker in range(plan.in_flight):
            group.create_task(keep_asking(asker))


def main(generate: Callable[[Plan], Awaitable[None]], description: str | None) -> None:
    """Runs a generator as its command line says."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--target", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True, type=Path)
    parser.add_argument("--warm-up-s", required=True, type=float)
    parser.add_argument("--duration-s", required=True, type=float)
    parser.add_argument("--in-flight", type=int, default=IN_FLIGHT)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--frames-per-s", type=float, default=0.0)
    plan = Plan(**vars(parser.parse_args()))

    async def run() -> None:
        await generate(plan)

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        sys.exit(130)
    except ExceptionGroup as failed:
        sys.exit(f"{plan.model} at {plan.target}: {failed.exceptions[0]!r}")
