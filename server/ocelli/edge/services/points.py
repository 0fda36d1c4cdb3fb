"""PointService: stored vectors."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.index.filters import Filter
from ocelli.edge.index.payload_change import DeleteKeys, Merge, PayloadChange, Replace
from ocelli.edge.index.points import Point
from ocelli.edge.index.validated_index import ValidatedIndex
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.server.status import to_status
from ocelli.edge.services.frame_stream import FrameRpc, OpenStream, StreamSettings, serve_frames
from ocelli.edge.services.messages.embed_input import read_input
from ocelli.edge.services.messages.filter import read_filter
from ocelli.edge.services.messages.image import warning_messages
from ocelli.edge.services.messages.payload import read_payload
from ocelli.edge.services.messages.point import cut_id, point_message, read_point
from ocelli.edge.services.messages.region import indexed_region_message
from ocelli.edge.stream import WindowOptions
from ocelli.edge.tasks.indexing import IndexTask
from ocelli.edge.tasks.timings import Timings
from ocelli.v1 import filter_pb2, point_pb2, point_pb2_grpc

T = TypeVar("T")

# A page is one message. Payloads are counted as JSON; as protobuf they may be 6.5 times as large.
_PAGE_SHARE = 8
_INLINE_BYTES = 1 << 16
"""A request that is read on the event loop; a larger one is read in a thread."""

_ITEMS = FrameRpc(
    point_pb2.IndexStreamRequest,
    point_pb2.IndexStreamResponse,
    point_pb2.IndexAnswer,
    "item",
    lambda item: {"id": cut_id(item.id)},
)


class PointService(point_pb2_grpc.PointServiceServicer):
    """Serves the calls on points, and IndexStream."""

    def __init__(self, index: ValidatedIndex, task: IndexTask, settings: StreamSettings) -> None:
        self._index = index
        self._task = task
        self._settings = settings

    async def UpsertPoints(
        self, request: point_pb2.UpsertPointsRequest, context: Context
    ) -> point_pb2.UpsertPointsResponse:
        """Stores points; each succeeds or fails alone."""
        if request.ByteSize() <= _INLINE_BYTES:
            points = _read_points(request)
        else:
            points = await asyncio.to_thread(_read_points, request)
        outcomes = await self._index.upsert(request.collection, points, call=current_call())
        errors = [
            point_pb2.PointError(
                index=position, id=cut_id(request.points[position].id), error=to_status(error)
            )
            for position, error in enumerate(outcomes)
            if error is not None
        ]
        return point_pb2.UpsertPointsResponse(stored=len(points) - len(errors), errors=errors)

    async def GetPoints(
        self, request: point_pb2.GetPointsRequest, context: Context
    ) -> point_pb2.GetPointsResponse:
        """Returns stored points by id."""
        records = await self._index.get(
            request.collection,
            list(request.ids),
            with_payload=_with_payload(request),
            with_vectors=request.with_vector,
            call=current_call(),
        )
        found = {record.id for record in records}
        missing = [id_ for id_ in dict.fromkeys(request.ids) if id_ not in found]
        return point_pb2.GetPointsResponse(points=map(point_message, records), missing_ids=missing)

    async def ListPoints(
        self, request: point_pb2.ListPointsRequest, context: Context
    ) -> point_pb2.ListPointsResponse:
        """Returns stored points, a page at a time."""
        page = await self._index.list_points(
            request.collection,
            filter=_optional_filter(request),
            page_size=request.page_size,
            page_token=request.page_token,
            max_bytes=self._settings.max_message_bytes // _PAGE_SHARE,
            with_payload=_with_payload(request),
            with_vectors=request.with_vector,
            call=current_call(),
        )
        return point_pb2.ListPointsResponse(
            points=map(point_message, page.items), next_page_token=page.next_page_token
        )

    async def CountPoints(
        self, request: point_pb2.CountPointsRequest, context: Context
    ) -> point_pb2.CountPointsResponse:
        """Counts the points that match a filter."""
        count = await self._index.count(
            request.collection,
            filter=_optional_filter(request),
            call=current_call(),
        )
        return point_pb2.CountPointsResponse(count=count)

    async def DeletePoints(
        self, request: point_pb2.DeletePointsRequest, context: Context
    ) -> point_pb2.DeletePointsResponse:
        """Deletes stored points, by id or by filter."""
        call = current_call()
        deleted = await _on_chosen(
            request,
            lambda ids: self._index.delete(request.collection, ids, call=call),
            lambda tree: self._index.delete_by_filter(request.collection, tree, call=call),
        )
        return point_pb2.DeletePointsResponse(deleted=deleted)

    async def UpdatePayload(
        self, request: point_pb2.UpdatePayloadRequest, context: Context
    ) -> point_pb2.UpdatePayloadResponse:
        """Changes the payloads of stored points, by id or by filter."""
        call, change = current_call(), _change(request)
        updated = await _on_chosen(
            request,
            lambda ids: self._index.update_payload(request.collection, ids, change, call=call),
            lambda tree: self._index.update_payload_by_filter(
                request.collection, tree, change, call=call
            ),
        )
        return point_pb2.UpdatePayloadResponse(updated=updated)

    async def IndexStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Embeds and stores images in bulk."""
        await serve_frames(context, _ITEMS, self._settings, self._open)

    async def _open(self, config: point_pb2.IndexStreamConfig, call: Call) -> OpenStream:
        collection, model = await self._task.open(config.collection, call)

        async def answer(item: point_pb2.IndexItem, call: Call) -> tuple[Any, Timings]:
            source, payload = read_input(item), read_payload(item.payload)
            indexed = await self._task.index(collection, item.id, source, payload, call)
            result = point_pb2.IndexResult(
                model=indexed.model.name,
                model_version=indexed.version,
                warnings=warning_messages(indexed.warnings),
                regions=map(indexed_region_message, indexed.regions),
            )
            return result, indexed.timings

        options = WindowOptions(limit=self._settings.max_window)
        return OpenStream(model.name, options, False, answer)


def _read_points(request: point_pb2.UpsertPointsRequest) -> list[Point | OcelliError]:
    points: list[Point | OcelliError] = []
    for position, point in enumerate(request.points):
        try:
            points.append(read_point(point))
        except OcelliError as error:
            points.append(error.within(f"points[{position}]"))
    return points


def _with_payload(request: point_pb2.GetPointsRequest | point_pb2.ListPointsRequest) -> bool:
    return request.with_payload or not request.HasField("with_payload")


def _optional_filter(
    request: point_pb2.ListPointsRequest | point_pb2.CountPointsRequest,
) -> Filter | None:
    return read_filter(request.filter) if request.HasField("filter") else None


async def _on_chosen(
    request: point_pb2.DeletePointsRequest | point_pb2.UpdatePayloadRequest,
    by_ids: Callable[[list[str]], Awaitable[T]],
    by_filter: Callable[[Filter], Awaitable[T]],
) -> T:
    if not request.HasField("filter"):
        return await by_ids(list(request.ids))
    if request.ids:
        raise invalid_field("the request has ids and a filter; send one of them", "filter")
    tree: filter_pb2.Filter = request.filter
    return await by_filter(read_filter(tree))


def _change(request: point_pb2.UpdatePayloadRequest) -> PayloadChange:
    match request.WhichOneof("change"):
        case "merge":
            return Merge(read_payload(request.merge, "merge"))
        case "replace":
            return Replace(read_payload(request.replace, "replace"))
        case "delete_keys":
            return DeleteKeys(tuple(request.delete_keys.keys))
    raise invalid_field("there is no change; set merge, replace or delete_keys", "change")
