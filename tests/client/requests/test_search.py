"""Calls of `SearchService`."""

import pytest

from ocelli.client import InvalidRequest, SearchQuery
from ocelli.client.requests.search import batch_search, search


def test_a_search_names_its_collection() -> None:
    request = search("c", SearchQuery(id="a", limit=3)).request
    assert (request.collection, request.id, request.limit) == ("c", "a", 3)


def test_searches_of_a_batch_share_one_collection() -> None:
    request = batch_search("c", [SearchQuery(id="a"), SearchQuery(vector=[1, 2])]).request
    assert request.collection == "c"
    assert [one.collection for one in request.requests] == ["", ""]
    assert [one.WhichOneof("query") for one in request.requests] == ["id", "vector"]
    with pytest.raises(InvalidRequest):
        batch_search("c", [SearchQuery(id="a"), SearchQuery()])
