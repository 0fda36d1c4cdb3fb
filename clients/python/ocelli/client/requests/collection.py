"""Calls of `CollectionService`."""

from collections.abc import Mapping

from ocelli.client.collection import (
    Alias,
    Collection,
    FieldType,
    Metric,
    collection,
    metric_number,
    schema,
)
from ocelli.client.errors import invalid_request
from ocelli.client.region import RegionDetector, pack_detector
from ocelli.client.requests.call import Call, Page, PagedCall
from ocelli.v1 import collection_pb2


def create(
    name: str,
    *,
    dimension: int = 0,
    metric: Metric = "cosine",
    fields: Mapping[str, FieldType] | None = None,
    model: str = "",
    detector: RegionDetector | None = None,
) -> Call[
    collection_pb2.CreateCollectionRequest, collection_pb2.CreateCollectionResponse, Collection
]:
    """Creates a collection."""
    wanted = collection_pb2.Collection(
        name=name,
        dimension=dimension,
        metric=metric_number(metric),
        fields=schema(fields or {}),
        model=model,
        detector=None if detector is None else pack_detector(detector),
    )
    return Call(
        lambda stubs: stubs.collections.CreateCollection,
        collection_pb2.CreateCollectionRequest(collection=wanted),
        lambda response: collection(response.collection),
    )


def get(
    name: str,
) -> Call[collection_pb2.GetCollectionRequest, collection_pb2.GetCollectionResponse, Collection]:
    """Describes a collection and counts its points."""
    return Call(
        lambda stubs: stubs.collections.GetCollection,
        collection_pb2.GetCollectionRequest(name=name),
        lambda response: collection(response.collection, response.point_count),
    )


def list_all() -> PagedCall[
    collection_pb2.ListCollectionsRequest, collection_pb2.ListCollectionsResponse, Collection
]:
    """Describes all collections, a page at a time."""
    return lambda page_token: Call(
        lambda stubs: stubs.collections.ListCollections,
        collection_pb2.ListCollectionsRequest(page_token=page_token),
        lambda response: Page(
            tuple(collection(found) for found in response.collections), response.next_page_token
        ),
    )


def update(
    name: str,
    *,
    model: str | None = None,
    fields: Mapping[str, FieldType] | None = None,
) -> Call[
    collection_pb2.UpdateCollectionRequest, collection_pb2.UpdateCollectionResponse, Collection
]:
    """Changes the model of a collection, adds fields, or both."""
    request = collection_pb2.UpdateCollectionRequest(collection={"name": name})
    if model is not None:
        request.collection.model = model
        request.update_mask.paths.append("model")
    if fields is not None:
        request.collection.fields.extend(schema(fields))
        request.update_mask.paths.append("fields")
    if not request.update_mask.paths:
        raise invalid_request("give a model, fields, or both", field="update_mask")
    return Call(
        lambda stubs: stubs.collections.UpdateCollection,
        request,
        lambda response: collection(response.collection),
    )


def delete(
    name: str,
) -> Call[collection_pb2.DeleteCollectionRequest, collection_pb2.DeleteCollectionResponse, None]:
    """Deletes a collection."""
    return Call(
        lambda stubs: stubs.collections.DeleteCollection,
        collection_pb2.DeleteCollectionRequest(name=name),
        lambda _: None,
    )


def set_alias(
    alias: str, collection: str
) -> Call[collection_pb2.SetAliasRequest, collection_pb2.SetAliasResponse, str]:
    """Points an alias to a collection."""
    return Call(
        lambda stubs: stubs.collections.SetAlias,
        collection_pb2.SetAliasRequest(alias=alias, collection=collection),
        lambda response: response.previous_collection,
    )


def delete_alias(
    alias: str,
) -> Call[collection_pb2.DeleteAliasRequest, collection_pb2.DeleteAliasResponse, None]:
    """Takes an alias away."""
    return Call(
        lambda stubs: stubs.collections.DeleteAlias,
        collection_pb2.DeleteAliasRequest(alias=alias),
        lambda _: None,
    )


def list_aliases() -> PagedCall[
    collection_pb2.ListAliasesRequest, collection_pb2.ListAliasesResponse, Alias
]:
    """Returns all aliases, a page at a time."""
    return lambda page_token: Call(
        lambda stubs: stubs.collections.ListAliases,
        collection_pb2.ListAliasesRequest(page_token=page_token),
        lambda response: Page(
            tuple(Alias(found.alias, found.collection) for found in response.aliases),
            response.next_page_token,
        ),
    )
