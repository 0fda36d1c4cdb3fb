"""Kills nodes of a cluster under load: `python -m tests.index.kill_nodes --rounds 3`.

Two edges write and search without a pause for clients of the Python SDK, while in each round one
node is killed, stays away for some seconds and comes back. Whatever was acknowledged must be there
in the end, and no call may fail. `kills.json` says how it went. Ctrl-C ends it after the round.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from bench.stack import free_address, spawn_program
from deploy.cluster import nodes
from deploy.cluster.artifacts import VERSION
from deploy.cluster.home import install
from deploy.cluster.node import Node
from ocelli.client import AsyncClient, OcelliError, Point, connect_async
from ocelli.client.filters import equals

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".build" / f"opensearch-{VERSION}"
OCELLI = str(Path(sys.executable).with_name("ocelli"))
NO_TRITON = "127.0.0.1:1"
BATCH = 20
DIMENSION = 128
AWAY_S = 6.0
CALL_S = 30.0
RETURN_S = 900.0


class Load:
    """What two edges are asked for, and what came of it."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.searches = 0
        self.failures: dict[str, list[str]] = {"write": [], "search": []}
        self.slowest_s = {"write": 0.0, "search": 0.0}
        self.stopping = False

    async def write(self, edge: AsyncClient, name: str) -> None:
        for batch in itertools.count():
            if self.stopping:
                return
            ids = [f"{name}/{batch}/{n}" for n in range(BATCH)]
            vectors = np.random.default_rng(batch).normal(size=(BATCH, DIMENSION)).astype("f4")
            points = [
                Point(id=id_, vector=vector, payload={"batch": batch})
                for id_, vector in zip(ids, vectors, strict=True)
            ]
            async with self._counted("write"):
                stored = await edge.points.upsert("killed", points, timeout_s=CALL_S)
                self.acknowledged += [id_ for n, id_ in enumerate(ids) if n not in stored.errors]
                self.failures["write"].extend(map(str, stored.errors.values()))
            await asyncio.sleep(0.25)

    async def search(self, edge: AsyncClient) -> None:
        rng = np.random.default_rng(1)
        while not self.stopping:
            vector = rng.normal(size=DIMENSION).astype("f4")
            async with self._counted("search"):
                await edge.search(
                    "killed", vector=vector, filter=equals("batch", 0), timeout_s=CALL_S
                )
                self.searches += 1
            await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def _counted(self, kind: str) -> AsyncIterator[None]:
        began_s = time.monotonic()
        try:
            yield
        except OcelliError as error:
            self.failures[kind].append(str(error))
        finally:
            self.slowest_s[kind] = max(self.slowest_s[kind], time.monotonic() - began_s)


@contextlib.asynccontextmanager
async def edges(address: str) -> AsyncIterator[list[AsyncClient]]:
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for number in range(2):
            home = ROOT / ".build" / "kill-cluster" / str(number)
            own = free_address()
            command = [OCELLI, "serve", "--address", own, "--home", str(home)]
            command += ["--triton", NO_TRITON, "--index", address]
            await stack.enter_async_context(spawn_program(command, home / "logs" / "edge.log"))
            client = await stack.enter_async_context(connect_async(own))
            await client.wait_until_ready(180, service="ocelli.v1.SearchService")
            clients.append(client)
        yield clients


async def missing(edge: AsyncClient, ids: list[str]) -> list[str]:
    found: set[str] = set()
    for start in range(0, len(ids), 1000):
        read = await edge.points.get(
            "killed", ids[start : start + 1000], with_payload=False, timeout_s=60
        )
        found.update(point.id for point in read.points)
    return [id_ for id_ in ids if id_ not in found]


async def campaign(started: list[Node], rounds: int, out: Path) -> int:
    load = Load()
    enough = asyncio.Event()
    for kind in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(kind, enough.set)
    done = 0
    async with edges(nodes.address(started)) as clients:
        await clients[0].collections.create(
            "killed", dimension=DIMENSION, fields={"batch": "integer"}, timeout_s=CALL_S
        )
        tasks = [
            *(asyncio.create_task(load.write(edge, f"e{n}")) for n, edge in enumerate(clients)),
            *(asyncio.create_task(load.search(edge)) for edge in clients),
        ]
        while done < rounds and not enough.is_set():
            await asyncio.sleep(3)
            node = started[done % len(started)]
            began_s = time.monotonic()
            await asyncio.to_thread(node.kill)
            await asyncio.sleep(AWAY_S)
            node.start(started)
            await asyncio.to_thread(nodes.wait_until, started, timeout_s=RETURN_S)
            took_s = time.monotonic() - began_s
            done += 1
            print(
                f"round {done}: node {node.number} killed, all copies up {took_s:.0f} s "
                f"later; {len(load.acknowledged)} points acknowledged, {load.searches} searches, "
                f"{sum(map(len, load.failures.values()))} calls failed",
                flush=True,
            )
        load.stopping = True
        await asyncio.gather(*tasks)
        lost = await missing(clients[0], load.acknowledged)
        counted = await clients[1].points.count("killed", timeout_s=60)
    failed = [f"{kind}: {what}" for kind, some in load.failures.items() for what in some]
    print(
        f"{len(load.acknowledged)} points acknowledged, {len(lost)} lost, {counted} counted; "
        f"{load.searches} searches, {len(failed)} calls failed; slowest write "
        f"{load.slowest_s['write']:.1f} s, slowest search {load.slowest_s['search']:.1f} s"
    )
    for failure in failed[:10]:
        print(f"  {failure}")
    result = {
        "rounds": done,
        "acknowledged": len(load.acknowledged),
        "lost": len(lost),
        "searches": load.searches,
        "failed_searches": len(load.failures["search"]),
        "failed_writes": len(load.failures["write"]),
        "slowest_write_s": round(load.slowest_s["write"], 1),
        "slowest_search_s": round(load.slowest_s["search"], 1),
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / "kills.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"figures: {path}")
    return int(bool(lost or failed or counted < len(load.acknowledged)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.index.kill_nodes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=9250)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench", help="folder")
    arguments = parser.parse_args()
    install(HOME)
    with nodes.running(HOME, arguments.port) as started:
        return asyncio.run(campaign(started, arguments.rounds, arguments.out))


if __name__ == "__main__":
    sys.exit(main())
