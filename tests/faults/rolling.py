"""`make rolling`: every edge and every Triton is replaced in turn, and nobody may notice.

A program of each language calls and streams through its SDK meanwhile, as its user would. Prints a
table, writes `rolling.json`, and adds `rolling` to `ops.json`.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.images import make_images
from ocelli.models.install import install
from ocelli.models.media import install_media
from tests.faults.callers import Called, CallersError, Load, calling
from tests.faults.fleet import MODEL, Fleet, Replaced, running_fleet
from tests.faults.programs import add_programs
from tests.ops.figures import note

_ROOT = Path(__file__).parents[2]
_IMAGE_SIZE = (160, 90)  # small, since edges, Tritons and callers share the cores
_UNARY, _STREAM = "ocelli.v1.DetectService/Detect", "ocelli.v1.DetectService/DetectStream"


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a rolling replacement cost the callers of one SDK.

    Attributes:
        called: what came of the calls and frames.
        edges: the replacements of the edges.
        tritons: those of the Tritons.
        not_ok: how often each method ended at an edge other than OK, and why.
    """

    called: Called
    edges: list[Replaced]
    tritons: list[Replaced]
    not_ok: dict[str, dict[str, int]]

    @property
    def repeated(self) -> int:
        """Calls that an edge refused, each of which the SDK made again."""
        return sum(self.not_ok.get(_UNARY, {}).values())

    @property
    def interrupted(self) -> int:
        """Streams that an edge ended early, each of which the SDK opened again."""
        return sum(self.not_ok.get(_STREAM, {}).values())

    def ok(self, load: Load) -> bool:
        """Whether nothing was lost, with as much load as was asked for."""
        called = self.called
        wrong = called.failed or called.failures or called.frames.wrong
        return called.kept_up(load) and not wrong


async def roll(fleet: Fleet, command: Sequence[str], load: Load, pause_s: float) -> Rolled:
    """Replaces all edges and then all Tritons in turn under the load of a program.

    Args:
        fleet: what is replaced.
        command: the program.
        load: how much it asks.
        pause_s: after each replacement, in seconds.

    Raises:
        CallersError: the program did not do what it should.
    """
    before = fleet.not_ok()
    async with calling(command, load, fleet.target) as callers:
        edges = await fleet.replace_edges(pause_s)
        tritons = await fleet.replace_tritons(pause_s)
        called = await callers.end()
    not_ok: dict[str, dict[str, int]] = {}
    for (method, reason), count in (fleet.not_ok() - before).items():
        not_ok.setdefault(method, {})[reason] = count
    return Rolled(called, edges, tritons, not_ok)


def main() -> int:
    """Runs; 0 if nothing was lost, and there was as much load as there should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rolling", description=__doc__)
    add_programs(parser)
    parser.add_argument("--edges", type=int, default=3, help="(%(default)s)")
    parser.add_argument("--tritons", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--rate", type=float, default=200.0, help="calls a second (%(default)s)")
    parser.add_argument("--streams", type=int, default=8, help="(%(default)s)")
    parser.add_argument("--frames-per-s", type=float, default=5.0, help="of each (%(default)s)")
    parser.add_argument(
        "--pause-s", type=float, default=5.0, help="after each replacement (%(default)s)"
    )
    parser.add_argument("--out", type=Path, default=_ROOT / "out", help="folder")
    asked = parser.parse_args()
    console = Console()
    home = Path(os.environ.get("OCELLI_HOME", _ROOT / ".ocelli"))
    install([], home / "models", home / "downloads")
    install_media(home / "media", home / "downloads")
    with tempfile.TemporaryDirectory() as scratch:
        image = min(make_images(home / "media", Path(scratch) / "images", _IMAGE_SIZE).iterdir())
        load = Load(
            MODEL,
            image,
            calls_per_s=asked.rate,
            streams=asked.streams,
            frames_per_s=asked.frames_per_s,
        )
        found = asyncio.run(_each(asked, home, Path(scratch) / "fleet", load, console))
    _write(asked.out, found)
    console.print(_table(found, load))
    console.print(f"figures: {asked.out / 'rolling.json'}, {asked.out / 'ops.json'}")
    return 0 if all(each.ok(load) for each in found.values()) else 1


async def _each(
    asked: argparse.Namespace, home: Path, scratch: Path, load: Load, console: Console
) -> dict[str, Rolled]:
    found: dict[str, Rolled] = {}
    async with running_fleet(home, scratch, asked.edges, asked.tritons) as fleet:
        for language, command in asked.callers:
            console.print(f"{language}: replacing {asked.edges} edges and {asked.tritons} Tritons")
            try:
                found[language] = await roll(fleet, command, load, asked.pause_s)
            except CallersError as error:
                sys.exit(f"error: {language}: {error}")
    return found


def _write(out: Path, found: dict[str, Rolled]) -> None:
    languages = {language: asdict(each) for language, each in found.items()}
    note(out / "rolling.json", {"languages": languages})
    calls = sum(each.called.calls for each in found.values())
    failed = sum(each.called.failed for each in found.values())
    frames = {
        name: sum(getattr(each.called.frames, name) for each in found.values())
        for name in ("sent", "answered", "failed", "twice", "lost")
    }
    note(out / "ops.json", {"rolling": {"calls": calls, "failed": failed, "frames": frames}})


def _table(found: dict[str, Rolled], load: Load) -> Table:
    table = Table(
        title=f"{load.calls_per_s:.0f} calls/s of {load.callers} callers, "
        f"{load.streams} streams of {load.frames_per_s:g} frames/s",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("language")
    for heading in ("calls/s", "calls", "again", "failed"):
        table.add_column(heading, justify="right")
    for heading in ("cut", "frames", "twice", "lost", "failed"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for language, each in found.items():
        called, frames = each.called, each.called.frames
        mark = "[green]ok[/]" if each.ok(load) else f"[red]{called.failures or 'too slow'}[/]"
        counts = (called.calls, each.repeated, called.failed, each.interrupted, frames.sent)
        numbers = (*counts, frames.twice, frames.lost, frames.failed)
        rate = f"{called.calls / called.seconds:.0f}"
        table.add_row(language, rate, *map(str, numbers), mark)
    return table


if __name__ == "__main__":
    sys.exit(main())
