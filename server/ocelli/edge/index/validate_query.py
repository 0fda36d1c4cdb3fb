"""Checks of searches."""

from collections.abc import Sequence

import msgspec

from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.index import limits, validate, validate_filter
from ocelli.edge.index.points import SearchQuery
from ocelli.edge.index.schema import Collection


def check(query: SearchQuery, within: Collection, max_bytes: int) -> SearchQuery:
    """The query as an engine takes it.

    Args:
        query: what to look for.
        within: where.
        max_bytes: largest answer.

    Raises:
        OcelliError: with the path `vector`, `limit`, `filter…`, `exclude_id`, `score_threshold`,
            `offset` or `group_by`.
    """
    validate.score_threshold(query.score_threshold)
    if query.exclude_id is not None:
        validate.point_id(query.exclude_id, "exclude_id")
    validate.limit(query.limit)
    validate.offset(query.offset, query.limit)
    if query.group_by:
        validate_filter.check_group(query.group_by, within)
    if query.with_vectors:
        validate.limit_with_vectors(query.limit, within, max_bytes)
    return msgspec.structs.replace(
        query,
        vector=validate.vector(query.vector, within),
        filter=None if query.filter is None else validate_filter.check(query.filter, within),
    )


def outcome(query: SearchQuery, within: Collection, max_bytes: int) -> SearchQuery | OcelliError:
    """What `check` returns or raises."""
    try:
        return check(query, within, max_bytes)
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
