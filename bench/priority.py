"""`make bench-priority`: what batch work of four times the capacity does to interactive calls.

The peak is measured in a closed loop, then, in turns, interactive calls at half of it by themselves
and beside batch calls at four times of it. The goal is a p99 beside them of at most 1.5 times that
alone.
"""

import argparse
import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bench.command import measured
from bench.edge import HOME, ROOT
from bench.errors import BenchError
from bench.images import make_images
from bench.load_open import Phase
from bench.measure import Scenario, Window, measure, module
from bench.stack import MODELS, REAL_MODEL, Server, running_edges

INTERACTIVE_SHARE, BATCH_SHARE = 0.5, 4.0
INTERACTIVE_TIMEOUT_S, BATCH_TIMEOUT_S = 1.0, 10.0

_SIZE_PX = (640, 360)
_PHASE_S = 30.0
# Batch work is at its height before the interactive calls begin and until they have ended.
_LEAD_S = 3.0
_SLACK_S = 60.0

Note = Callable[[str], None]


@dataclass(slots=True)
class Priorities:
    """What one model showed.

    Attributes:
        peak: calls per second answered in a closed loop.
        alone: interactive calls by themselves, round by round.
        beside: the same beside batch calls.
        batch: these.
    """

    peak: float
    alone: list[Phase] = field(default_factory=list)
    beside: list[Phase] = field(default_factory=list)
    batch: list[Phase] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures."""
        alone_ms, beside_ms = _p99_ms(self.alone), _p99_ms(self.beside)
        batch_per_s = _batch_per_s(self.batch)
        return {
            "peak_per_s": round(self.peak, 1),
            "alone_p99_ms": round(alone_ms, 1),
            "beside_p99_ms": round(beside_ms, 1),
            "p99_ratio": round(beside_ms / alone_ms, 2),
            "interactive_alone": round(_answered(self.alone), 3),
            "interactive_beside": round(_answered(self.beside), 3),
            "batch_per_s": round(batch_per_s, 1),
            "filled": round(INTERACTIVE_SHARE + batch_per_s / self.peak, 3),
        }


def main() -> None:
    """Measures, prints the figures and writes `priority.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.priority", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out" / "bench", help="folder (%(default)s)"
    )
    parser.add_argument(
        "--scratch", type=Path, default=ROOT / ".build" / "bench", help="folder (%(default)s)"
    )
    parser.add_argument("--models", nargs="+", choices=MODELS, default=[REAL_MODEL])
    parser.add_argument("--rounds", type=int, default=2, help="(%(default)s)")
    options = parser.parse_args()
    found = measured(_measure_all(options.scratch, options.models, options.rounds))
    rows = [{"model": model, **seen.as_json()} for model, seen in found.items()]
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "priority.json"
    path.write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    for row in rows:
        print(", ".join(f"{name} {value}" for name, value in row.items()))
    print(f"figures: {path}")


async def _measure_all(scratch: Path, models: list[str], rounds: int) -> dict[str, Priorities]:
    images = make_images(HOME / "media", scratch / "images_small", _SIZE_PX)
    async with running_edges(HOME, scratch, print, (1,)) as (triton, (edge,)):
        return {model: await _measure(edge, triton, model, images, rounds) for model in models}


async def _measure(
    edge: Server, triton: Server, model: str, images: Path, rounds: int
) -> Priorities:
    closed = Scenario("edge", module("bench.load_unary"), edge.address, edge.pid)
    window = Window(images, 1.5, _PHASE_S / 3)
    seen = Priorities((await measure(closed, model, window, triton.address)).frames_per_s)

    async def interactive(delay_s: float = 0.0) -> Phase:
        await asyncio.sleep(delay_s)
        rate, timeout_s = INTERACTIVE_SHARE * seen.peak, INTERACTIVE_TIMEOUT_S
        return await _load(edge, model, images, rate, _PHASE_S, timeout_s, "interactive")

    for number in range(rounds):
        print(f"{model}: round {number + 1} of {rounds}")
        seen.alone.append(await interactive())
        beside, batch = await asyncio.gather(
            interactive(_LEAD_S),
            _load(
                edge,
                model,
                images,
                BATCH_SHARE * seen.peak,
                _PHASE_S + 2 * _LEAD_S,
                BATCH_TIMEOUT_S,
                "batch",
            ),
        )
        seen.beside.append(beside)
        seen.batch.append(batch)
    return seen


async def _load(  # noqa: PLR0917  # all of what is sent
    edge: Server,
    model: str,
    images: Path,
    rate: float,
    lasts_s: float,
    timeout_s: float,
    priority: str,
) -> Phase:
    command = [
        *module("bench.load_open"),
        *("--target", edge.address, "--model", model, "--images", str(images)),
        *("--protocol", "grpc", "--timeout-s", str(timeout_s), "--priority", priority),
        *("--phase", f"{rate}:{lasts_s}"),
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(lasts_s + _SLACK_S):
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise BenchError(f"the {priority} load failed with {model}")
    (phase,) = json.loads(output)
    return Phase(**phase)


def _p99_ms(phases: list[Phase]) -> float:
    """Of the calls answered in time, all rounds together."""
    latencies_s = [took_s for phase in phases for _, took_s in phase.answered]
    return 1e3 * float(np.percentile(latencies_s, 99)) if latencies_s else 0.0


def _answered(phases: list[Phase]) -> float:
    """Calls answered in time, as a share of those that were due."""
    return sum(len(phase.answered) for phase in phases) / sum(phase.due for phase in phases)


def _batch_per_s(phases: list[Phase]) -> float:
    """Batch calls answered while interactive ones were sent, per second."""
    counted = sum(
        _LEAD_S <= at_s < _LEAD_S + _PHASE_S for phase in phases for at_s, _ in phase.answered
    )
    return counted / _PHASE_S / len(phases)


if __name__ == "__main__":
    main()
