"""Searches become the contract's message."""

from typing import Any

import pytest

from ocelli.client import InvalidRequest, SearchQuery, equals
from ocelli.client.query import pack_query


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"image": b"x"}, "image"),
        ({"text": "a cat"}, "text"),
        ({"vector": [1, 2]}, "vector"),
        ({"id": "a"}, "id"),
    ],
)
def test_each_kind_of_query_is_set(given: dict[str, Any], kind: str) -> None:
    packed = pack_query("c", SearchQuery(**given))
    assert packed.WhichOneof("query") == kind
    assert (packed.collection, packed.limit) == ("c", 10)
    assert packed.with_payload
    assert packed.HasField("with_vector")
    assert not packed.with_vector
    assert not packed.HasField("score_threshold")
    assert not packed.HasField("filter")


def test_all_options_are_sent() -> None:
    query = SearchQuery(
        image=b"x",
        region=(0, 0, 5, 5),
        filter=equals("label", "cat"),
        limit=3,
        score_threshold=0,
        with_payload=False,
        with_vector=True,
    )
    packed = pack_query("c", query)
    assert packed.image.region.x_max == 5
    assert packed.filter.equals.field == "label"
    assert packed.HasField("score_threshold")
    assert (packed.limit, packed.with_payload, packed.with_vector) == (3, False, True)


@pytest.mark.parametrize(
    "given", [{}, {"vector": [1], "id": "x"}, {"id": "x", "limit": 0}, {"vector": ["x"]}]
)
def test_what_cannot_be_right_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        pack_query("c", SearchQuery(**given))
