"""`make bench-live`: how far behind a camera the answers are, with everything at its default.

A camera of 25 frames a second in front of a detector that keeps up with fewer, streamed by the
Python SDK under the overflow policy KEEP_LATEST and, for comparison, BLOCK. The latency of a frame
counts from when the camera took it. One frame's service time is that of calls one after the other.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.images import make_images, read_images
from bench.stack import REAL_MODEL, running
from ocelli.client import AsyncClient, Frame, OverflowPolicy, connect_async

CAMERA_PER_S = 25
MAX_RATIO = 2.5
_SIZE_PX = (1280, 720)
_LASTS_S = 15
_CALLS = 40
_POLICIES: tuple[OverflowPolicy, ...] = ("keep_latest", "block")


@dataclass(frozen=True, slots=True)
class Live:
    """What a stream under one policy showed.

    Attributes:
        answered_per_s: frames that were looked at.
        p50_ms: median of their latencies.
        ratio: of that to one frame's service time.
    """

    answered_per_s: float
    p50_ms: float
    ratio: float


def main() -> None:
    """Measures, prints a table and writes `live.json`; fails if live is too late."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    options = parser.parse_args()
    console = Console()
    service_ms, found = measured(_measure(console))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "live.json"
    policies = {policy: asdict(live) for policy, live in found.items()}
    path.write_text(json.dumps({"service_ms": service_ms, **policies}, indent=2) + "\n")
    table = Table(box=SIMPLE_HEAD, title=f"a camera of {CAMERA_PER_S}/s; alone {service_ms:.0f} ms")
    for column in ("policy", "frames/s", "p50 ms", "÷ alone"):
        table.add_column(column, justify="left" if column == "policy" else "right")
    for policy, live in found.items():
        row = (f"{live.answered_per_s:.1f}", f"{live.p50_ms:.0f}", f"{live.ratio:.1f}")
        table.add_row(policy, *row)
    console.print(table)
    console.print(f"figures: {path}")
    if found["keep_latest"].ratio > MAX_RATIO:
        sys.exit(f"error: the newest frames are later than {MAX_RATIO} times one frame's time")


async def _measure(console: Console) -> tuple[float, dict[str, Live]]:
    images = read_images(make_images(HOME / "media", SCRATCH / "images_720p", _SIZE_PX))
    async with (
        running(HOME, SCRATCH, console.print) as stack,
        connect_async(stack.edge.address) as client,
    ):
        console.print("calls one after the other")
        taken_s = []
        for number in range(_CALLS):
            began_s = time.perf_counter()
            await client.detect(images[number % len(images)], model=REAL_MODEL)
            taken_s.append(time.perf_counter() - began_s)
        service_ms = 1000 * median(taken_s)
        found: dict[str, Live] = {}
        for policy in _POLICIES:
            console.print(f"the camera under {policy}")
            found[policy] = await _watch(client, images, policy, service_ms)
    return service_ms, found


async def _watch(
    client: AsyncClient, images: list[bytes], policy: OverflowPolicy, service_ms: float
) -> Live:
    answers = client.detect_stream(_camera(images), model=REAL_MODEL, overflow_policy=policy)
    latencies_ms = [
        time.perf_counter() * 1e3 - answer.capture_time_us / 1e3
        async for answer in answers
        if answer.result is not None
    ]
    p50_ms = median(latencies_ms)
    return Live(len(latencies_ms) / _LASTS_S, p50_ms, p50_ms / service_ms)


def _camera(images: list[bytes]) -> Iterator[Frame]:
    """Frames at their moments; one that is not drawn in time waits, as in a camera's buffer."""
    began_s = time.perf_counter()
    for number in range(_LASTS_S * CAMERA_PER_S):
        taken_s = began_s + number / CAMERA_PER_S
        time.sleep(max(0, taken_s - time.perf_counter()))
        yield Frame(images[number % len(images)], capture_time_us=int(taken_s * 1e6))


if __name__ == "__main__":
    main()
