"""`make bench-live`: how far behind a camera the answers are, with everything at its default.

A camera of 25 frames a second in front of a detector that keeps up with fewer: `ocelli bench`
streams its frames with the overflow policy KEEP_LATEST and, for comparison, BLOCK. The latency of a
frame counts from when the camera took it. One frame's service time is that of calls one after the
other.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.edge import HOME, ROOT, SCRATCH
from bench.errors import BenchError
from bench.images import make_images
from bench.stack import REAL_MODEL, running
from ocelli.edge.triton.local.interpreter import SetupError

CAMERA_PER_S = 25
MAX_RATIO = 2.5
_SIZE_PX = (1280, 720)
_LASTS_S = 15


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
    try:
        service_ms, found = asyncio.run(_measure(console))
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, SetupError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
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
    images = make_images(HOME / "media", SCRATCH / "images_720p", _SIZE_PX)
    async with running(HOME, SCRATCH, console.print) as stack:
        address = stack.edge.address
        console.print("calls one after the other")
        alone = await _bench(address, images, "--mode", "unary", "--in-flight", "1")
        service_ms = alone["latency_ms"]["p50"]
        found = {}
        for policy in ("keep_latest", "block"):
            console.print(f"the camera under {policy}")
            rate = ("--rate", str(CAMERA_PER_S))
            seen = await _bench(
                address, images, "--mode", "stream", "--overflow-policy", policy, *rate
            )
            p50_ms = seen["latency_ms"]["p50"]
            found[policy] = Live(seen["results_per_s"], p50_ms, p50_ms / service_ms)
    return service_ms, found


async def _bench(address: str, images: Path, *options: str) -> dict[str, Any]:
    program = str(Path(sys.executable).parent / "ocelli")
    process = await asyncio.create_subprocess_exec(
        *(program, "bench", "--json", "--address", address, "--model", REAL_MODEL),
        *("--duration", str(_LASTS_S), *options, str(images)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(_LASTS_S + 60):
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise BenchError("`ocelli bench` failed")
    report: dict[str, Any] = json.loads(output.splitlines()[-1])["report"]
    return report


if __name__ == "__main__":
    main()
