"""Calls of `SearchService` about collections."""

from collections.abc import Mapping

from ocelli.client import collection as stored
from ocelli.client.requests.call import Call
from ocelli.v1 import collection_pb2, search_pb2


def create(
    name: str,
    *,
    dimension: int = 0,
    metric: stored.Metric = "cosine",
    fields: Mapping[str, stored.FieldType] | None = None,
    model: str = "",
) -> Call[
    search_pb2.CreateCollectionRequest, search_pb2.CreateCollectionResponse, stored.Collection
]:
    """Creates a collection."""
    wanted = collection_pb2.Collection(
        name=name,
        dimension=dimension,
        metric=stored.metric_number(metric),
        fields=stored.schema(fields or {}),
        model=model,
    )
    return Call(
        lambda stubs: stubs.search.CreateCollection,
        search_pb2.CreateCollectionRequest(collection=wanted),
        lambda response: stored.collection(response.collection),
    )


def get(
    name: str,
) -> Call[search_pb2.GetCollectionRequest, search_pb2.GetCollectionResponse, stored.Collection]:
    """Describes a collection and counts its points."""
    return Call(
        lambda stubs: stubs.search.GetCollection,
        search_pb2.GetCollectionRequest(name=name),
        lambda response: stored.collection(response.collection, response.point_count),
    )


def list_all() -> Call[
    search_pb2.ListCollectionsRequest,
    search_pb2.ListCollectionsResponse,
    tuple[stored.Collection, ...],
]:
    """Describes all collections."""
    return Call(
        lambda stubs: stubs.search.ListCollections,
        search_pb2.ListCollectionsRequest(),
        lambda response: tuple(stored.collection(found) for found in response.collections),
    )


def delete(
    name: str,
) -> Call[search_pb2.DeleteCollectionRequest, search_pb2.DeleteCollectionResponse, None]:
    """Deletes a collection."""
    return Call(
        lambda stubs: stubs.search.DeleteCollection,
        search_pb2.DeleteCollectionRequest(name=name),
        lambda _: None,
    )
