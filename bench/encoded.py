"""`make bench-encoded`: what a 1080p JPEG costs the edge that passes it on instead of decoding it.

The same detector, one that costs nothing, is asked with pixels, which the edge decodes, and with
files, at which it does not look: what it takes to decode them elsewhere is no part of the edge.
Calls and frames of a stream go through one edge, in turns.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench import trivial_model
from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.images import make_images
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.stack import running_edges
from bench.trivial_model import FILES_NAME, NAME
from ocelli.client import connect_async

MAX_RATIO = 0.25
_WARM_UP_S, _DURATION_S = 2.0, 6.0
_LOAD_S = 60.0
_SCENARIOS = {
    "call, decoded": (NAME, "bench.load_unary"),
    "call, passed on": (FILES_NAME, "bench.load_unary"),
    "stream, decoded": (NAME, "bench.load_stream"),
    "stream, passed on": (FILES_NAME, "bench.load_stream"),
}


def main() -> None:
    """Measures, prints a table and writes `encoded.json`; fails if passing on costs too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.encoded", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    console = Console()
    found = measured(_measure(console, options.rounds))
    ratios = {kind: _ratio(found, kind) for kind in ("call", "stream")}
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "encoded.json"
    rounds = {name: [asdict(one) for one in each] for name, each in found.items()}
    path.write_text(json.dumps({"cpu_ratio": ratios, "rounds": rounds}, indent=2) + "\n")
    table = Table("1080p JPEGs", "calls/s", "edge CPU ms/call", box=SIMPLE_HEAD)
    for name, each in found.items():
        rate = median(one.frames_per_s for one in each)
        cpu_ms = median(one.edge_cpu_ms_per_frame for one in each)
        table.add_row(name, f"{rate:.0f}", f"{cpu_ms:.2f}")
    console.print(table)
    shown = ", ".join(f"{kind} {ratio:.2f}" for kind, ratio in ratios.items())
    console.print(f"passed on ÷ decoded: {shown}; figures: {path}")
    if max(ratios.values()) > MAX_RATIO:
        sys.exit(f"error: passing a file on costs too much; at most {MAX_RATIO} of decoding it")


def _ratio(found: dict[str, list[Measurement]], kind: str) -> float:
    """Edge CPU of what is passed on ÷ that of what is decoded, in the median round."""
    pairs = zip(found[f"{kind}, passed on"], found[f"{kind}, decoded"], strict=True)
    ratios = (passed.edge_cpu_ms_per_frame / one.edge_cpu_ms_per_frame for passed, one in pairs)
    return round(median(ratios), 3)


async def _measure(console: Console, rounds: int) -> dict[str, list[Measurement]]:
    images = make_images(HOME / "media", SCRATCH / "images")
    found: dict[str, list[Measurement]] = {name: [] for name in _SCENARIOS}
    async with running_edges(HOME, SCRATCH, console.print, (1,)) as (triton, (edge,)):
        trivial_model.write_for_files(SCRATCH / "models")
        async with connect_async(edge.address) as client:
            await client.models.load(FILES_NAME, timeout_s=_LOAD_S)
        window = Window(images, _WARM_UP_S, _DURATION_S)
        for number in range(rounds):
            for name in list(_SCENARIOS)[:: 1 - 2 * (number % 2)]:
                console.print(f"round {number + 1} of {rounds}: {name}")
                model, generator = _SCENARIOS[name]
                scenario = Scenario(name, module(generator), edge.address, edge.pid)
                found[name].append(await measure(scenario, model, window, triton.address))
    return found


if __name__ == "__main__":
    main()
