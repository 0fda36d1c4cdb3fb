"""`make restarts`: two edges behind a balancer restart in turn, and no call may be lost.

A program of each language calls through its SDK meanwhile, as its user would. Prints a table and
writes `restarts.json`.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.images import make_images
from ocelli.models.install import install
from ocelli.models.media import install_media
from tests.conftest import RunningEdge
from tests.faults.balancer import Balancer
from tests.faults.callers import Called, CallersError, Load, calling
from tests.faults.edges import MODEL, running_edge
from tests.faults.programs import add_programs

_ROOT = Path(__file__).parents[2]
_IMAGE_SIZE = (640, 360)  # small, since edges, callers and balancer share the cores


def main() -> int:
    """Runs; 0 if no call failed, and there were as many as there should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.restarts", description=__doc__)
    add_programs(parser)
    parser.add_argument("--restarts", type=int, default=20, help="for each language (%(default)s)")
    parser.add_argument("--out", type=Path, default=_ROOT / "out", help="folder")
    asked = parser.parse_args()
    console = Console()
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    install([], home / "models", home / "downloads")
    install_media(home / "media", home / "downloads")
    found: dict[str, Called] = {}
    with tempfile.TemporaryDirectory() as scratch:
        load = Load(MODEL, min(make_images(home / "media", Path(scratch), _IMAGE_SIZE).iterdir()))
        for language, command in asked.callers:
            console.print(f"{language}: {asked.restarts} restarts")
            folder = Path(scratch) / language
            start = partial(_start, home, folder)
            try:
                found[language] = asyncio.run(restart(start, command, load, asked.restarts))
            except CallersError as error:
                sys.exit(f"error: {language}: {error}")
    asked.out.mkdir(parents=True, exist_ok=True)
    path = asked.out / "restarts.json"
    as_json = {language: asdict(called) for language, called in found.items()}
    path.write_text(json.dumps({"restarts": asked.restarts, "languages": as_json}, indent=2) + "\n")
    console.print(_table(found, load, asked.restarts))
    console.print(f"figures: {path}")
    return 0 if all(each.kept_up(load) and not each.failed for each in found.values()) else 1


async def restart(
    start: Callable[[str], AbstractContextManager[RunningEdge]],
    command: Sequence[str],
    load: Load,
    times: int,
) -> Called:
    """Restarts two edges in turn under the calls of a program.

    Args:
        start: starts an edge by name and waits until it is ready; its end is a graceful stop.
        command: the program.
        load: how much it asks.
        times: how many restarts in all.

    Raises:
        CallersError: the program did not do what it should.
    """
    with ExitStack() as first, ExitStack() as second:
        stacks = (first, second)
        edges = [
            await asyncio.to_thread(stack.enter_context, start(str(number)))
            for number, stack in enumerate(stacks)
        ]
        async with (
            Balancer([edge.address for edge in edges]) as balancer,
            calling(command, load, balancer.address) as callers,
        ):
            for number in range(times):
                which = number % 2
                await asyncio.to_thread(stacks[which].close)
                assert edges[which].process.returncode == 0, "the stop was not graceful"
                # Somebody else may listen there from now on.
                balancer.backends.remove(edges[which].address)
                edges[which] = await asyncio.to_thread(
                    stacks[which].enter_context, start(str(which))
                )
                balancer.backends.append(edges[which].address)
            return await callers.end()


def _start(home: Path, folder: Path, name: str) -> AbstractContextManager[RunningEdge]:
    return running_edge(home, home / "models", folder / name)


def _table(found: dict[str, Called], load: Load, restarts: int) -> Table:
    table = Table(
        title=f"{load.calls_per_s:.0f} calls/s of {load.callers} callers", box=SIMPLE_HEAD
    )
    table.add_column("language")
    for heading in ("calls", "restarts", "failed"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for language, called in found.items():
        mark = f"[red]{called.failures}[/]" if called.failed else "[green]ok[/]"
        if not called.kept_up(load):
            mark = f"[red]only {called.calls / called.seconds:.0f} calls/s[/] {mark}"
        table.add_row(language, str(called.calls), str(restarts), str(called.failed), mark)
    return table


if __name__ == "__main__":
    sys.exit(main())
