"""Filters as OpenSearch's query language, whose lists and missing values mean what ours do."""

import hashlib
from typing import TypeAlias, assert_never

from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, Match, NoneOf, OneOf, Range
from ocelli.edge.index.opensearch.mapping import column
from ocelli.edge.index.schema import Scalar

Query: TypeAlias = dict[str, object]

_MAX_WORD_BYTES = 8192
"""OpenSearch refuses keywords of over 32 766 bytes; long ones are compared by their digests."""

_OCCURS = {AllOf: "filter", AnyOf: "should", NoneOf: "must_not"}


def query(tree: Filter | None) -> Query:
    """The query that finds what matches."""
    match tree:
        case None:
            return {"match_all": {}}
        case Equals(field, value):
            return {"term": {column(field): {"value": comparable(value)}}}
        case OneOf(field, values):
            return {"terms": {column(field): [comparable(value) for value in values]}}
        case Range():
            return {"range": {column(tree.field): _bounds(tree)}}
        case Match():
            raise AssertionError("validation leaves no Match")
        case AllOf() | AnyOf() | NoneOf():
            return {"bool": {_OCCURS[type(tree)]: [query(part) for part in tree.filters]}}
        case _:
            assert_never(tree)


def _bounds(tree: Range) -> dict[str, object]:
    """The tightest bound of each side, the only one that the query language looks at."""
    given: dict[str, object] = {}
    if tree.gt is not None and (tree.gte is None or tree.gt >= tree.gte):
        given["gt"] = comparable(tree.gt)
    elif tree.gte is not None:
        given["gte"] = comparable(tree.gte)
    if tree.lt is not None and (tree.lte is None or tree.lt <= tree.lte):
        given["lt"] = comparable(tree.lt)
    elif tree.lte is not None:
        given["lte"] = comparable(tree.lte)
    return given


def comparable(value: Scalar) -> Scalar:
    """A value as it is stored and compared."""
    match value:
        case bool():
            return value
        case str():
            raw = value.encode()
            if len(raw) <= _MAX_WORD_BYTES:
                return value
            return f"{value[:64]}…sha256:{hashlib.sha256(raw).hexdigest()}"
        case _:
            return value + 0.0  # -0.0 is below 0.0 there
