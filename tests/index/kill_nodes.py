"""Kills nodes of a cluster under load: `python -m tests.index.kill_nodes --rounds 3`.

Two edges' indexes write, change, search and count without a pause, while in each round one node is
killed, stays away for some seconds and comes back. Whatever was acknowledged must be there in the
end, and no call may fail.
"""

import argparse
import asyncio
import itertools
import sys
import time
from pathlib import Path

import numpy as np

from deploy.cluster import nodes
from deploy.cluster.artifacts import VERSION
from deploy.cluster.home import install
from deploy.cluster.node import Node
from ocelli.edge.errors import OcelliError
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.opensearch.access import OpenSearchAccess
from ocelli.edge.index.opensearch.opensearch_index import OpenSearchIndex
from ocelli.edge.index.points import Point, SearchQuery
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validated_index import ValidatedIndex
from tests.index.calls import soon

HOME = Path(__file__).resolve().parents[2] / ".build" / f"opensearch-{VERSION}"
BATCH = 20
DIMENSION = 128
AWAY_S = 6.0
CALL_S = 30.0


class Load:
    """What two edges ask for, and what came of it."""

    def __init__(self) -> None:
        self.acknowledged: list[str] = []
        self.searches = 0
        self.failures: list[str] = []
        self.slowest_s = {"write": 0.0, "search": 0.0}
        self.stopping = False

    async def write(self, index: ValidatedIndex, name: str) -> None:
        for batch in itertools.count():
            if self.stopping:
                return
            ids = [f"{name}/{batch}/{n}" for n in range(BATCH)]
            vectors = np.random.default_rng(batch).normal(size=(BATCH, DIMENSION))
            points = [
                Point(id=id_, vector=vector, payload={"batch": batch})
                for id_, vector in zip(ids, vectors, strict=True)
            ]
            if await self._timed("write", index.upsert("killed", points, call=soon(CALL_S))):
                self.acknowledged.extend(ids)
            await asyncio.sleep(0.1)

    async def search(self, index: ValidatedIndex) -> None:
        rng = np.random.default_rng(1)
        while not self.stopping:
            query = SearchQuery(vector=rng.normal(size=DIMENSION), filter=Equals("batch", 0))
            for call in (
                index.search("killed", query, call=soon(CALL_S)),
                index.count("killed", call=soon(CALL_S)),
            ):
                self.searches += await self._timed("search", call)
            await asyncio.sleep(0.05)

    async def _timed(self, kind: str, call) -> bool:  # any coroutine
        began_s = time.monotonic()
        try:
            await call
        except OcelliError as error:
            self.failures.append(f"{kind}: {error.reason}: {error.message}")
            return False
        finally:
            self.slowest_s[kind] = max(self.slowest_s[kind], time.monotonic() - began_s)
        return True


async def missing(index: ValidatedIndex, ids: list[str]) -> list[str]:
    found: set[str] = set()
    for start in range(0, len(ids), 1000):
        records = await index.get("killed", ids[start : start + 1000], call=soon(60))
        found.update(record.id for record in records)
    return [id_ for id_ in ids if id_ not in found]


async def campaign(started: list[Node], rounds: int) -> int:
    access = OpenSearchAccess.of(nodes.address(started))
    edges = [ValidatedIndex(OpenSearchIndex(access)) for _ in range(2)]
    for edge in edges:
        await edge.start(soon(30).deadline)
    fields = {"batch": FieldType.INTEGER}
    collection = Collection(name="killed", dimension=DIMENSION, fields=fields)
    await edges[0].create_collection(collection, call=soon(30))
    load = Load()
    tasks = [
        *(asyncio.create_task(load.write(edge, f"e{n}")) for n, edge in enumerate(edges)),
        *(asyncio.create_task(load.search(edge)) for edge in edges),
    ]
    for number in range(rounds):
        await asyncio.sleep(3)
        node = started[number % len(started)]
        began_s = time.monotonic()
        await asyncio.to_thread(node.kill)
        await asyncio.sleep(AWAY_S)
        node.start(started)
        await asyncio.to_thread(nodes.wait_until, started, timeout_s=120)
        took_s = time.monotonic() - began_s
        print(
            f"round {number + 1}: node {node.number} killed, all copies up {took_s:.0f} s later; "
            f"{len(load.acknowledged)} points acknowledged, {load.searches} searches, "
            f"{len(load.failures)} calls failed",
            flush=True,
        )
    load.stopping = True
    await asyncio.gather(*tasks)
    lost = await missing(edges[0], load.acknowledged)
    counted = await edges[1].count("killed", call=soon(60))
    for edge in edges:
        await edge.close()
    print(
        f"{len(load.acknowledged)} points acknowledged, {len(lost)} lost, {counted} counted; "
        f"{load.searches} searches, {len(load.failures)} calls failed; slowest write "
        f"{load.slowest_s['write']:.1f} s, slowest search {load.slowest_s['search']:.1f} s"
    )
    for failure in load.failures[:10]:
        print(f"  {failure}")
    return int(bool(lost or load.failures or counted < len(load.acknowledged)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.index.kill_nodes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--port", type=int, default=9250)
    arguments = parser.parse_args()
    install(HOME)
    with nodes.running(HOME, arguments.port) as started:
        return asyncio.run(campaign(started, arguments.rounds))


if __name__ == "__main__":
    sys.exit(main())
