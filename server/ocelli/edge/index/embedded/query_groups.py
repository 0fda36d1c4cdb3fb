"""How many searches go to the engine at once."""

from collections.abc import Iterator, Sequence

from ocelli.edge.index import limits
from ocelli.edge.index.points import SearchQuery
from ocelli.edge.index.schema import Collection

_MAX_QUERIES_AT_ONCE = 8
"""Searches that the engine runs before it serves others."""
_MAX_VECTOR_BYTES_AT_ONCE = 64 << 20
"""Vectors that it holds at once."""


def grouped(queries: Sequence[SearchQuery], within: Collection) -> Iterator[list[SearchQuery]]:
    """Groups of queries, in order, each of which may be answered by one message."""
    group: list[SearchQuery] = []
    weight = 0.0
    for query in queries:
        more = _weight(query, within)
        if group and weight + more > 1:
            yield group
            group, weight = [], 0.0
        group.append(query)
        weight += more
    if group:
        yield group


def _weight(query: SearchQuery, within: Collection) -> float:
    """Part of the largest group that a query takes."""
    vector_bytes = 4 * within.dimension * query.limit if query.with_vectors else 0
    return max(
        1 / _MAX_QUERIES_AT_ONCE,
        query.limit / limits.MAX_HITS,
        vector_bytes / _MAX_VECTOR_BYTES_AT_ONCE,
    )
