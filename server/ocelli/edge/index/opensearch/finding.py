"""Requests for documents that match a query, and walks through them in steps."""

from collections.abc import AsyncIterator

import msgspec

from ocelli.edge.call import Call
from ocelli.edge.index.opensearch import failures
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.documents import Source
from ocelli.edge.index.opensearch.failures import Refused
from ocelli.edge.index.opensearch.filter_query import Query

FIRST = b""


class Match(msgspec.Struct, frozen=True, rename={"id": "_id", "score": "_score"}):
    """A document that was found."""

    id: str
    score: float | None = None
    source: Source = msgspec.field(default=Source(), name="_source")
    seq_no: int = msgspec.field(default=0, name="_seq_no")
    primary_term: int = msgspec.field(default=0, name="_primary_term")
    sort: list[str] = []

    @property
    def version(self) -> tuple[int, int]:
        """Sequence number and primary term."""
        return self.seq_no, self.primary_term


class _Hits(msgspec.Struct, frozen=True):
    hits: list[Match] = []


class _Found(msgspec.Struct, frozen=True):
    hits: _Hits = _Hits()


class _Shards(msgspec.Struct, frozen=True):
    failed: int = 0


class _Counted(msgspec.Struct, frozen=True):
    count: int
    shards: _Shards = msgspec.field(default=_Shards(), name="_shards")


async def find(
    cluster: Cluster, target: str, query: Query, *, size: int, fields: list[str], call: Call
) -> list[Match]:
    """The best matches of a query, from all shards or none."""
    body = {"size": size, "query": query, "_source": fields or False, "track_total_hits": False}
    return await _search(cluster, target, body, call)


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
    body: dict[str, object] = {
        "size": size,
        "query": query,
        "_source": fields or False,
        "track_total_hits": False,
        "seq_no_primary_term": True,
        "sort": ["k"],
    }
    if after:
        body["search_after"] = [after.hex()]
    return await _search(cluster, target, body, call)


async def in_steps(
    cluster: Cluster, target: str, query: Query, *, size: int, fields: list[str], call: Call
) -> AsyncIterator[list[Match]]:
    """Walks once through all that matches."""
    after = FIRST
    while True:
        found = await find_after(
            cluster, target, query, after=after, size=size, fields=fields, call=call
        )
        if found:
            yield found
        if len(found) < size:
            return
        after = bytes.fromhex(found[-1].sort[0])


async def count(cluster: Cluster, target: str, query: Query, call: Call) -> int:
    """How many documents match, on all shards."""
    while True:
        try:
            counted = await cluster.request(
                "POST", f"/{target}/_count", _Counted, call=call, body={"query": query}
            )
        except Refused as refused:
            raise failures.of_state(refused.fault) from refused
        if not counted.shards.failed:
            return counted.count
        call.deadline.check()


async def _search(
    cluster: Cluster, target: str, body: dict[str, object], call: Call
) -> list[Match]:
    try:
        found = await cluster.request(
            "POST",
            f"/{target}/_search",
            _Found,
            call=call,
            body=body,
            allow_partial_search_results="false",
            filter_path="hits.hits",
        )
    except Refused as refused:
        raise failures.of_state(refused.fault) from refused
    return found.hits.hits
