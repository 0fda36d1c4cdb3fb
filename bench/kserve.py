"""`make bench-kserve`: what a call of Triton's own protocol costs on its way through the edge.

The edge and a proxy that only copies bytes take turns in front of one Triton; both are one asyncio
process. Tensors of 1.2 MB, 16 in flight.
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

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.stack import free_address, running_edges, spawn_program
from bench.trivial_model import NAME

MAX_RATIO = 1.3
_WARM_UP_S, _DURATION_S = 1.5, 4.0


def main() -> None:
    """Measures, prints a table and writes `kserve.json`; fails if the edge costs too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.kserve", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    console = Console()
    found = measured(_measure(console, options.rounds))
    ratio = median(
        edge.edge_cpu_ms_per_frame / proxy.edge_cpu_ms_per_frame
        for edge, proxy in zip(found["edge"], found["copying proxy"], strict=True)
    )
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "kserve.json"
    rounds = {name: [asdict(one) for one in each] for name, each in found.items()}
    path.write_text(json.dumps({"cpu_ratio": round(ratio, 3), "rounds": rounds}, indent=2) + "\n")
    table = Table("server", "calls/s", "CPU ms/call", "p50 ms", box=SIMPLE_HEAD)
    for name, each in found.items():
        medians = (
            median(one.frames_per_s for one in each),
            median(one.edge_cpu_ms_per_frame for one in each),
            median(one.p50_ms for one in each),
        )
        table.add_row(name, f"{medians[0]:.0f}", f"{medians[1]:.2f}", f"{medians[2]:.1f}")
    console.print(table)
    console.print(f"CPU of the edge ÷ copying proxy: {ratio:.2f}; figures: {path}")
    if ratio > MAX_RATIO:
        sys.exit(f"error: a call through the edge costs {ratio:.2f} of a copy; at most {MAX_RATIO}")


async def _measure(console: Console, rounds: int) -> dict[str, list[Measurement]]:
    found: dict[str, list[Measurement]] = {"edge": [], "copying proxy": []}
    async with running_edges(HOME, SCRATCH, console.print, (1,)) as (triton, (edge,)):
        address = free_address()
        command = [*module("bench.copying_proxy"), address, triton.address]
        async with spawn_program(command, SCRATCH / "home" / "logs" / "proxy.log") as proxy:
            targets = {"edge": (edge.address, edge.pid), "copying proxy": (address, proxy.pid)}
            window = Window(SCRATCH, _WARM_UP_S, _DURATION_S)
            for number in range(rounds):
                for name in list(targets)[:: 1 - 2 * (number % 2)]:
                    console.print(f"round {number + 1} of {rounds}: {name}")
                    target, pid = targets[name]
                    scenario = Scenario(name, module("bench.load_kserve"), target, pid)
                    found[name].append(await measure(scenario, NAME, window, triton.address))
    return found


if __name__ == "__main__":
    main()
