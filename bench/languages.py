"""`make bench-languages`: what the SDK of each language costs its user.

Every SDK streams the same images to the same edge, 16 frames in flight, through a load program of
its own; they take turns, several rounds over. A start is a new process of the SDK's conformance
runner that connects, detects in one image and ends. What is installed is the size of the files
that a program needs at run time, the language's own runtime left out.
"""

import argparse
import asyncio
import json
import shlex
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.command import measured
from bench.edge import HOME, ROOT, SCRATCH
from bench.errors import BenchError
from bench.images import make_images
from bench.installed import size_bytes
from bench.measure import Measurement, Scenario, Window, measure
from bench.stack import Server, running_edges
from bench.trivial_model import NAME as TRIVIAL_MODEL

_WARM_UP_S = 3.0  # a JIT compiler has seen the loop by then
_DURATION_S = 4.0
_STARTS = 5
_START_TIMEOUT_S = 60.0

Commands = Mapping[str, tuple[str, ...]]
"""A command, or paths, by language."""


@dataclass(frozen=True, slots=True)
class Language:
    """What was found for one SDK.

    Attributes:
        frames_per_s: answered frames of a stream, medians of the rounds here and below.
        vs_fastest: that against the fastest language of the same round.
        client_cpu_ms: user and system time of the client per frame.
        start_ms: a process's life from its start to the end of its only call.
        installed_mib: files needed at run time.
    """

    frames_per_s: float
    vs_fastest: float
    client_cpu_ms: float
    start_ms: float
    installed_mib: float


def main() -> None:
    """Measures, prints a table and writes `languages.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.languages", description=__doc__)
    for flag, about in (
        ("--load", "load program of a language"),
        ("--runner", "conformance runner of a language"),
        ("--installed", "files that a program of the language needs at run time"),
    ):
        parser.add_argument(
            flag, action="append", default=[], metavar="LANGUAGE=WORDS", type=_named, help=about
        )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    options = parser.parse_args()
    loads, runners, installed = (
        dict(pairs) for pairs in (options.load, options.runner, options.installed)
    )
    if not loads or not loads.keys() == runners.keys() == installed.keys():
        parser.error("each language needs --load, --runner and --installed")
    console = Console()
    found = measured(_measure_all(console, loads, runners, installed, options.rounds))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "languages.json"
    as_json = {"languages": {name: asdict(language) for name, language in found.items()}}
    path.write_text(json.dumps(as_json, indent=2) + "\n")
    console.print(_table(found))
    console.print(f"figures: {path}")


def _named(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, words = text.partition("=")
    return name, tuple(shlex.split(words))


async def _measure_all(
    console: Console, loads: Commands, runners: Commands, installed: Commands, round_count: int
) -> dict[str, Language]:
    scratch = SCRATCH / "languages"
    images = make_images(HOME / "media", scratch / "images")
    rounds: list[dict[str, Measurement]] = []
    starts_ms: dict[str, list[float]] = defaultdict(list)
    async with running_edges(HOME, scratch, console.print, (1,)) as (triton, (edge,)):
        for number in range(round_count):
            rounds.append({})
            for name in list(loads)[:: 1 - 2 * (number % 2)]:
                console.print(f"round {number + 1} of {round_count}: {name}")
                scenario = Scenario(name, loads[name], edge.address, edge.pid)
                window = Window(images, _WARM_UP_S, _DURATION_S)
                rounds[-1][name] = await measure(scenario, TRIVIAL_MODEL, window, triton.address)
        plan = _write_plan(scratch, images, edge)
        for _ in range(_STARTS):
            for name, command in runners.items():
                starts_ms[name].append(await _start_ms(name, command, plan))
    fastest = [max(each.frames_per_s for each in by_name.values()) for by_name in rounds]
    return {
        name: Language(
            round(median(each[name].frames_per_s for each in rounds), 1),
            round(
                median(
                    each[name].frames_per_s / best
                    for each, best in zip(rounds, fastest, strict=True)
                ),
                3,
            ),
            round(median(each[name].generator_cpu_ms_per_frame for each in rounds), 3),
            round(median(starts_ms[name]), 0),
            round(sum(size_bytes(what) for what in installed[name]) / 2**20, 1),
        )
        for name in loads
    }


def _write_plan(scratch: Path, images: Path, edge: Server) -> Path:
    """A conformance plan of one call."""
    image = min(images.iterdir()).name
    request = {"model": TRIVIAL_MODEL, "image": {"encoded": {"$file": image}}}
    case = {
        "id": "start",
        "kind": "unary",
        "target": "main",
        "rpc": "DetectService/Detect",
        "request": request,
        "expect": {"response": {"result": {"model": TRIVIAL_MODEL}}},
    }
    plan = {
        "language": "start",
        "targets": {"main": edge.address},
        "tls": {},
        "files": str(images),
        "cases": [case],
        "golden": [],
    }
    path = scratch / "plan.json"
    path.write_text(json.dumps(plan))
    return path


async def _start_ms(name: str, command: tuple[str, ...], plan: Path) -> float:
    report = plan.with_name(f"report_{name}.json")
    began_s = time.perf_counter()
    process = await asyncio.create_subprocess_exec(*command, "run", str(plan), str(report))
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    taken_ms = (time.perf_counter() - began_s) * 1e3
    (case,) = json.loads(report.read_text())["cases"]
    if case["outcome"] != "passed":
        raise BenchError(f"the runner of {name} failed: {case['message']}")
    return taken_ms


def _table(found: Mapping[str, Language]) -> Table:
    title = "DetectStream, 16 in flight, 1080p JPEGs of 300 KB"
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("language", no_wrap=True)
    for heading in ("frames/s", "of the fastest", "client CPU ms", "start ms", "installed MiB"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, each in sorted(found.items(), key=lambda item: -item[1].vs_fastest):
        table.add_row(
            name,
            f"{each.frames_per_s:.0f}",
            f"{each.vs_fastest:.2f}",
            f"{each.client_cpu_ms:.2f}",
            f"{each.start_ms:.0f}",
            f"{each.installed_mib:.1f}",
        )
    return table


if __name__ == "__main__":
    main()
