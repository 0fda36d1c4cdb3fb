"""`make bench-encoded`: what a 1080p JPEG costs the edge that passes it on instead of decoding it.

The same detector, one that costs nothing, is asked with pixels, which the edge decodes, and with
files, which an ensemble's first step decodes in Triton. Both go through one edge, in turns.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.edge import HOME, ROOT, SCRATCH
from bench.errors import BenchError
from bench.images import make_images
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.stack import running_edges
from bench.trivial_model import NAME
from ocelli.client import connect_async
from ocelli.edge.triton.local.interpreter import SetupError
from ocelli.models.encoded import ensemble
from ocelli.models.errors import InstallError

MAX_RATIO = 0.25
_WARM_UP_S, _DURATION_S = 2.0, 6.0
_LOAD_S = 60.0


def main() -> None:
    """Measures, prints a table and writes `encoded.json`; fails if passing on costs too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.encoded", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    console = Console()
    try:
        found = asyncio.run(_measure(console, options.rounds))
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, SetupError, InstallError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
    ratio = median(
        passed.edge_cpu_ms_per_frame / decoded.edge_cpu_ms_per_frame
        for passed, decoded in zip(found["passed on"], found["decoded"], strict=True)
    )
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "encoded.json"
    rounds = {name: [asdict(one) for one in each] for name, each in found.items()}
    path.write_text(json.dumps({"cpu_ratio": round(ratio, 3), "rounds": rounds}, indent=2) + "\n")
    table = Table("1080p JPEGs", "calls/s", "edge CPU ms/call", box=SIMPLE_HEAD)
    for name, each in found.items():
        rate = median(one.frames_per_s for one in each)
        cpu_ms = median(one.edge_cpu_ms_per_frame for one in each)
        table.add_row(name, f"{rate:.0f}", f"{cpu_ms:.2f}")
    console.print(table)
    console.print(f"passed on ÷ decoded: {ratio:.2f}; figures: {path}")
    if ratio > MAX_RATIO:
        sys.exit(f"error: passing a file on costs {ratio:.2f} of decoding it; at most {MAX_RATIO}")


async def _measure(console: Console, rounds: int) -> dict[str, list[Measurement]]:
    images = make_images(HOME / "media", SCRATCH / "images")
    models = {"decoded": NAME, "passed on": f"{NAME}_encoded"}
    found: dict[str, list[Measurement]] = {name: [] for name in models}
    async with running_edges(HOME, SCRATCH, console.print, (1,)) as (triton, (edge,)):
        ensemble.add(NAME, SCRATCH / "models")
        async with connect_async(edge.address) as client:
            await client.models.load(models["passed on"], timeout_s=_LOAD_S)
        window = Window(images, _WARM_UP_S, _DURATION_S)
        for number in range(rounds):
            for name in list(models)[:: 1 - 2 * (number % 2)]:
                console.print(f"round {number + 1} of {rounds}: {name}")
                scenario = Scenario(name, module("bench.load_unary"), edge.address, edge.pid)
                found[name].append(await measure(scenario, models[name], window, triton.address))
    return found


if __name__ == "__main__":
    main()
