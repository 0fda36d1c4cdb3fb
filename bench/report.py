"""From measurements to rows, ratios and a table."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.measure import Measurement
from bench.stack import REAL_MODEL
from bench.trivial_model import NAME as TRIVIAL_MODEL

CEILING, UNARY, STREAM = "ceiling", "unary", "stream"
FASTAPI, FASTAPI_HALF = "fastapi", "fastapi_half"

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


def rows(rounds: Rounds) -> list[dict[str, Any]]:
    """One row per scenario and model: the median of the rounds, value by value."""
    return [
        {"scenario": scenario, "model": model}
        | {name: round(median(getattr(each, name) for each in measured), 2) for name in _DIGITS}
        for (scenario, model), measured in rounds.items()
    ]


def ratios(rounds: Rounds, model: str) -> dict[str, float]:
    """Frames per second against frames per second: the median of each round's ratio.

    Two scenarios are compared within a round only, where the machine was in the same mood.
    """
    return {
        name: round(
            median(
                ours.frames_per_s / theirs.frames_per_s
                for ours, theirs in zip(rounds[over, model], rounds[under, model], strict=True)
            ),
            3,
        )
        for name, (over, under) in _RATIOS.items()
    }


def as_json(rounds: Rounds) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "rows": rows(rounds),
        "ratios": ratios(rounds, TRIVIAL_MODEL),
        "ratios_real": ratios(rounds, REAL_MODEL),
        "rounds": [
            {"scenario": scenario, "model": model, "round": number, **asdict(each)}
            for (scenario, model), measured in rounds.items()
            for number, each in enumerate(measured, start=1)
        ],
        "machine": _machine(),
    }


def show(console: Console, rounds: Rounds) -> None:
    """Prints tables for people; `CPU ms` is the server's, per frame."""
    table = Table(title="1080p JPEGs of 300 KB, 16 in flight", box=SIMPLE_HEAD, pad_edge=False)
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
    console.print(table)
    by_model = {model: ratios(rounds, model) for model in (TRIVIAL_MODEL, REAL_MODEL)}
    compared = Table(
        title="frames/s against frames/s, median of the rounds", box=SIMPLE_HEAD, pad_edge=False
    )
    compared.add_column("ratio", no_wrap=True)
    for model in by_model:
        compared.add_column(model, justify="right")
    for name in _RATIOS:
        compared.add_row(name, *(f"{by_model[model][name]:.2f}" for model in by_model))
    console.print(compared)


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
