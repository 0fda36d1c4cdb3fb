"""A cluster through the edge and by its own REST interface, side by side.

Both store the same vectors in batches of a thousand, each visible and on all copies before the next
one, and answer the same searches; batches and searches take turns, so that what else the machine
does meanwhile hurts both. The client without an edge is aiohttp with the JSON of the standard
library, which is what the engine's own Python client sends.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from statistics import mean

import aiohttp
import numpy as np

from bench.errors import BenchError
from bench.search_asked import TIMEOUT_S, create, store
from bench.search_data import DIMENSION, Vectors, payload, truth
from ocelli.client import AsyncClient
from ocelli.edge.index.opensearch.access import OpenSearchAccess

NAME = "bench-beside"
_BATCH = 1000
_LIMIT = 10
_CANDIDATES = 100
"""Those that the edge has a shard look for."""
_WARM, _ROUNDS = 50, 300
_AT_ONCE = 16
_TURNS = 4

Search = Callable[[list[float]], Awaitable[list[str]]]


class _Direct:
    """The client without an edge."""

    def __init__(self, session: aiohttp.ClientSession, nodes: tuple[str, ...]) -> None:
        self._session = session
        self._nodes = nodes
        self._turn = 0

    async def create(self) -> None:
        vector = {"type": "knn_vector", "dimension": DIMENSION, "space_type": "cosinesimil"}
        vector["method"] = {"name": "hnsw", "engine": "lucene"}
        fields = {"v": vector, "share": {"type": "keyword"}, "n": {"type": "double"}}
        settings = {"knn": True, "number_of_shards": 1, "number_of_replicas": 1}
        body = {
            "settings": {"index": {**settings, "refresh_interval": "60s"}},
            "mappings": {"dynamic": False, "properties": fields},
        }
        await self._ask("PUT", f"/{NAME}", json.dumps(body))

    async def delete(self) -> None:
        await self._ask("DELETE", f"/{NAME}?ignore_unavailable=true", "")

    async def store(self, stored: Vectors, first: int, last: int) -> float:
        began_s = time.perf_counter()
        lines: list[str] = []
        for number in range(first, last):
            lines.append(json.dumps({"index": {"_id": str(number)}}))
            lines.append(json.dumps({"v": stored[number].tolist(), **payload(number)}))
        answer = await self._ask("POST", f"/{NAME}/_bulk?refresh=true", "\n".join(lines) + "\n")
        if json.loads(answer)["errors"]:
            raise BenchError("the cluster refused points")
        return time.perf_counter() - began_s

    async def search(self, vector: list[float]) -> list[str]:
        query = {"knn": {"v": {"vector": vector, "k": _CANDIDATES}}}
        body = {"size": _LIMIT, "query": query, "_source": ["share", "n"]}
        answer = await self._ask("POST", f"/{NAME}/_search", json.dumps(body))
        return [hit["_id"] for hit in json.loads(answer)["hits"]["hits"]]

    async def _ask(self, method: str, path: str, body: str) -> bytes:
        self._turn += 1
        url = self._nodes[self._turn % len(self._nodes)] + path
        async with self._session.request(method, url, data=body) as answer:
            if answer.status >= 300:  # HTTP's number
                raise BenchError(f"the cluster answered {answer.status} to {method} {path}")
            return await answer.read()


async def beside(
    client: AsyncClient, address: str, stored: Vectors, queries: Vectors
) -> dict[str, dict[str, float]]:
    """What the edge and a client without it get of one cluster, and the ratios: above 1 is better.

    Args:
        client: of an edge whose index is the cluster.
        address: the cluster's, without TLS, as `--index` takes it.
        stored: float32 [N, 512] to store.
        queries: float32 [Q, 512] to search with.
    """
    nodes = OpenSearchAccess.of(address).nodes
    headers = {"content-type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        direct = _Direct(session, nodes)
        await direct.delete()
        await direct.create()
        await create(client, NAME)
        try:
            return await _compared(client, direct, stored, queries)
        finally:
            await direct.delete()
            await client.collections.delete(NAME)


async def _compared(
    client: AsyncClient, direct: _Direct, stored: Vectors, queries: Vectors
) -> dict[str, dict[str, float]]:
    async def through_edge(vector: list[float]) -> list[str]:
        found = await client.search(NAME, vector=vector, limit=_LIMIT, timeout_s=TIMEOUT_S)
        return [hit.id for hit in found.hits]

    took_s = np.zeros(2)
    for start in range(0, len(stored), _BATCH):
        last = min(start + _BATCH, len(stored))
        took_s[0] += await store(client, stored, start, last, NAME)
        took_s[1] += await direct.store(stored, start, last)
    both: tuple[Search, Search] = (through_edge, direct.search)
    asked = queries.tolist()
    exact = truth(stored, queries, _LIMIT)
    times_ms: tuple[list[float], list[float]] = ([], [])
    recalls: tuple[list[float], list[float]] = ([], [])
    for number in range(_WARM + _ROUNDS):
        query = number % len(asked)
        for which in (0, 1) if number % 2 else (1, 0):
            began_s = time.perf_counter()
            found = await both[which](asked[query])
            if number >= _WARM:
                times_ms[which].append((time.perf_counter() - began_s) * 1e3)
                recalls[which].append(exact.recall(query, found, _LIMIT))
    together_s = np.zeros(2)
    for _ in range(_TURNS):
        for which in (0, 1):
            together_s[which] += await _together(both[which], asked)
    edge, alone = (
        {
            "recall": round(mean(recalls[which]), 4),
            "p50_ms": round(float(np.percentile(times_ms[which], 50)), 2),
            "p95_ms": round(float(np.percentile(times_ms[which], 95)), 2),
            "ingest_per_s": round(len(stored) / took_s[which], 1),
            "qps16": round(_TURNS * len(asked[:_ROUNDS]) / together_s[which], 1),
        }
        for which in (0, 1)
    )
    inverse = {"p50_ms", "p95_ms"}
    ratios = {
        name.removesuffix("_ms"): round(
            alone[name] / edge[name] if name in inverse else edge[name] / alone[name], 3
        )
        for name in edge
    }
    return {"edge": edge, "client": alone, "ratios_to_client": ratios}


async def _together(search: Search, asked: list[list[float]]) -> float:
    """Seconds that searches of sixteen at once take."""
    waiting = iter(asked[:_ROUNDS])

    async def ask() -> None:
        for vector in waiting:
            await search(vector)

    began_s = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(_AT_ONCE)))
    return time.perf_counter() - began_s
