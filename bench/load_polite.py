"""Polite load on `DetectStream`: streams that each send frames at a fixed rate, as cameras do.

A frame's latency counts from the moment at which it is due, so that one that could not be sent in
time is not forgiven. The streams' clocks are not in step; their phases are the same in every run.
"""

import asyncio
import contextlib
import random
import time
from collections import deque
from itertools import count
from typing import Any

from bench.load import IN_FLIGHT, Meter, Plan, main
from bench.load_stream import open_stream, read_answer, read_frames


async def generate(plan: Plan) -> None:
    """Sends to `plan.target`, an edge, at `plan.frames_per_s` until the window is over."""
    frames, period_s = read_frames(plan), plan.streams / plan.frames_per_s
    phases = random.Random(plan.streams)  # noqa: S311  # no secret
    meter = Meter(plan)
    async with contextlib.AsyncExitStack() as stack:
        calls = [await open_stream(stack, plan, IN_FLIGHT) for _ in range(plan.streams)]
        start_s = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            group.create_task(meter.run())
            for call in calls:
                due_s = start_s + period_s * phases.random()
                group.create_task(_exchange(call, frames, due_s, period_s, meter))


async def _exchange(
    call: Any,  # noqa: ANN401  # untyped
    frames: list[bytes],
    start_s: float,
    period_s: float,
    meter: Meter,
) -> None:
    due_s: deque[float] = deque()

    async def send() -> None:
        for number in count():
            next_s = start_s + number * period_s
            await asyncio.sleep(next_s - time.perf_counter())
            if meter.over:
                break
            due_s.append(next_s)
            await call.write(frames[number % len(frames)])
        await call.done_writing()

    async with asyncio.TaskGroup() as group:
        group.create_task(send())
        while await read_answer(call):
            meter.answered(due_s.popleft())


if __name__ == "__main__":
    main(generate, __doc__)
