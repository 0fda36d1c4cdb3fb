"""The concurrency experiment of serving tutorials: a hundred calls, in three patterns.

Each client runs in a process of its own (`bench.cookbook_calls`), one after the other.
"""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from rich.box import SIMPLE_HEAD
from rich.table import Table

from bench.cookbook_calls import AT_ONCE, CLIENTS, PATTERNS, SPREAD, Called
from bench.errors import BenchError
from bench.stack import REAL_MODEL, Stack
from bench.trivial_model import NAME as TRIVIAL_MODEL

SPREAD_S = 20.0
_TIMEOUT_S = 120.0

CalledRounds: TypeAlias = Mapping[tuple[str, str, str], Sequence[Called]]
"""What was seen, one per round, by model, pattern and client."""


async def run_cookbook(
    stack: Stack, images: Path, round_count: int, note: Callable[[str], None]
) -> CalledRounds:
    """Calls `round_count` times with the trivial model, once with the real one.

    The spread calls keep a fixed pace and are repeated with neither.

    Raises:
        BenchError: calls failed; their reason is on stderr.
    """
    found: dict[tuple[str, str, str], list[Called]] = defaultdict(list)
    for model, repeats in ((TRIVIAL_MODEL, round_count), (REAL_MODEL, 1)):
        for pattern in PATTERNS:
            for number in range(1 if pattern == SPREAD else repeats):
                for client in CLIENTS[:: 1 - 2 * (number % 2)]:
                    note(f"{model}: {client} {pattern}")
                    server = stack.edge if client.startswith("ocelli") else stack.fastapi
                    called = await _call(server.address, model, images, client, pattern)
                    found[model, pattern, client].append(called)
    return found


async def _call(target: str, model: str, images: Path, client: str, pattern: str) -> Called:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.cookbook_calls", "--target", target, "--model", model),
        *("--images", str(images), "--client", client, "--pattern", pattern),
        *("--spread-s", str(SPREAD_S)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            answer, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise BenchError(f"{client} failed with {model}")
    return Called(**json.loads(answer))


def cookbook_rows(rounds: CalledRounds) -> list[dict[str, Any]]:
    """One row per model, pattern and client: the median of the rounds."""
    return [
        {"model": model, "pattern": pattern, "client": client}
        | asdict(
            Called(
                round(median(each.mean_ms for each in called), 1),
                round(median(each.end_s for each in called), 3),
            )
        )
        for (model, pattern, client), called in rounds.items()
    ]


def cookbook_ratios(rounds: CalledRounds, model: str) -> dict[str, float]:
    """All at once: the better client of Ocelli against the better one of FastAPI."""
    best = {
        (server, value): min(
            median(getattr(each, value) for each in called)
            for (of, pattern, client), called in rounds.items()
            if (of, pattern) == (model, AT_ONCE) and client.startswith(server)
        )
        for server in ("ocelli", "fastapi")
        for value in ("mean_ms", "end_s")
    }
    return {
        "mean_vs_fastapi": round(best["ocelli", "mean_ms"] / best["fastapi", "mean_ms"], 3),
        "end_vs_fastapi": round(best["ocelli", "end_s"] / best["fastapi", "end_s"], 3),
    }


def cookbook_table(rounds: CalledRounds) -> Table:
    """For people: mean latency and end of the last call, by pattern."""
    table = Table(
        title=f"100 calls: mean ms / end s (spread over {SPREAD_S:.0f} s)",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    table.add_column("model", no_wrap=True)
    table.add_column("client", no_wrap=True)
    for pattern in PATTERNS:
        table.add_column(pattern.replace("_", " "), justify="right", no_wrap=True)
    cells = {
        (row["model"], row["client"], row["pattern"]): f"{row['mean_ms']:.0f} / {row['end_s']:.2f}"
        for row in cookbook_rows(rounds)
    }
    for model in dict.fromkeys(model for model, _, _ in rounds):
        table.add_section()
        for client in CLIENTS:
            table.add_row(model, client, *(cells[model, client, pattern] for pattern in PATTERNS))
    return table
