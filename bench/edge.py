"""`make bench`: how many frames pass through the edge, and what each of them costs.

Five ways to get the same pictures to the same Triton are measured in turn, several rounds over;
`docs/performance.md` says what they are and how to read them.
"""

import argparse
import asyncio
import json
import os
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.errors import BenchError
from bench.measure import Measurement, Scenario, Window, measure
from bench.pictures import make_pictures
from bench.report import CEILING, FASTAPI, FASTAPI_HALF, STREAM, UNARY, as_json, show
from bench.stack import REAL_MODEL, Stack, running
from bench.trivial_model import NAME as TRIVIAL_MODEL
from ocelli.edge.triton.local.interpreter import SetupError

_ROOT = Path(__file__).parents[1]
_SCRATCH = _ROOT / ".build" / "bench"
_DURATION_S = {TRIVIAL_MODEL: 6.0, REAL_MODEL: 8.0}
_WARM_UP_S = 2.0


def main() -> None:
    """Measures, prints a table and writes `edge.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.edge", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument(
        "--out", type=Path, default=_ROOT / "out" / "bench", help="folder (%(default)s)"
    )
    options = parser.parse_args()
    console = Console()
    try:
        rounds = asyncio.run(_measure_all(console, options.rounds))
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, SetupError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "edge.json"
    path.write_text(json.dumps(as_json(rounds), indent=2) + "\n")
    show(console, rounds)
    console.print(f"figures: {path}")


async def _measure_all(
    console: Console, round_count: int
) -> dict[tuple[str, str], list[Measurement]]:
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    pictures = make_pictures(home / "media", _SCRATCH / "pictures")
    window = Window(pictures, _WARM_UP_S, 0.0)
    found: dict[tuple[str, str], list[Measurement]] = defaultdict(list)
    columns = (TextColumn("{task.description:28}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        async with running(home, _SCRATCH, progress.console.print) as stack:
            scenarios = _scenarios(stack)
            bar = progress.add_task("", total=round_count * len(_DURATION_S) * len(scenarios))
            for number in range(round_count):
                for model, duration_s in _DURATION_S.items():
                    timed = replace(window, duration_s=duration_s)
                    # Neighbours in time are compared most fairly; let the neighbours change.
                    for scenario in scenarios[:: 1 - 2 * (number % 2)]:
                        progress.update(bar, description=f"{model}: {scenario.name}")
                        seen = await measure(scenario, model, timed, stack.triton)
                        found[scenario.name, model].append(seen)
                        progress.advance(bar)
    return found


def _scenarios(stack: Stack) -> tuple[Scenario, ...]:
    return (
        Scenario(CEILING, "bench.ceiling", stack.triton, None),
        Scenario(UNARY, "bench.load_unary", stack.edge.address, stack.edge.pid),
        Scenario(STREAM, "bench.load_stream", stack.edge.address, stack.edge.pid),
        Scenario(FASTAPI, "bench.load_http", stack.fastapi.address, stack.fastapi.pid),
        Scenario(
            FASTAPI_HALF, "bench.load_http", stack.fastapi_half.address, stack.fastapi_half.pid
        ),
    )


if __name__ == "__main__":
    main()
