"""From measurements to rows, ratios and a table."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.cookbook import CalledRounds, cookbook_ratios, cookbook_rows, cookbook_table
from bench.fairness import POLITE_STREAMS, Fairness, p99_ratio
from bench.measure import Measurement
from bench.stack import REAL_MODEL
from bench.trivial_model import NAME as TRIVIAL_MODEL

CEILING, UNARY, STREAM = "ceiling", "unary", "stream"
FASTAPI, FASTAPI_HALF = "fastapi", "fastapi_half"
PIXELS, RAW_UNARY, RAW_STREAM = "pixels", "raw720p_unary", "raw720p_stream"

_RATIOS = {
    "unary_vs_ceiling": (UNARY, CEILING),
    "stream_vs_ceiling": (STREAM, CEILING),
    "unary_vs_fastapi": (UNARY, FASTAPI),
    "stream_vs_fastapi": (STREAM, FASTAPI),
    "unary_vs_fastapi_half": (UNARY, FASTAPI_HALF),
    "stream_vs_fastapi_half": (STREAM, FASTAPI_HALF),
}
_PACKAGES = (
    *("ocelli-vision", "grpcio", "protobuf", "numpy", "opencv-python-headless", "simplejpeg"),
    *("tritonclient", "fastapi", "uvicorn", "uvloop", "httptools"),
)

_DIGITS = {"frames_per_s": 0, "p50_ms": 0, "p99_ms": 0, "edge_cpu_ms_per_frame": 1, "mean_batch": 1}

Rounds: TypeAlias = Mapping[tuple[str, str], Sequence[Measurement]]
"""Measurements, one per round, by scenario and model."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a run of the benchmark found.

    Attributes:
        frames: the windows of a fixed number of frames in flight.
        fairness: one per round.
        cookbook: the hundred calls.
    """

    frames: Rounds
    fairness: list[Fairness]
    cookbook: CalledRounds


def rows(rounds: Rounds) -> list[dict[str, Any]]:
    """One row per scenario and model: the median of the rounds, value by value."""
    return [
        {"scenario": scenario, "model": model}
        | {name: round(median(getattr(each, name) for each in measured), 2) for name in _DIGITS}
        for (scenario, model), measured in rounds.items()
    ]


def ratios(rounds: Rounds, model: str) -> dict[str, float]:
    """Frames per second against frames per second: the median of each round's ratio."""
    return {
        name: _ratio(rounds, model, "frames_per_s", over, under)
        for name, (over, under) in _RATIOS.items()
    }


def cpu_ratios(rounds: Rounds) -> dict[str, Any]:
    """CPU per frame against CPU per frame, with the trivial model, likewise."""

    def cpu(over: str, under: str) -> float:
        return _ratio(rounds, TRIVIAL_MODEL, "edge_cpu_ms_per_frame", over, under)

    return {
        "edge_cpu_vs_pixels": {"stream": cpu(STREAM, PIXELS), "unary": cpu(UNARY, PIXELS)},
        "raw720p_stream_vs_unary_cpu": cpu(RAW_STREAM, RAW_UNARY),
    }


def _ratio(rounds: Rounds, model: str, value: str, over: str, under: str) -> float:
    """Two scenarios are compared within a round only, where the machine was in the same mood."""
    pairs = zip(rounds[over, model], rounds[under, model], strict=True)
    return float(round(median(getattr(a, value) / getattr(b, value) for a, b in pairs), 3))


def as_json(results: Results) -> dict[str, Any]:
    """Everything, for programs."""
    rounds = results.frames
    return {
        "rows": rows(rounds),
        "ratios": ratios(rounds, TRIVIAL_MODEL),
        "ratios_real": ratios(rounds, REAL_MODEL),
        **cpu_ratios(rounds),
        "fairness_p99_ratio": round(p99_ratio(results.fairness), 3),
        "fairness_rounds": [asdict(each) for each in results.fairness],
        "cookbook": cookbook_ratios(results.cookbook, TRIVIAL_MODEL),
        "cookbook_real": cookbook_ratios(results.cookbook, REAL_MODEL),
        "cookbook_rows": cookbook_rows(results.cookbook),
        "rounds": [
            {"scenario": scenario, "model": model, "round": number, **asdict(each)}
            for (scenario, model), measured in rounds.items()
            for number, each in enumerate(measured, start=1)
        ],
        "machine": _machine(),
    }


def show(console: Console, results: Results) -> None:
    """Prints tables for people; `CPU ms` is the server's, per frame."""
    for table in (
        _frames_table(results.frames),
        _ratios_table(results.frames),
        cookbook_table(results.cookbook),
        _summary_table(results),
    ):
        console.print(table)


def _frames_table(rounds: Rounds) -> Table:
    title = "16 in flight: 1080p JPEGs of 300 KB, raw 720p frames"
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("model", no_wrap=True)
    table.add_column("scenario", no_wrap=True)
    for heading in ("frames/s", "p50 ms", "p99 ms", "CPU ms", "batch"):
        table.add_column(heading, justify="right", no_wrap=True)
    previous = ""
    for row in rows(rounds):
        if row["model"] != previous:
            table.add_section()
        previous = row["model"]
        values = (f"{row[name]:.{digits}f}" for name, digits in _DIGITS.items())
        table.add_row(row["model"], row["scenario"], *values)
    return table


def _ratios_table(rounds: Rounds) -> Table:
    by_model = {model: ratios(rounds, model) for model in (TRIVIAL_MODEL, REAL_MODEL)}
    title = "frames/s against frames/s, median of the rounds"
    table = Table(title=title, box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("ratio", no_wrap=True)
    for model in by_model:
        table.add_column(model, justify="right")
    for name in _RATIOS:
        table.add_row(name, *(f"{by_model[model][name]:.2f}" for model in by_model))
    return table


def _summary_table(results: Results) -> Table:
    table = Table(title="with the trivial model", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("ratio", no_wrap=True)
    table.add_column("", justify="right")
    cpu = cpu_ratios(results.frames)
    called = cookbook_ratios(results.cookbook, TRIVIAL_MODEL)
    for name, value in (
        ("CPU per frame: stream against pixels alone", cpu["edge_cpu_vs_pixels"]["stream"]),
        ("CPU per frame: unary against pixels alone", cpu["edge_cpu_vs_pixels"]["unary"]),
        ("CPU per raw 720p frame: stream against unary", cpu["raw720p_stream_vs_unary_cpu"]),
        ("100 calls at once: mean against FastAPI", called["mean_vs_fastapi"]),
        ("100 calls at once: end against FastAPI", called["end_vs_fastapi"]),
        (f"p99 of {POLITE_STREAMS} polite streams: flooded", p99_ratio(results.fairness)),
    ):
        table.add_row(name, f"{value:.2f}")
    return table


def _machine() -> dict[str, Any]:
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": round(os.getloadavg()[0], 2),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in _PACKAGES},
    }


def _cpu_model() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()
