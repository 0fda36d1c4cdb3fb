"""Calls of `CollectionService`."""

import pytest

from ocelli.client import InvalidRequest
from ocelli.client.requests.collection import create, list_all, update
from ocelli.v1 import collection_pb2


def test_what_is_created_is_sent() -> None:
    wanted = create("c", dimension=3, metric="dot", fields={"a": "bool"}, model="m").request
    assert (wanted.collection.name, wanted.collection.dimension) == ("c", 3)
    assert wanted.collection.metric == collection_pb2.METRIC_DOT
    assert wanted.collection.fields[0].type == collection_pb2.FIELD_TYPE_BOOL


def test_a_list_goes_on_where_a_token_leads() -> None:
    page = list_all()
    assert page("token").request.page_token == "token"
    read = page("").read(
        collection_pb2.ListCollectionsResponse(
            collections=[collection_pb2.Collection(name="c")], next_page_token="t"
        )
    )
    assert ([one.name for one in read.items], read.next_page_token) == (["c"], "t")


def test_only_what_is_given_is_changed() -> None:
    request = update("c", model="").request
    assert (request.collection.name, list(request.update_mask.paths)) == ("c", ["model"])
    request = update("c", fields={"a": "float"}).request
    assert list(request.update_mask.paths) == ["fields"]
    assert request.collection.fields[0].name == "a"
    both = update("c", model="m", fields={"a": "float"}).request
    assert list(both.update_mask.paths) == ["model", "fields"]
    with pytest.raises(InvalidRequest):
        update("c")
