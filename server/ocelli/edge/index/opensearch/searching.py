"""Searches for the nearest."""

import asyncio
from collections.abc import Sequence

import msgspec
import numpy as np

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError
from ocelli.edge.index import answer_size
from ocelli.edge.index.opensearch import documents, filter_query, finding, reading, scores
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.documents import Source
from ocelli.edge.index.opensearch.filter_query import Query
from ocelli.edge.index.points import Hit, SearchQuery
from ocelli.edge.index.schema import Collection, Metric

_MIN_CANDIDATES = 100
"""Nearest that a shard looks for; fewer cost recall."""
_HITS_AT_ONCE = 256
"""Hits whose payloads and vectors come with the search; those of more are read in steps."""
_LOOKS = 5
"""Searches that are made again because their hits had changed before they were read."""
_SEARCHES_AT_ONCE = 8


class _Near(msgspec.Struct, frozen=True):
    id: str
    score: float
    source: Source


async def search(
    cluster: Cluster,
    target: str,
    within: Collection,
    queries: Sequence[SearchQuery],
    *,
    max_bytes: int,
    call: Call,
) -> list[list[Hit] | OcelliError]:
    """Per query its hits, or why there are none; see `IndexEngine`."""
    outcomes: list[list[Hit] | OcelliError] = []
    left_bytes = max_bytes
    for start in range(0, len(queries), _SEARCHES_AT_ONCE):
        some = queries[start : start + _SEARCHES_AT_ONCE]
        answers = await asyncio.gather(
            *(
                _nearest(cluster, target, within, query, max_bytes=max_bytes, call=call)
                for query in some
            ),
            return_exceptions=True,
        )
        for query, near in zip(some, answers, strict=True):
            if isinstance(near, OcelliError):
                outcomes.append(near)
                continue
            if isinstance(near, BaseException):
                raise near
            sizes = np.cumsum([documents.size_bytes(hit.id, hit.source) for hit in near] or [0])
            if sizes[-1] > left_bytes:
                fit = int(np.searchsorted(sizes, left_bytes, side="right"))
                outcomes.append(answer_size.too_large("hits", fit, query.limit, max_bytes))
                continue
            left_bytes -= int(sizes[-1])
            outcomes.append([_hit(hit) for hit in near])
    return outcomes


async def _nearest(
    cluster: Cluster,
    target: str,
    within: Collection,
    query: SearchQuery,
    *,
    max_bytes: int,
    call: Call,
) -> list[_Near]:
    metric = within.metric
    wanted = documents.source_fields(
        with_payload=query.with_payload,
        with_vectors=query.with_vectors or metric is Metric.EUCLID,
    )
    read_bytes = max_bytes
    if metric is Metric.EUCLID and not query.with_vectors:
        read_bytes += 4 * within.dimension * query.limit
    for _ in range(_LOOKS):
        found = await finding.find(
            cluster,
            target,
            _knn(query),
            size=query.limit,
            fields=wanted if query.limit <= _HITS_AT_ONCE else [],
            call=call,
        )
        if query.limit <= _HITS_AT_ONCE or not wanted:
            sources = {match.id: match.source for match in found}
            break
        stored = await reading.read_all(
            cluster,
            target,
            within,
            [match.id for match in found],
            fields=wanted,
            max_bytes=read_bytes,
            what="hits",
            call=call,
        )
        sources = {one.id: one.source for one in stored}
        if [one.version for one in stored] == [match.version for match in found]:
            break
    near = [
        _scored(match, sources[match.id], query, metric) for match in found if match.id in sources
    ]
    if metric is Metric.EUCLID:
        near.sort(key=lambda hit: hit.score)
    worst = query.score_threshold
    if worst is None:
        return near
    return [hit for hit in near if not scores.is_beyond(hit.score, worst, metric)]


def _scored(match: finding.Match, source: Source, query: SearchQuery, metric: Metric) -> _Near:
    if metric is not Metric.EUCLID:
        return _Near(match.id, scores.from_engine(match.score or 0.0, metric), source)
    score = scores.distance(np.array(source.v, "<f4"), query.vector)
    return _Near(match.id, score, source if query.with_vectors else Source(source.p))


def _knn(query: SearchQuery) -> Query:
    knn: dict[str, object] = {
        "vector": query.vector.tolist(),
        "k": max(query.limit, _MIN_CANDIDATES),
    }
    conditions = [] if query.filter is None else [filter_query.query(query.filter)]
    if query.exclude_id is not None:
        conditions.append({"bool": {"must_not": [{"ids": {"values": [query.exclude_id]}}]}})
    if conditions:
        knn["filter"] = {"bool": {"filter": conditions}} if len(conditions) > 1 else conditions[0]
    return {"knn": {"v": knn}}


def _hit(near: _Near) -> Hit:
    return Hit(
        id=near.id,
        score=near.score,
        payload=documents.payload(near.source),
        vector=documents.vector(near.source),
    )
