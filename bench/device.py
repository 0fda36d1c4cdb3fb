"""`make bench-device`: what the edge leaves of a Triton whose models run on a GPU, or on the CPU.

For each number of workers the images that come through the edge are held against those that the
same Triton answers when ready tensors are sent to it, with as many in flight. Where there is an
NVIDIA GPU its utilisation is read during each window.
"""

import argparse
import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.gpu_use import GpuUse
from bench.images import make_images
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.stack import REAL_MODEL, Server, running_edges
from ocelli.edge.triton.local.device import choose_device

_WARM_UP_S, _DURATION_S = 3.0, 8.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one way to ask showed.

    Attributes:
        images_per_s: answered.
        of_ceiling: that against ready tensors.
        mean_batch: images per run of the model.
        edge_cpu_ms: CPU of the edge, or of Triton's own process, per image.
        gpu_percent: mean utilisation of the GPU; None if there is none.
    """

    images_per_s: float
    of_ceiling: float
    mean_batch: float
    edge_cpu_ms: float
    gpu_percent: float | None


def main() -> None:
    """Measures, prints a table and writes `device.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.device", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4, 8], help="(1 4 8)")
    parser.add_argument("--model", default=REAL_MODEL, help="(%(default)s)")
    parser.add_argument("--in-flight", type=int, default=128, help="images at once (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    options = parser.parse_args()
    console = Console()
    found = measured(_measure(console, options.workers, options.model, options.in_flight))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "device.json"
    path.write_text(json.dumps({name: asdict(row) for name, row in found.items()}, indent=2) + "\n")
    table = Table(
        "", "images/s", "of the ceiling", "mean batch", "CPU ms/image", "GPU %", box=SIMPLE_HEAD
    )
    for name, row in found.items():
        used = "–" if row.gpu_percent is None else f"{row.gpu_percent:.0f}"
        figures = (f"{row.images_per_s:.0f}", f"{row.of_ceiling:.2f}", f"{row.mean_batch:.1f}")
        table.add_row(name, *figures, f"{row.edge_cpu_ms:.2f}", used)
    console.print(table)
    console.print(f"figures: {path}")


async def _measure(
    console: Console, workers: list[int], model: str, in_flight: int
) -> dict[str, Row]:
    images = make_images(HOME / "media", SCRATCH / "images")
    window = Window(images, _WARM_UP_S, _DURATION_S)
    console.print((await choose_device("auto")).line)
    async with running_edges(HOME, SCRATCH, console.print, tuple(workers)) as (triton, edges):

        async def ask(name: str, generator: str, server: Server, processes: int) -> Row:
            """As many load generators as there are workers: one of them is not as fast as those."""
            console.print(name)
            options = ("--in-flight", str(max(1, in_flight // processes)))
            scenario = Scenario(name, module(generator), server.address, server.pid, options)
            async with GpuUse() as use:
                seen: list[Measurement] = await asyncio.gather(
                    *(measure(scenario, model, window, triton.address) for _ in range(processes))
                )
            rate = sum(one.frames_per_s for one in seen)
            cpu_ms = mean(one.edge_cpu_ms_per_frame * one.frames_per_s for one in seen) / rate
            return Row(rate, 0.0, mean(one.mean_batch for one in seen), cpu_ms, use.percent)

        most = max(workers)
        ceiling = await ask("ready tensors", "bench.load_ready", triton, min(4, most))
        rows = {"ready tensors": ceiling}
        for count, edge in zip(workers, edges, strict=True):
            name = f"edge, {count} worker{'s' if count > 1 else ''}"
            rows[name] = await ask(name, "bench.load_stream", edge, count)
    return {
        name: Row(
            round(row.images_per_s, 1),
            round(row.images_per_s / ceiling.images_per_s, 3),
            round(row.mean_batch, 2),
            round(row.edge_cpu_ms, 2),
            row.gpu_percent,
        )
        for name, row in rows.items()
    }


if __name__ == "__main__":
    main()
