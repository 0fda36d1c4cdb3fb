"""Calls of `ModelService`."""

from ocelli.client.requests.model import get, list_all, load, unload
from ocelli.v1 import model_pb2


def test_a_list_goes_on_where_a_token_leads() -> None:
    page = list_all()
    assert page("token").request.page_token == "token"
    response = model_pb2.ListModelsResponse(models=[model_pb2.Model(name="m")], next_page_token="t")
    read = page("").read(response)
    assert ([one.name for one in read.items], read.next_page_token) == (["m"], "t")


def test_a_model_is_named() -> None:
    assert [make("m").request.name for make in (get, load, unload)] == ["m", "m", "m"]  # type: ignore[operator]
