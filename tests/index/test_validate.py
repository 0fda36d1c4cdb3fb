"""Checks of collections, ids, vectors and limits."""

import math
from typing import Any

import numpy as np
import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import limits, validate, validate_collection
from ocelli.edge.index.schema import Collection, FieldType, Metric

FIELDS = {
    "word": FieldType.KEYWORD,
    "whole": FieldType.INTEGER,
    "real": FieldType.FLOAT,
    "flag": FieldType.BOOL,
}
COSINE = Collection(name="a", dimension=3, fields=FIELDS)
BAD_NAMES = ("", "A", "-a", "_a", "a/b", "..", "é", "a\n", "x" * 64)
DOT = Collection(name="a", dimension=3, metric=Metric.DOT)


@pytest.mark.parametrize("name", ["a", "0", "a-b_c", "x" * 63])
def test_names_that_are_taken(name: str):
    validate_collection.check(Collection(name=name, dimension=1))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        *(({"name": name}, "name") for name in BAD_NAMES),
        *(({"dimension": dimension}, "dimension") for dimension in (0, -1, 65537)),
        ({"fields": {"": FieldType.BOOL}}, "fields[0].name"),
        ({"fields": {"a": FieldType.BOOL, "x" * 129: FieldType.BOOL}}, "fields[1].name"),
        ({"fields": {"\ud800": FieldType.BOOL}}, "fields[0].name"),
        ({"fields": {str(n): FieldType.BOOL for n in range(65)}}, "fields"),
        ({"model": "m" * 257}, "model"),
    ],
)
def test_collections_that_are_refused(change: dict[str, Any], field: str):
    with pytest.raises(OcelliError) as caught:
        validate_collection.check(Collection(**{"name": "a", "dimension": 1, **change}))
    assert caught.value.reason is Reason.INVALID_FIELD
    assert caught.value.field == field


@pytest.mark.parametrize("id_", ["", "é" * 129, "\ud800"])
def test_ids_that_are_refused(id_: str):
    with pytest.raises(OcelliError) as caught:
        validate.ids(["good", id_])
    assert (caught.value.reason, caught.value.field) == (Reason.INVALID_FIELD, "ids[1]")


@pytest.mark.parametrize("count", [0, limits.MAX_POINTS_PER_CALL + 1])
def test_numbers_of_ids_and_points_are_bounded(count: int):
    with pytest.raises(OcelliError):
        validate.ids(["a"] * count)
    with pytest.raises(OcelliError):
        validate.number("points", count, limits.MAX_POINTS_PER_CALL)


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i4", "u1", ">f4"])
def test_vectors_of_any_real_dtype_become_float32(dtype: str):
    values = np.array([9, 1, 9, 2, 9, 3], dtype)[1::2]
    vector = validate.vector(values, COSINE)
    assert vector.dtype == np.float32
    assert vector.tobytes() == np.array([1, 2, 3], "<f4").tobytes()


@pytest.mark.parametrize("shape", [(2,), (4,), (1, 3), (), (0,)])
def test_vectors_of_another_shape_are_refused(shape: tuple[int, ...]):
    with pytest.raises(OcelliError) as caught:
        validate.vector(np.ones(shape), COSINE)
    assert (caught.value.reason, caught.value.field) == (Reason.VECTOR_DIMENSION, "vector")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 1e39, 1e20])
@pytest.mark.parametrize("within", [COSINE, DOT])
def test_vectors_that_cannot_be_compared_are_refused(bad: float, within: Collection):
    with pytest.raises(OcelliError) as caught:
        validate.vector(np.array([1.0, bad, 0.0]), within)
    assert caught.value.reason is Reason.VECTOR_NOT_FINITE


@pytest.mark.parametrize("tiny", [0.0, 1e-30])
def test_zero_is_refused_under_cosine_only(tiny: float):
    with pytest.raises(OcelliError) as caught:
        validate.vector(np.full(3, tiny), COSINE)
    assert caught.value.reason is Reason.VECTOR_NOT_FINITE
    validate.vector(np.full(3, tiny), DOT)


def test_limits_of_a_search():
    wide = Collection(name="a", dimension=65536)
    validate.limit(1)
    validate.limit(1000)
    for limit in (0, 1001):
        with pytest.raises(OcelliError) as caught:
            validate.limit(limit)
        assert caught.value.field == "limit"
    validate.limit_with_vectors(128, wide, 32 << 20)
    with pytest.raises(OcelliError) as caught:
        validate.limit_with_vectors(129, wide, 32 << 20)
    assert caught.value.field == "limit"
    assert "at most 128" in caught.value.message
    with pytest.raises(OcelliError):
        validate.score_threshold(math.nan)
