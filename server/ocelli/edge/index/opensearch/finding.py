"""Requests for documents that match a query, and walks through them in steps."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.index.opensearch import failures, unfinished
from ocelli.edge.index.opensearch.bulk import Write
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.documents import Source
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.filter_query import Query

FIRST = b""
_FIRST_PAUSE_S = 0.01
_MAX_PAUSE_S = 0.2


class Match(msgspec.Struct, frozen=True, rename={"id": "_id", "score": "_score"}):
    """A document that was found."""

    id: str
    score: float | None = None
    source: Source = msgspec.field(default=Source(), name="_source")
    seq_no: int = msgspec.field(default=0, name="_seq_no")
    primary_term: int = msgspec.field(default=0, name="_primary_term")
    sort: list[str | None] = []

    @property
    def version(self) -> tuple[int, int]:
        """Sequence number and primary term."""
        return self.seq_no, self.primary_term


class _Total(msgspec.Struct, frozen=True):
    value: int = 0


class _Hits(msgspec.Struct, frozen=True):
    hits: list[Match] = []
    total: _Total = _Total()


class _Found(msgspec.Struct, frozen=True):
    hits: _Hits = _Hits()


async def find(
    cluster: Cluster, target: str, query: Query, *, size: int, fields: list[str], call: Call
) -> list[Match]:
    """The best matches of a query, from all shards or none."""
    body = {
        "size": size,
        "query": unfinished.with_marks(query),
        "_source": fields or False,
        "track_total_hits": False,
        "seq_no_primary_term": True,
    }
    return (await _whole(cluster, target, body, call)).hits


async def find_after(
    cluster: Cluster,
    target: str,
    query: Query,
    *,
    after: bytes,
    size: int,
    fields: list[str],
    call: Call,
) -> list[Match]:
    """The next matches in the order of listing, which no write changes; `after` is where to go on.

    That order needs no point in time: a document stays where it is for as long as it exists.
    """
    if after:
        body = _in_order(query, after=after, size=size, fields=fields)
        return (await _search(cluster, target, body, call)).hits
    body = _in_order(unfinished.with_marks(query), after=after, size=size, fields=fields)
    return (await _whole(cluster, target, body, call)).hits


async def in_steps(
    cluster: Cluster, target: str, query: Query, *, size: int, fields: list[str], call: Call
) -> AsyncIterator[list[Match]]:
    """Walks once through all that matches, finished or not."""
    after = FIRST
    while True:
        body = _in_order(query, after=after, size=size, fields=fields)
        found = (await _search(cluster, target, body, call)).hits
        if points := [match for match in found if not unfinished.is_mark(match.id)]:
            yield points
        if len(found) < size or not points:
            return
        after = position(points[-1])


def position(match: Match) -> bytes:
    """Where a match stands in the order of listing."""
    return bytes.fromhex(match.sort[0] or "")


async def count(cluster: Cluster, target: str, query: Query, call: Call) -> int:
    """How many documents match, on all shards."""
    body = {
        "size": 1,
        "query": unfinished.with_marks({"constant_score": {"filter": query}}),
        "_source": False,
        "track_total_hits": True,
    }
    return (await _whole(cluster, target, body, call)).total.value


def _in_order(query: Query, *, after: bytes, size: int, fields: list[str]) -> dict[str, object]:
    body: dict[str, object] = {
        "size": size,
        "query": query,
        "_source": fields or False,
        "track_total_hits": False,
        "seq_no_primary_term": True,
        "sort": [{"k": {"missing": "_first"}}],  # marks have none
    }
    if after:
        body["search_after"] = [after.hex()]
    return body


async def _whole(cluster: Cluster, target: str, body: dict[str, object], call: Call) -> _Hits:
    """What a search finds that shows no part of writes that belong together."""
    pause_s = _FIRST_PAUSE_S
    while True:
        found = await _search(cluster, target, body, call)
        marks = [match.id for match in found.hits if unfinished.is_mark(match.id)]
        if not marks:
            return found
        if left := [mark for mark in marks if unfinished.is_left(mark)]:
            await _delete(cluster, target, left, call)
        await asyncio.sleep(pause_s)
        call.deadline.check()
        pause_s = min(2 * pause_s, _MAX_PAUSE_S)


async def _delete(cluster: Cluster, target: str, marks: list[str], call: Call) -> None:
    lines = [Write("delete", mark).encoded() for mark in marks]
    try:
        await cluster.request(
            "POST", f"/{target}/_bulk", msgspec.Raw, call=call, body=b"".join(lines), refresh="true"
        )
    except Refused as refused:
        raise failures.of_state(refused.fault) from refused


async def _search(cluster: Cluster, target: str, body: dict[str, object], call: Call) -> _Hits:
    try:
        found = await cluster.request(
            "POST",
            f"/{target}/_search",
            _Found,
            call=call,
            body=body,
            allow_partial_search_results="false",
            filter_path="hits.hits,hits.total",
        )
    except Refused as refused:
        raise failures.of_state(refused.fault) from refused
    return found.hits
