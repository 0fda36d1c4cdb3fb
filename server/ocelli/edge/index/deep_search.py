"""Searches that look at more points than they return: with an offset, or with groups.

Engines know neither. They are asked for the ids of the nearest points, for more of them until
there is enough; then what the caller wants of those that remain is read.
"""

from collections.abc import Sequence

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import answer_size, limits
from ocelli.edge.index.first_of_groups import first_of_groups
from ocelli.edge.index.points import Hit, SearchQuery
from ocelli.edge.index.port import CollectionState, IndexEngine

_FIRST_POINTS = 100
_GROWTH = 4
"""How many points a search for groups looks at first, at least, and how many times more next."""


async def search(
    engine: IndexEngine,
    within: CollectionState,
    queries: Sequence[SearchQuery],
    *,
    max_bytes: int,
    call: Call,
) -> list[list[Hit] | OcelliError]:
    """As `IndexEngine.search`, for queries with offsets and groups as well."""
    if not any(map(_is_deep, queries)):
        return await engine.search(within, queries, max_bytes=max_bytes, call=call)
    outcomes: list[list[Hit] | OcelliError] = []
    left_bytes = max_bytes
    for query in queries:
        try:
            hits = await _search_one(engine, within, query, left_bytes, call)
        except OcelliError as error:
            if error.reason is Reason.COLLECTION_NOT_FOUND:
                raise
            outcomes.append(error)
            continue
        left_bytes -= sum(map(_size_bytes, hits))
        outcomes.append(hits)
    return outcomes


def _is_deep(query: SearchQuery) -> bool:
    return bool(query.offset or query.group_by)


async def _search_one(
    engine: IndexEngine,
    within: CollectionState,
    query: SearchQuery,
    max_bytes: int,
    call: Call,
) -> list[Hit]:
    if not _is_deep(query):
        return await _nearest(engine, within, query, query.limit, max_bytes=max_bytes, call=call)
    bare = msgspec.structs.replace(query, with_payload=False, with_vectors=False)
    most = query.offset + query.limit
    found = (
        await _groups(engine, within, bare, most, call)
        if query.group_by
        else await _nearest(
            engine, within, bare, most, max_bytes=limits.MAX_ANSWER_BYTES, call=call
        )
    )
    hits = found[query.offset : most]
    if not hits or not (query.with_payload or query.with_vectors):
        return hits
    records = await engine.get(
        within,
        [hit.id for hit in hits],
        max_bytes=max_bytes,
        with_payload=query.with_payload,
        with_vectors=query.with_vectors,
        call=call,
    )
    stored = {record.id: record for record in records}
    return [
        msgspec.structs.replace(hit, payload=stored[hit.id].payload, vector=stored[hit.id].vector)
        for hit in hits
        if hit.id in stored
    ]


async def _groups(
    engine: IndexEngine, within: CollectionState, query: SearchQuery, most: int, call: Call
) -> list[Hit]:
    """The nearest point of each group, of the nearest `most` groups."""
    heads: list[Hit] = []
    points = max(_FIRST_POINTS, _GROWTH * most)
    while True:
        points = min(points, limits.MAX_LOOKED_AT)
        hits = await _nearest(
            engine, within, query, points, max_bytes=limits.MAX_ANSWER_BYTES, call=call
        )
        heads = await first_of_groups(engine, within, query.group_by, hits, most=most, call=call)
        if len(heads) == most or len(hits) < points or points == limits.MAX_LOOKED_AT:
            return heads
        points *= _GROWTH


async def _nearest(
    engine: IndexEngine,
    within: CollectionState,
    query: SearchQuery,
    points: int,
    *,
    max_bytes: int,
    call: Call,
) -> list[Hit]:
    plain = msgspec.structs.replace(query, limit=points, offset=0, group_by="")
    (hits,) = await engine.search(within, [plain], max_bytes=max_bytes, call=call)
    if isinstance(hits, OcelliError):
        raise hits
    return hits


def _size_bytes(hit: Hit) -> int:
    payload = None if hit.payload is None else msgspec.json.encode(hit.payload).decode()
    return answer_size.of_point(
        hit.id, payload, None if hit.vector is None else hit.vector.tobytes()
    )
