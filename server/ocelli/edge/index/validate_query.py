"""Checks of searches, and how many of them go to the engine at once."""

from collections.abc import Iterator, Sequence

import msgspec

from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.index import limits, validate, validate_filter
from ocelli.edge.index.points import SearchQuery
from ocelli.edge.index.schema import Collection

_MAX_QUERIES_AT_ONCE = 8
"""Searches that the engine runs before it serves others."""


def check(query: SearchQuery, within: Collection) -> SearchQuery:
    """The query as an engine takes it.

    Raises:
        OcelliError: with the path `vector`, `limit`, `filter…`, `exclude_id` or `score_threshold`.
    """
    validate.score_threshold(query.score_threshold)
    if query.exclude_id is not None:
        validate.point_id(query.exclude_id, "exclude_id")
    validate.limit(query.limit, within, with_vectors=query.with_vectors)
    return msgspec.structs.replace(
        query,
        vector=validate.vector(query.vector, within),
        filter=None if query.filter is None else validate_filter.check(query.filter, within),
    )


def outcome(query: SearchQuery, within: Collection) -> SearchQuery | OcelliError:
    """What `check` returns or raises."""
    try:
        return check(query, within)
    except OcelliError as error:
        return error


def check_number(queries: Sequence[SearchQuery]) -> None:
    """Refuses too many searches, none, or too many hits in all, with the path `requests`."""
    validate.number("requests", len(queries), limits.MAX_QUERIES)
    hits = sum(query.limit for query in queries)
    if hits > limits.MAX_HITS_PER_CALL:
        raise invalid_field(
            f"the limits of the requests add up to {hits}; expected at most "
            f"{limits.MAX_HITS_PER_CALL} in a call",
            "requests",
        )


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
        vector_bytes / limits.MAX_REPLY_VECTOR_BYTES,
    )
