"""IndexStream: images in, stored points out."""

from collections.abc import Callable
from typing import Any

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.errors import OcelliError
from ocelli.edge.index.port import Point, VectorIndex
from ocelli.edge.index.validate import point_id as check_id
from ocelli.edge.observability.frame_metrics import counted
from ocelli.edge.services.collections import image_model, read_payload
from ocelli.edge.services.embedding import ImageEmbedder
from ocelli.edge.services.frames import Context, item_reader, read_config
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.images import call_deadline
from ocelli.edge.stream import DropCause, FrameWindow, FrameWork, WindowOptions
from ocelli.edge.triton.model_spec import EmbedModel
from ocelli.v1 import search_pb2


class ImageIndexing:
    """Embeds and stores the images of streams."""

    def __init__(
        self, index: VectorIndex, embedder: ImageEmbedder, limits: ServiceLimits, drain: Drain
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._limits = limits
        self._drain = drain

    async def run(self, context: Context) -> None:
        """Serves one stream; an image that fails does not end it."""
        config = await read_config(context)
        if config is None:
            return
        collection = await self._index.get_collection(
            config.collection, timeout_s=self._deadline(context).remaining_s()
        )
        model = self._embedder.models.choose(image_model(collection), EmbedModel).name
        window = search_pb2.IndexWindow(
            max_in_flight_images=self._limits.stream_window,
            max_message_bytes=self._limits.max_message_bytes,
            model=model,
        )
        await context.write(search_pb2.IndexStreamResponse(window=window))
        flow = object()

        async def store(
            item: search_pb2.IndexItem, fresh: Callable[[], None]
        ) -> search_pb2.IndexStreamResponse:
            deadline = self._deadline(context)
            check_id(item.id, "item.id")
            embedded = await self._embedder.embed(
                item.image, model, deadline, flow=flow, fresh=fresh
            )
            point = Point(id=item.id, vector=embedded.vector, payload=read_payload(item.payload))
            (refused,) = await self._index.upsert(
                collection.name, [point], timeout_s=deadline.remaining_s()
            )
            if refused is not None:
                raise refused
            return _answer(item, timings=embedded.timings)

        work = counted(FrameWork(store, _failed, _dropped), "ocelli.v1.SearchService/IndexStream")
        options = WindowOptions(limit=self._limits.stream_window)
        await FrameWindow(options, work, self._drain).run(
            item_reader(context, "item"), context.write
        )

    def _deadline(self, context: Context) -> Deadline:
        return call_deadline(context, self._limits.max_deadline_s)


def _answer(item: search_pb2.IndexItem, **outcome: Any) -> search_pb2.IndexStreamResponse:
    return search_pb2.IndexStreamResponse(answer=search_pb2.IndexAnswer(id=item.id, **outcome))


def _failed(item: search_pb2.IndexItem, error: OcelliError) -> search_pb2.IndexStreamResponse:
    return _answer(item, error=error.to_status())


def _dropped(
    item: search_pb2.IndexItem, cause: DropCause, age_s: float
) -> search_pb2.IndexStreamResponse:
    raise AssertionError(f"{item.id} dropped: {cause} at {age_s} s, on a stream that drops nothing")
