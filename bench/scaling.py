"""`make bench-scaling`: what a frame costs as work grows.

The trivial model, `DetectStream`, and one thing varied at a time: streams and workers with 1080p
JPEGs, then the size of the images. Writes `scaling.json` and draws `scaling.png`.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH, Note
from bench.images import make_images
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.scaling_plot import plot
from bench.stack import Server, running_edges
from bench.trivial_model import NAME as TRIVIAL_MODEL

STREAMS = (1, 4, 16, 64)
WORKERS = (1, 2)
SIZES_PX = ((640, 360), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
_FULL_HD_PX = (1920, 1080)
_WARM_UP_S, _DURATION_S = 1.5, 4.0


@dataclass(frozen=True, slots=True)
class Load:
    """A load that is measured: so many streams of images of one size, on so many workers."""

    streams: int
    workers: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a load showed: frames per second, and the edge's CPU for one of them."""

    load: Load
    frames_per_s: float
    cpu_ms_per_frame: float


def main() -> None:
    """Measures, prints a table, writes `scaling.json` and draws."""
    parser = argparse.ArgumentParser(prog="python -m bench.scaling", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured (2)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    parser.add_argument("--docs", action="store_true", help="draw into docs/, too")
    options = parser.parse_args()
    console = Console()
    costs = measured(_measure_all(console.print, options.rounds))
    options.out.mkdir(parents=True, exist_ok=True)
    found = {"spread_at_1080p": spread(costs), "rows": [asdict(cost) for cost in costs]}
    (options.out / "scaling.json").write_text(json.dumps(found, indent=2) + "\n")
    sketch(costs, options.out / "scaling.png")
    if options.docs:
        sketch(costs, ROOT / "docs" / "scaling.png")
    console.print(_table(costs))
    console.print(f"CPU per 1080p frame varies by {spread(costs):.0%}; plot in {options.out}")


def loads() -> list[Load]:
    """Everything that is measured; one stream of 1080p on one worker is in both series."""
    by_streams = [Load(count, workers, *_FULL_HD_PX) for workers in WORKERS for count in STREAMS]
    by_size = [Load(1, 1, *size) for size in SIZES_PX if size != _FULL_HD_PX]
    return by_streams + by_size


def spread(costs: list[Cost]) -> float:
    """How much dearer the dearest load is than the cheapest at 1080p, as a fraction."""
    equal = [
        cost.cpu_ms_per_frame
        for cost in costs
        if (cost.load.width_px, cost.load.height_px) == _FULL_HD_PX
    ]
    return round(max(equal) / min(equal) - 1, 3)


def sketch(costs: list[Cost], path: Path) -> None:
    """Draws cost against streams, one line per number of workers, and against size."""
    by_streams = {
        f"{workers} worker{'s' if workers > 1 else ''}": [
            (cost.load.streams, cost.cpu_ms_per_frame)
            for cost in costs
            if cost.load.workers == workers
            and (cost.load.width_px, cost.load.height_px) == _FULL_HD_PX
        ]
        for workers in WORKERS
    }
    by_size = sorted(
        (cost.load.width_px * cost.load.height_px / 1e6, cost.cpu_ms_per_frame)
        for cost in costs
        if (cost.load.streams, cost.load.workers) == (1, 1)
    )
    plot(by_streams, by_size, path)


async def _measure_all(note: Note, round_count: int) -> list[Cost]:
    scratch = SCRATCH / "scaling"
    folders = {
        size: make_images(HOME / "media", scratch / f"images_{size[1]}", size) for size in SIZES_PX
    }
    seen: dict[Load, list[Measurement]] = {load: [] for load in loads()}
    async with running_edges(HOME, scratch, note, WORKERS) as (triton, edges):
        servers = dict(zip(WORKERS, edges, strict=True))
        for number in range(round_count):
            for load in loads()[:: 1 - 2 * (number % 2)]:
                size = load.width_px, load.height_px
                note(f"{load.streams} streams, {load.workers} workers, {size[0]}×{size[1]}")
                window = Window(folders[size], _WARM_UP_S, _DURATION_S)
                scenario = _scenario(load, servers[load.workers])
                seen[load].append(await measure(scenario, TRIVIAL_MODEL, window, triton.address))
    return [
        Cost(
            load,
            round(median(each.frames_per_s for each in rounds), 1),
            round(median(each.edge_cpu_ms_per_frame for each in rounds), 2),
        )
        for load, rounds in seen.items()
    ]


def _scenario(load: Load, edge: Server) -> Scenario:
    options = ("--streams", str(load.streams))
    return Scenario("stream", module("bench.load_stream"), edge.address, edge.pid, options)


def _table(costs: list[Cost]) -> Table:
    table = Table(title="CPU of the edge per frame", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("size", "streams", "workers", "frames/s", "CPU ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for cost in costs:
        table.add_row(
            f"{cost.load.width_px}×{cost.load.height_px}",
            str(cost.load.streams),
            str(cost.load.workers),
            f"{cost.frames_per_s:.0f}",
            f"{cost.cpu_ms_per_frame:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
