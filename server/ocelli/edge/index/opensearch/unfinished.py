"""Marks of requests whose writes are to be seen together.

A request's writes are made one after the other, and whatever refreshes meanwhile shows a part of
them: the write of another call, and a copy that begins on another node, for which the copy that it
is made from refreshes. So the first write of such a
request stores a mark and the last one deletes it: who sees a mark sees a part, and looks again.
All of them are in one shard, or the mark says nothing of the others.
"""

import secrets
import time

from ocelli.edge.index.opensearch.bulk import Write
from ocelli.edge.index.opensearch.filter_query import Query

_LEFT_S = 60.0
"""Age at which nobody is at work any more, whatever the difference between clocks."""
_PREFIX = "unfinished".ljust(300, "/")
"""Longer than the ids of points may be."""
_QUERY: Query = {"term": {"w": "unfinished"}}
_DOCUMENT = b'{"w":"unfinished"}'
_SCORE = 1e38


def marked(writes: list[Write], *, age_s: float = 0) -> list[Write]:
    """These writes, between those of a new mark, or of one that was made so long ago."""
    if len(writes) < 2:
        return writes
    id_ = f"{_PREFIX}{time.time() - age_s:.0f}/{secrets.token_hex(8)}"
    return [Write("index", id_, _DOCUMENT), *writes, Write("delete", id_)]


def with_marks(query: Query) -> Query:
    """Finds what `query` does with its scores, and before that the marks."""
    marks = {"constant_score": {"filter": _QUERY, "boost": _SCORE}}
    return {"bool": {"should": [query, marks], "minimum_should_match": 1}}


def is_mark(id_: str) -> bool:
    """Whether this is the id of a mark."""
    return id_.startswith(_PREFIX)


def is_left(mark: str) -> bool:
    """Whether the mark is of a request that nothing will complete: all copies were lost in it."""
    return time.time() - float(mark.removeprefix(_PREFIX).partition("/")[0]) > _LEFT_S
