"""`make bench-search`: how the index keeps its speed and its recall as it grows.

One collection grows from size to size, by upserts through the edge; at each size recall is held
against exact neighbours. Then the edge is killed and started again, and the embedded engine alone,
in a process of its own, does the same. With `--index opensearch://…` it is a cluster's index that
grows, and then it is asked through the edge and without it, by turns.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bench.edge import ROOT, SCRATCH
from bench.errors import BenchError
from bench.search_asked import NAME, Row, create, look, store
from bench.search_cluster import beside
from bench.search_data import Vectors, vectors
from bench.search_kills import kills
from bench.search_load import empty_calls_per_s, searches_per_s, upserts_per_s
from bench.search_meanwhile import searching
from bench.search_size import disk_mib, memory_mib
from bench.stack import free_address, spawn_program
from ocelli.client import AsyncClient, OcelliError, connect_async

_START_S = 60.0
_SETTLED_S = 6.0
_SETTLE_TIMEOUT_S = 3600.0
_NO_TRITON = "127.0.0.1:1"
_MOST_UNQUANTISED = 100_000
"""A graph over the vectors as they are takes three times as long to build."""


@dataclass(frozen=True, slots=True)
class _Place:
    """An engine, as `--index` takes it, and the edge's home."""

    engine: str
    home: Path
    quantise: bool = True

    @property
    def label(self) -> str:
        return self.engine if self.quantise else f"{self.engine}, not quantised"

    @property
    def folder(self) -> Path:
        return self.home / "index" / "collections" / NAME

    @property
    def is_embedded(self) -> bool:
        return self.engine == "embedded"


def main() -> None:
    """Measures, prints tables and writes `search.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--index", default="embedded", help="engine (%(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    options = parser.parse_args()
    console = Console()
    try:
        found = asyncio.run(_measure(console, sorted(options.points), options.index))
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, OcelliError) as error:
        sys.exit(f"error: {error}")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "search.json"
    found |= kills(options.out)
    path.write_text(json.dumps(found, indent=2) + "\n")
    console.print(_table(found["rows"]))
    console.print_json(json.dumps({key: value for key, value in found.items() if key != "rows"}))
    console.print(f"figures: {path}")


def _table(rows: list[dict[str, Any]]) -> Table:
    """A column for each row of the report."""
    table = Table("", *(f"{row['engine']}: {row['points']}" for row in rows), box=SIMPLE_HEAD)
    for name in list(rows[0])[2:]:
        table.add_row(name.replace("_", " "), *(f"{row[name]:g}" for row in rows))
    return table


async def _measure(console: Console, sizes: list[int], engine: str) -> dict[str, Any]:
    place = _Place(engine, SCRATCH / "search")
    console.print("making vectors")
    stored, queries = vectors(sizes[-1], 1), vectors(1000, 2)
    async with _filled(console, place, stored, queries, sizes) as (rows, address, client):
        found: dict[str, Any] = {
            "rows": rows,
            "qps16": round(await searches_per_s(address, queries), 1),
            "empty_calls_per_s": round(await empty_calls_per_s(address), 1),
            "upserts_per_s": round(await upserts_per_s(address, stored), 1),
        }
        if not place.is_embedded:
            await client.collections.delete(NAME)
            console.print("the cluster, through the edge and without it")
            found |= await beside(client, engine, stored, queries)
    if place.is_embedded:
        console.print("killed, and started again")
        found["restart_s"] = await _restart(place, stored)
        console.print("the engine alone")
        raw = found["raw"] = await _raw(sizes[-1])
        found["ratios"] = {
            "ingest_vs_raw": round(rows[-1]["ingest_per_s"] / raw["ingest_per_s"], 3),
            "qps16_vs_raw": round(found["qps16"] / raw["qps"], 3),
            # One after the other on the same cores: an empty call, and the engine's search.
            "qps16_vs_bound": round(
                found["qps16"] * (1 / found["empty_calls_per_s"] + 1 / raw["qps"]), 3
            ),
            "p95_growth": round(rows[-1]["p95_ms"] / rows[0]["p95_ms"], 2),
        }
        fewer = [size for size in sizes if size <= _MOST_UNQUANTISED][-1:]
        place = _Place(engine, place.home, quantise=False)
        async with _filled(console, place, stored, queries, fewer) as (unquantised, _, _):
            found["rows"] = [*rows, *unquantised]
    return found


@contextlib.asynccontextmanager
async def _filled(
    console: Console, place: _Place, stored: Vectors, queries: Vectors, sizes: list[int]
) -> AsyncIterator[tuple[list[dict[str, Any]], str, AsyncClient]]:
    """An edge whose index grew to the last of the sizes, with a row for each."""
    shutil.rmtree(place.home, ignore_errors=True)
    rows = []
    async with _edge(place) as (address, process), connect_async(address) as client:
        await create(client)
        for span in zip([0, *sizes], sizes, strict=False):
            console.print(f"{place.label}: storing up to {span[1]}")
            rows.append(
                asdict(await _grow((place, address, process, client), stored, queries, span))
            )
        yield rows, address, client


async def _grow(
    served: tuple[_Place, str, psutil.Process, AsyncClient],
    stored: Vectors,
    queries: Vectors,
    span: tuple[int, int],
) -> Row:
    """Stores the points of a span, waits for their graph, and looks."""
    place, address, edge, client = served
    first, last = span
    async with searching(address) as meanwhile_ms:
        began_s = time.perf_counter()
        stored_s = await store(client, stored, first, last)
    if place.is_embedded:
        await _settled(place.folder)
    settled_s = time.perf_counter() - began_s - (_SETTLED_S if place.is_embedded else 0)
    return Row(
        engine=place.label,
        points=last,
        stored_per_s=round((last - first) / stored_s, 1),
        ingest_per_s=round((last - first) / settled_s, 1),
        ingest_p95_ms=round(float(np.percentile(meanwhile_ms, 95)), 1),
        **await look(client, stored[:last], queries),
        **memory_mib(edge),
        disk_mib=disk_mib(place.folder),
    )


async def _settled(folder: Path) -> None:
    """Returns when no graph has been built for some seconds."""
    until_s = time.monotonic() + _SETTLE_TIMEOUT_S
    quiet_since_s = time.monotonic()
    while time.monotonic() < until_s:
        if _shards(folder) > 1:
            quiet_since_s = time.monotonic()
        if time.monotonic() - quiet_since_s >= _SETTLED_S:
            return
        await asyncio.sleep(0.1)
    raise BenchError(f"graphs were still built after {_SETTLE_TIMEOUT_S:g} s")


def _shards(folder: Path) -> int:
    return len(list(folder.glob("shard*")))


async def _restart(place: _Place, stored: Vectors) -> float:
    """Seconds from the start of an edge, killed before, to its first right answer."""
    async with _edge(place) as (_, process):
        _kill(process)
    began_s = time.perf_counter()
    async with _edge(place) as (address, _), connect_async(address) as client:
        answer = await client.search(NAME, vector=stored[7], limit=1, timeout_s=_START_S)
        if [hit.id for hit in answer.hits] != ["7"]:
            raise BenchError("after a restart the nearest point was another one")
        return round(time.perf_counter() - began_s, 2)


def _kill(process: psutil.Process) -> None:
    """Ends a process and all that it started, at once."""
    family = [*process.children(recursive=True), process]
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(family, timeout=10)


async def _raw(points: int) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.search_raw", str(points)), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise BenchError("the engine alone failed")
    return {name: round(value, 2) for name, value in json.loads(output).items()}


@contextlib.asynccontextmanager
async def _edge(place: _Place) -> AsyncIterator[tuple[str, psutil.Process]]:
    """An edge with an index and no Triton, which vectors do not need."""
    address = free_address()
    program = str(Path(sys.executable).with_name("ocelli"))
    flags = ["--address", address, "--home", str(place.home), "--triton", _NO_TRITON]
    flags += ["--index", place.engine]
    flags += ["--index-quantise" if place.quantise else "--no-index-quantise"]
    os.environ.setdefault("OCELLI_MAX_DEADLINE_S", "600")
    async with spawn_program(
        [program, "serve", *flags], place.home / "logs" / "edge.log"
    ) as process:
        async with connect_async(address) as client:
            await client.wait_until_ready(_START_S, service="ocelli.v1.SearchService")
        yield address, psutil.Process(process.pid)


if __name__ == "__main__":
    main()
