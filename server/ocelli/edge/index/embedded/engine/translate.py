"""The port's metrics, types, filters and vectors as the engine's."""

from array import array
from collections.abc import Mapping
from typing import cast

import qdrant_edge as qdrant

from ocelli.edge.index.embedded.engine.layout import engine_id
from ocelli.edge.index.filters import AllOf, AnyOf, Equals, Filter, Match, NoneOf, OneOf, Range
from ocelli.edge.index.schema import FieldType, Metric, Scalar

DISTANCES = {
    Metric.COSINE: qdrant.Distance.Cosine,
    Metric.DOT: qdrant.Distance.Dot,
    Metric.EUCLID: qdrant.Distance.Euclid,
}

INDEXES = {
    FieldType.KEYWORD: qdrant.PayloadSchemaType.Keyword,
    FieldType.INTEGER: qdrant.PayloadSchemaType.Integer,
    FieldType.FLOAT: qdrant.PayloadSchemaType.Float,
    # The binding turns a boolean to match into the integer 1 or 0, which matches no stored boolean.
    FieldType.BOOL: qdrant.PayloadSchemaType.Integer,
    FieldType.TEXT: qdrant.PayloadSchemaType.Keyword,
}


def floats(vector: bytes) -> list[float]:
    """float32 little-endian bytes as the engine takes them fastest; a list takes half longer."""
    numbers = array("f")
    numbers.frombytes(vector)
    return cast("list[float]", numbers)  # its stubs ask for one; it takes any sequence


def vector_bytes(vector: "qdrant.Vector") -> bytes:
    """The engine's vector as float32 little-endian bytes."""
    return array("f", cast("list[float]", vector)).tobytes()


def filter_of(
    tree: Filter | None, keys: Mapping[str, str], exclude_id: str | None = None
) -> qdrant.Filter | None:
    """The engine's filter: `tree`, but without the point `exclude_id`."""
    must: list[qdrant.ConditionType] = [] if tree is None else [_condition(tree, keys)]
    if exclude_id is None:
        return qdrant.Filter(must=must) if must else None
    return qdrant.Filter(must=must, must_not=[qdrant.HasIdCondition({engine_id(exclude_id)})])


def _condition(tree: Filter, keys: Mapping[str, str]) -> qdrant.Filter | qdrant.FieldCondition:
    match tree:
        case Equals(field, value):
            return _equals(keys[field], value)
        case Match():
            raise TypeError("a match is lowered to keywords before an engine sees it")
        case OneOf(field, some):
            return qdrant.FieldCondition(
                keys[field], match=qdrant.MatchAny(cast("list[str]", list(some)))
            )
        case Range():
            return qdrant.FieldCondition(keys[tree.field], range=_bounds(tree))
        case AllOf(trees):
            return qdrant.Filter(must=[_condition(tree, keys) for tree in trees])
        case AnyOf(trees):
            return qdrant.Filter(should=[_condition(tree, keys) for tree in trees])
        case NoneOf(trees):
            return qdrant.Filter(must_not=[_condition(tree, keys) for tree in trees])


def _bounds(condition: Range) -> qdrant.RangeFloat:
    """The tighter bound of each side: given both, the engine heeds one of them only."""
    gt, gte, lt, lte = condition.gt, condition.gte, condition.lt, condition.lte
    if gt is not None and gte is not None:
        gt, gte = (gt, None) if gt >= gte else (None, gte)
    if lt is not None and lte is not None:
        lt, lte = (lt, None) if lt <= lte else (None, lte)
    return qdrant.RangeFloat(gt=gt, gte=gte, lt=lt, lte=lte)


def _equals(key: str, value: Scalar) -> qdrant.FieldCondition:
    if isinstance(value, float):  # the engine matches strings and integers; a float is a range
        return qdrant.FieldCondition(key, range=qdrant.RangeFloat(gte=value, lte=value))
    exact = int(value) if isinstance(value, bool) else value
    return qdrant.FieldCondition(key, match=qdrant.MatchValue(exact))
