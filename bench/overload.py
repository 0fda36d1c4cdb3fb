"""`make bench-overload`: what is answered in time when more is asked than can be answered.

For each model the peak is measured in a closed loop, then open loops at shares and multiples of it,
with deadlines of a second, a flood, and how soon calls are served as before. `docs/performance.md`
says how to read it.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT
from bench.errors import BenchError
from bench.images import make_images
from bench.load_open import Phase
from bench.measure import Scenario, Window, measure, module
from bench.stack import MODELS, REAL_MODEL, Stack, running

TIMEOUT_S = 1.0
SHARES = (0.5, 0.9, 1.2, 2.0, 4.0)
RECOVERY_SHARE = 0.5

_SIZE_PX = (640, 360)
_PHASE_S = {True: 12.0, False: 6.0}
_SETTLED_SHARE = 0.9
_IDLE_SHARE = 0.1

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Overload:
    """What one server showed with one model.

    Attributes:
        peak: calls per second answered in a closed loop.
        phases: an open loop for each of `SHARES`, then one at `RECOVERY_SHARE`.
    """

    peak: float
    phases: list[Phase]

    def goodput(self, share: float) -> float:
        """Calls answered in time, as a share of the peak."""
        phase = self._at(share)
        return len(phase.answered) / phase.duration_s / self.peak

    def p99_s(self, share: float) -> float:
        """99th percentile of the latencies of calls answered in time; 0 if there were none."""
        latencies_s = [took_s for _, took_s in self._at(share).answered]
        return float(np.percentile(latencies_s, 99)) if latencies_s else 0.0

    def admitted_p99_ratio(self) -> float:
        """The worst p99 under overload against that at half of the peak."""
        calm_s = self.p99_s(SHARES[0])
        return max(self.p99_s(share) for share in SHARES if share > 1) / calm_s if calm_s else 0.0

    def recovery_s(self) -> float:
        """From the end of the flood until a second begins in which calls are answered as before."""
        phase = self.phases[-1]
        for tenth in range(int(phase.duration_s * 10) - 10):
            since_s = phase.began_s + tenth / 10
            seen = sum(since_s <= at_s < since_s + 1 for at_s, _ in phase.answered)
            if seen >= _SETTLED_SHARE * phase.rate - 2 * phase.rate**0.5:
                return tenth / 10
        return phase.duration_s

    def _at(self, share: float) -> Phase:
        return self.phases[SHARES.index(share)]


def main() -> None:
    """Measures, prints a table and writes `overload.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out" / "bench", help="folder (%(default)s)"
    )
    parser.add_argument(
        "--scratch", type=Path, default=ROOT / ".build" / "bench", help="folder (%(default)s)"
    )
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS, help="(%(default)s)")
    options = parser.parse_args()
    console = Console()
    found = measured(_measure_all(console, options.scratch, options.models))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "overload.json"
    path.write_text(json.dumps(_as_json(found), indent=2) + "\n")
    console.print(_table(found))
    console.print(f"figures: {path}")


async def _measure_all(
    console: Console, scratch: Path, models: Sequence[str]
) -> dict[tuple[str, str], Overload]:
    images = make_images(HOME / "media", scratch / "images_small", _SIZE_PX)
    found: dict[tuple[str, str], Overload] = {}
    async with running(HOME, scratch, console.print) as stack:
        for model in models:
            for server in ("edge", "fastapi"):
                console.print(f"{model}: {server}")
                found[model, server] = await _measure(stack, server, model, images)
                await _wait_idle(getattr(stack, server).pid)
    return found


async def _wait_idle(pid: int) -> None:
    """Waits until a server has worked off what nobody waits for any more, 30 s at most."""
    process = psutil.Process(pid)
    for _ in range(30):
        before = process.cpu_times()
        await asyncio.sleep(1)
        after = process.cpu_times()
        if after.user + after.system - before.user - before.system < _IDLE_SHARE:
            return


async def _measure(stack: Stack, server: str, model: str, images: Path) -> Overload:
    target = getattr(stack, server)
    loop = "bench.load_unary" if server == "edge" else "bench.load_http"
    closed = Scenario(server, module(loop), target.address, target.pid)
    window = Window(images, 1.5, _PHASE_S[model == REAL_MODEL] / 2)
    peak = (await measure(closed, model, window, stack.triton.address)).frames_per_s
    lasts_s = _PHASE_S[model == REAL_MODEL]
    rates = [share * peak for share in (*SHARES, RECOVERY_SHARE)]
    command = [
        *module("bench.load_open"),
        *("--target", target.address, "--model", model, "--images", str(images)),
        *("--protocol", "grpc" if server == "edge" else "http", "--timeout-s", str(TIMEOUT_S)),
        *(option for rate in rates for option in ("--phase", f"{rate}:{lasts_s}")),
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(len(rates) * lasts_s + 60):
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise BenchError(f"the load on {server} failed with {model}")
    return Overload(peak, [Phase(**phase) for phase in json.loads(output)])


def _as_json(found: dict[tuple[str, str], Overload]) -> dict[str, Any]:
    rows = [
        {
            "model": model,
            "server": server,
            "peak_per_s": round(seen.peak, 1),
            "goodput": {f"{share:g}": round(seen.goodput(share), 3) for share in SHARES},
            "p99_ms": {f"{share:g}": round(seen.p99_s(share) * 1e3, 1) for share in SHARES},
            "admitted_p99_ratio": round(seen.admitted_p99_ratio(), 2),
            "recovery_s": seen.recovery_s(),
        }
        for (model, server), seen in found.items()
    ]
    real = found.get((REAL_MODEL, "edge"))
    if real is None:
        return {"rows": rows}
    return {
        "goodput_09": round(real.goodput(0.9), 3),
        "goodput_2x": round(real.goodput(2.0), 3),
        "goodput_4x": round(real.goodput(4.0), 3),
        "admitted_p99_ratio": round(real.admitted_p99_ratio(), 2),
        "recovery_s": real.recovery_s(),
        "rows": rows,
    }


def _table(found: dict[tuple[str, str], Overload]) -> Table:
    table = Table(box=SIMPLE_HEAD, title="answered in time, as a share of the peak")
    for column in ("model", "server", "peak/s", *(f"{share:g} ×" for share in SHARES)):
        table.add_column(column, justify="left" if column in ("model", "server") else "right")
    for column in ("p99 ratio", "recovery s"):
        table.add_column(column, justify="right")
    for (model, server), seen in found.items():
        table.add_row(
            model,
            server,
            f"{seen.peak:.0f}",
            *(f"{seen.goodput(share):.2f}" for share in SHARES),
            f"{seen.admitted_p99_ratio():.1f}",
            f"{seen.recovery_s():.1f}",
        )
    return table


if __name__ == "__main__":
    main()
