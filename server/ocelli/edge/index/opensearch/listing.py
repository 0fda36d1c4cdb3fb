"""Pages of points, in the order of the digests of their ids."""

from ocelli.edge.call import Call
from ocelli.edge.index.opensearch import documents, finding, reading
from ocelli.edge.index.opensearch.cluster import Cluster
from ocelli.edge.index.opensearch.filter_query import Query
from ocelli.edge.index.points import Record
from ocelli.edge.index.schema import Collection


async def page(
    cluster: Cluster,
    target: str,
    within: Collection,
    query: Query,
    *,
    after: bytes,
    limit: int,
    max_bytes: int,
    fields: list[str],
    call: Call,
) -> tuple[list[Record], bytes]:
    """Some points, and where to go on; see `IndexEngine.list_points`."""
    step = reading.points_per_step(within, with_vectors="v" in fields)
    records: list[Record] = []
    while True:
        size = min(step, limit + 1 - len(records))
        found = await finding.find_after(
            cluster, target, query, after=after, size=size, fields=fields, call=call
        )
        for match in found:
            max_bytes -= documents.size_bytes(match.id, match.source)
            if len(records) == limit or (records and max_bytes < 0):
                return records, after
            records.append(documents.record(match.id, match.source))
            after = finding.position(match)
        if len(found) < size:
            return records, b""
