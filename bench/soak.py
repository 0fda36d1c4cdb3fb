"""`make soak`: does memory grow under streams that come and go?

Sixteen clients stream to one edge. A stream lasts a random number of frames; then it ends as it
should, or is cancelled with frames in flight, or its connection is closed under it. When half of
the frames are answered, and again at the end, all streams are ended and the resident memory of the
edge and of Triton (its stubs included) is read. The first half is also what fills caches and heaps;
drift is what the second one adds.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console

from bench.edge import HOME, ROOT, SCRATCH
from bench.errors import BenchError
from bench.images import make_images
from bench.load import Plan
from bench.load_stream import open_stream, read_answer, read_frames
from bench.stack import Server, running_edges
from bench.trivial_model import NAME as TRIVIAL_MODEL
from ocelli.edge.triton.local.interpreter import SetupError

STREAMS = 16
_SIZE_PX = (640, 360)
_WINDOW = 4
_MAX_FRAMES_OF_A_STREAM = 200
_ENDS = ("closed", "cancelled", "disconnected")
_SETTLE_S = 3.0
_PROGRESS_S = 10.0


@dataclass(slots=True)
class Tally:
    """What happened so far: frames answered, and how streams ended."""

    frames: int = 0
    ends: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Soaks, prints what it found and writes `soak.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--frames", type=int, default=100_000, help="in all (%(default)s)")
    parser.add_argument("--timeout-s", type=float, default=3600.0, help="in all (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument(
        "--max-edge-drift", type=float, help="fail if the edge's memory grew by a larger part"
    )
    options = parser.parse_args()
    console = Console()
    try:
        found = asyncio.run(_soak(console, options.frames, options.timeout_s))
    except KeyboardInterrupt:
        sys.exit(130)
    except TimeoutError:
        sys.exit(f"error: {options.frames} frames took longer than {options.timeout_s} s")
    except (BenchError, SetupError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "soak.json"
    path.write_text(json.dumps(found, indent=2) + "\n")
    console.print(f"memory grew by {found['rss_drift']:.2%} in the second half; figures: {path}")
    edge_drift = found["rss_drift_by_process"]["edge"]
    if options.max_edge_drift is not None and edge_drift > options.max_edge_drift:
        sys.exit(f"error: the edge's grew by {edge_drift:.2%}, over {options.max_edge_drift:.2%}")


async def _soak(console: Console, frames: int, timeout_s: float) -> dict[str, Any]:
    scratch = SCRATCH / "soak"
    images = make_images(HOME / "media", scratch / "images", _SIZE_PX)
    async with (
        asyncio.timeout(timeout_s),
        running_edges(HOME, scratch, console.print, (1,)) as (triton, (edge,)),
    ):
        plan = Plan(edge.address, TRIVIAL_MODEL, images, 0.0, 0.0)
        tally, began_s = Tally(), time.perf_counter()
        halves: list[dict[str, int]] = []
        for half in (frames // 2, frames):
            await _run_streams(console, plan, tally, half)
            await asyncio.sleep(_SETTLE_S)
            halves.append({"edge": _rss(edge), "triton": _rss(triton)})
            console.print(f"{tally.frames} frames: resident {_mib(halves[-1])}")
        seconds = time.perf_counter() - began_s
    first, second = halves
    drifts = {name: round(second[name] / first[name] - 1, 4) for name in first}
    return {
        "rss_drift": round(sum(second.values()) / sum(first.values()) - 1, 4),
        "rss_drift_by_process": drifts,
        "rss_bytes_after_halves": halves,
        "frames": tally.frames,
        "streams": dict(tally.ends),
        "seconds": round(seconds, 1),
    }


async def _run_streams(console: Console, plan: Plan, tally: Tally, until: int) -> None:
    """Streams until `until` frames are answered, counted from the beginning."""
    frames = read_frames(plan)

    async def keep_streaming(client: int) -> None:
        chance = random.Random(client + until)  # noqa: S311  # no secret
        while tally.frames < until:
            await _stream(plan, frames, tally, until, chance)

    async def tell() -> None:
        while True:
            await asyncio.sleep(_PROGRESS_S)
            console.print(f"{tally.frames} frames answered, streams: {dict(tally.ends)}")

    telling = asyncio.create_task(tell())
    try:
        async with asyncio.TaskGroup() as group:
            for client in range(STREAMS):
                group.create_task(keep_streaming(client))
    finally:
        telling.cancel()


async def _stream(
    plan: Plan, frames: list[bytes], tally: Tally, until: int, chance: random.Random
) -> None:
    """One stream's life: its window kept full, its end by chance."""
    end, length = chance.choice(_ENDS), chance.randint(1, _MAX_FRAMES_OF_A_STREAM)
    async with contextlib.AsyncExitStack() as stack:
        call = await open_stream(stack, plan, _WINDOW)
        sent = answered = 0
        while answered < length and tally.frames < until:
            while sent < min(length, answered + _WINDOW):
                await call.write(frames[chance.randrange(len(frames))])
                sent += 1
            await read_answer(call)
            answered += 1
            tally.frames += 1
        # What is abandoned is abandoned with its window full.
        if end == "closed":
            await call.done_writing()
            while await read_answer(call):
                tally.frames += 1
        else:
            for _ in range(answered + _WINDOW - sent):
                await call.write(frames[0])
            if end == "cancelled":
                call.cancel()
    tally.ends[end] += 1


def _rss(server: Server) -> int:
    """Resident bytes of a process and its descendants."""
    process = psutil.Process(server.pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


def _mib(sizes: dict[str, int]) -> str:
    return ", ".join(f"{name} {size / 2**20:.1f} MiB" for name, size in sizes.items())


if __name__ == "__main__":
    main()
