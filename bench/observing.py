"""`make bench-observing`: what traces and the access log cost, in CPU of the edge for each call.

Edges that differ in nothing else take turns in front of one Triton, with a model that costs
nothing: JPEGs of 640×360, 16 calls in flight. Every other round goes through them backwards, as the
machine is not steady; what is reported is the median of the rounds' ratios.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.images import make_images
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.stack import free_address, running_variants, spawn_program
from bench.trivial_model import NAME

_WARM_UP_S, _DURATION_S = 1.0, 5.0
_IMAGE_SIZE = (640, 360)
_OFF = "off"


def main() -> None:
    """Measures, prints a table and writes `observing.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.observing", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    console = Console()
    found = measured(_measure(console, options.rounds))
    ratios = {name: _ratio(each, found[_OFF]) for name, each in found.items()}
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "observing.json"
    rounds = {name: [asdict(one) for one in each] for name, each in found.items()}
    path.write_text(json.dumps({"cpu_ratios": ratios, "rounds": rounds}, indent=2) + "\n")
    table = Table("edge", "calls/s", "CPU µs/call", "against off", box=SIMPLE_HEAD)
    for name, each in found.items():
        calls_per_s = median(one.frames_per_s for one in each)
        cpu_us = 1e3 * median(one.edge_cpu_ms_per_frame for one in each)
        table.add_row(name, f"{calls_per_s:.0f}", f"{cpu_us:.0f}", f"{ratios[name]:.3f}")
    console.print(table)
    console.print(f"figures: {path}")


def _ratio(each: Sequence[Measurement], off: Sequence[Measurement]) -> float:
    pairs = zip(each, off, strict=True)
    return round(median(a.edge_cpu_ms_per_frame / b.edge_cpu_ms_per_frame for a, b in pairs), 4)


async def _measure(console: Console, rounds: int) -> dict[str, list[Measurement]]:
    collector = free_address()
    traces = ("--otlp-endpoint", f"http://{collector}", "--trace-ratio")
    lines = ("--access-log", str(SCRATCH / "access.log"))
    variants: Mapping[str, Sequence[str]] = {
        _OFF: (),
        "traces of 1 %": (*traces, "0.01"),
        "traces of all": (*traces, "1"),
        "access log": lines,
        "both, traces of 1 %": (*traces, "0.01", *lines),
    }
    images = make_images(HOME / "media", SCRATCH / "small", _IMAGE_SIZE)
    found: dict[str, list[Measurement]] = {name: [] for name in variants}
    log = SCRATCH / "home" / "logs" / "collector.log"
    async with (
        spawn_program([*module("tests.observability.collector"), collector], log),
        running_variants(HOME, SCRATCH, console.print, variants) as (triton, edges),
    ):
        window = Window(images, _WARM_UP_S, _DURATION_S)
        for number in range(rounds):
            names = list(variants)[:: 1 - 2 * (number % 2)]
            for name in names:
                console.print(f"round {number + 1} of {rounds}: {name}")
                edge = edges[name]
                scenario = Scenario(name, module("bench.load_unary"), edge.address, edge.pid)
                found[name].append(await measure(scenario, NAME, window, triton.address))
    return found


if __name__ == "__main__":
    main()
