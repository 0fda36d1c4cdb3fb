"""CollectionService: named sets of points."""

from ocelli.edge.call import current_call
from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.messages.collection import collection_message, read_collection
from ocelli.edge.tasks.collections import CollectionTask
from ocelli.v1 import collection_pb2, collection_pb2_grpc

_CHANGEABLE = ("model", "fields")


class CollectionService(collection_pb2_grpc.CollectionServiceServicer):
    """Serves the calls on collections."""

    def __init__(self, index: ValidatedIndex, task: CollectionTask) -> None:
        self._index = index
        self._task = task

    async def CreateCollection(
        self, request: collection_pb2.CreateCollectionRequest, context: Context
    ) -> collection_pb2.CreateCollectionResponse:
        """Creates a collection; an embedding model fills in its dimension."""
        wanted = read_collection(request.collection)
        created = await self._task.create(wanted, current_call())
        return collection_pb2.CreateCollectionResponse(collection=collection_message(created))

    async def GetCollection(
        self, request: collection_pb2.GetCollectionRequest, context: Context
    ) -> collection_pb2.GetCollectionResponse:
        """Describes one collection."""
        call = current_call()
        found = await self._index.get_collection(request.name, call=call)
        count = await self._index.count(request.name, call=call)
        return collection_pb2.GetCollectionResponse(
            collection=collection_message(found), point_count=count
        )

    async def ListCollections(
        self, request: collection_pb2.ListCollectionsRequest, context: Context
    ) -> collection_pb2.ListCollectionsResponse:
        """Describes all collections, a page at a time."""
        page = await self._index.list_collections(
            page_size=request.page_size,
            page_token=request.page_token,
            call=current_call(),
        )
        return collection_pb2.ListCollectionsResponse(
            collections=map(collection_message, page.items), next_page_token=page.next_page_token
        )

    async def UpdateCollection(
        self, request: collection_pb2.UpdateCollectionRequest, context: Context
    ) -> collection_pb2.UpdateCollectionResponse:
        """Changes a collection's embedding model, or adds filterable fields."""
        wanted = read_collection(request.collection)
        paths = _paths(request)
        updated = await self._task.update(
            wanted.name,
            wanted.model if "model" in paths else None,
            wanted.fields if "fields" in paths else None,
            current_call(),
        )
        return collection_pb2.UpdateCollectionResponse(collection=collection_message(updated))

    async def SetAlias(
        self, request: collection_pb2.SetAliasRequest, context: Context
    ) -> collection_pb2.SetAliasResponse:
        """Points an alias to a collection."""
        before = await self._index.set_alias(request.alias, request.collection, call=current_call())
        return collection_pb2.SetAliasResponse(previous_collection=before)

    async def DeleteAlias(
        self, request: collection_pb2.DeleteAliasRequest, context: Context
    ) -> collection_pb2.DeleteAliasResponse:
        """Takes an alias away."""
        await self._index.delete_alias(request.alias, call=current_call())
        return collection_pb2.DeleteAliasResponse()

    async def ListAliases(
        self, request: collection_pb2.ListAliasesRequest, context: Context
    ) -> collection_pb2.ListAliasesResponse:
        """Returns all aliases, a page at a time."""
        page = await self._index.list_aliases(
            page_size=request.page_size, page_token=request.page_token, call=current_call()
        )
        return collection_pb2.ListAliasesResponse(
            aliases=[
                collection_pb2.Alias(alias=one.alias, collection=one.collection)
                for one in page.items
            ],
            next_page_token=page.next_page_token,
        )

    async def DeleteCollection(
        self, request: collection_pb2.DeleteCollectionRequest, context: Context
    ) -> collection_pb2.DeleteCollectionResponse:
        """Deletes a collection and all its points."""
        await self._index.delete_collection(request.name, call=current_call())
        return collection_pb2.DeleteCollectionResponse()


def _paths(request: collection_pb2.UpdateCollectionRequest) -> set[str]:
    paths = set(request.update_mask.paths)
    if not paths:
        raise invalid_field("there is nothing to change; name model or fields", "update_mask")
    unknown = next((path for path in paths if path not in _CHANGEABLE), None)
    if unknown is not None:
        raise invalid_field(
            f"{quote(unknown)} cannot be changed; expected model or fields", "update_mask"
        )
    return paths
