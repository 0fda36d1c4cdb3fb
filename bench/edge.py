"""`make bench`: how many frames pass through the edge, and what each of them costs.

Several ways to get the same images to the same Triton are measured in turn, several rounds over,
then how fairly streams share the edge, and a hundred calls; `docs/performance.md` says what they
are and how to read them.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.command import measured
from bench.cookbook import run_cookbook
from bench.fairness import Fairness, measure_fairness
from bench.images import make_images, make_raw_frames
from bench.measure import Measurement, Scenario, Window, measure, module
from bench.report import (
    CEILING,
    FASTAPI,
    FASTAPI_HALF,
    PIXELS,
    RAW_STREAM,
    RAW_UNARY,
    STREAM,
    UNARY,
    Results,
    Rounds,
    as_json,
    show,
)
from bench.stack import REAL_MODEL, Stack, running
from bench.trivial_model import NAME as TRIVIAL_MODEL

ROOT = Path(__file__).parents[1]
SCRATCH = ROOT / ".build" / "bench"
HOME = Path(os.environ.get("OCELLI_HOME", ROOT / ".ocelli"))

_DURATION_S = {TRIVIAL_MODEL: 4.0, REAL_MODEL: 5.0}
_FAIRNESS_S = 7.0
_WARM_UP_S = 1.5
_RAW_SIZE_PX = (1280, 720)

Note = Callable[[str], None]


def main() -> None:
    """Measures, prints tables and writes `edge.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.edge", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "out" / "bench", help="folder (%(default)s)"
    )
    parser.add_argument(
        "--scratch", type=Path, default=SCRATCH, help="folder of models and logs (%(default)s)"
    )
    options = parser.parse_args()
    console = Console()
    results = measured(_measure_all(console, options.scratch, options.rounds))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "edge.json"
    path.write_text(json.dumps(as_json(results), indent=2) + "\n")
    show(console, results)
    console.print(f"figures: {path}")


async def _measure_all(console: Console, scratch: Path, round_count: int) -> Results:
    images = make_images(HOME / "media", scratch / "images")
    raw = make_raw_frames(images, scratch / "raw720p", _RAW_SIZE_PX)
    window = Window(images, _WARM_UP_S, 0.0)
    with console.status("starting") as status:

        def note(text: str) -> None:
            if console.is_terminal:
                status.update(text)
            else:
                console.print(text)

        async with running(HOME, scratch, note) as stack:
            frames = await _measure_frames(stack, window, raw, round_count, note)
            fairness: list[Fairness] = []
            for measured in frames[STREAM, TRIVIAL_MODEL]:
                note(f"fairness: round {len(fairness) + 1} of {round_count}")
                longer = replace(window, duration_s=_FAIRNESS_S)
                fairness.append(await measure_fairness(stack, longer, measured.frames_per_s))
            called = await run_cookbook(stack, images, round_count, note)
    return Results(frames, fairness, called)


async def _measure_frames(
    stack: Stack, window: Window, raw: Path, round_count: int, note: Note
) -> Rounds:
    found: dict[tuple[str, str], list[Measurement]] = defaultdict(list)
    scenarios = _scenarios(stack, raw)
    for number in range(round_count):
        for model, duration_s in _DURATION_S.items():
            timed = replace(window, duration_s=duration_s)
            # Neighbours in time are compared most fairly; let the neighbours change.
            for scenario in scenarios[:: 1 - 2 * (number % 2)]:
                if scenario.model in (None, model):
                    note(f"round {number + 1} of {round_count}: {model}, {scenario.name}")
                    seen = await measure(scenario, model, timed, stack.triton.address)
                    found[scenario.name, model].append(seen)
    return found


def _scenarios(stack: Stack, raw: Path) -> tuple[Scenario, ...]:
    triton, edge = stack.triton.address, (stack.edge.address, stack.edge.pid)
    fastapi, half = stack.fastapi, stack.fastapi_half
    trivial = TRIVIAL_MODEL
    return (
        Scenario(CEILING, module("bench.ceiling"), triton, None),
        Scenario(UNARY, module("bench.load_unary"), *edge),
        Scenario(PIXELS, module("bench.pixels"), triton, None, model=trivial),
        Scenario(STREAM, module("bench.load_stream"), *edge),
        Scenario(FASTAPI, module("bench.load_http"), fastapi.address, fastapi.pid),
        Scenario(FASTAPI_HALF, module("bench.load_http"), half.address, half.pid),
        Scenario(RAW_UNARY, module("bench.load_unary"), *edge, images=raw, model=trivial),
        Scenario(RAW_STREAM, module("bench.load_stream"), *edge, images=raw, model=trivial),
    )


if __name__ == "__main__":
    main()
