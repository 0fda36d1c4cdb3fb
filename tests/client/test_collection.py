"""Collections as values."""

import pytest

from ocelli.client import InvalidRequest
from ocelli.client.collection import collection, metric_number, schema
from ocelli.v1 import collection_pb2


def test_a_collection_is_read() -> None:
    message = collection_pb2.Collection(
        name="c",
        dimension=3,
        metric=collection_pb2.METRIC_EUCLID,
        fields=schema({"label": "keyword", "year": "integer", "weight": "float", "old": "bool"}),
        model="m",
    )
    read = collection(message, 7)
    assert (read.name, read.dimension, read.metric, read.model) == ("c", 3, "euclid", "m")
    assert read.fields == {"label": "keyword", "year": "integer", "weight": "float", "old": "bool"}
    assert read.point_count == 7
    assert collection(message).point_count is None


def test_unknown_words_are_refused_by_their_field() -> None:
    with pytest.raises(
        InvalidRequest, match="metric is 'l1'; expected one of cosine, dot"
    ) as caught:
        metric_number("l1")  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field_violations[0].field == "collection.metric"
    with pytest.raises(InvalidRequest) as caught:
        schema({"x": "words"})  # type: ignore[dict-item]  # wrong on purpose
    assert caught.value.field_violations[0].field == "collection.fields.x"
