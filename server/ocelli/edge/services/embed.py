"""EmbedService: images in, vectors out."""

from collections.abc import Callable

from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.observability.frame_metrics import counted
from ocelli.edge.services.answers import FrameAnswers
from ocelli.edge.services.embedding import Embedded, ImageEmbedder
from ocelli.edge.services.frames import (
    Context,
    item_reader,
    read_config,
    window_message,
    window_options,
)
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.images import call_deadline
from ocelli.edge.stream import FrameWindow, FrameWork
from ocelli.edge.triton.model_spec import EmbedModel
from ocelli.v1 import embed_pb2, embed_pb2_grpc

_ANSWERS = FrameAnswers(embed_pb2.EmbedStreamResponse, embed_pb2.EmbedFrameAnswer)


class EmbedService(embed_pb2_grpc.EmbedServiceServicer):
    """Serves Embed and EmbedStream."""

    def __init__(self, embedder: ImageEmbedder, limits: ServiceLimits, drain: Drain) -> None:
        self._embedder = embedder
        self._limits = limits
        self._drain = drain

    async def Embed(
        self, request: embed_pb2.EmbedRequest, context: Context
    ) -> embed_pb2.EmbedResponse:
        """Embeds one image."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        embedded = await self._embedder.embed(
            request.image,
            request.model,
            deadline,
            flow=context.peer(),
            raw=request.options.raw,
        )
        return embed_pb2.EmbedResponse(result=_result(embedded), timings=embedded.timings)

    async def EmbedStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Embeds the frames of a video."""
        config = await read_config(context)
        if config is None:
            return
        model = self._embedder.models.choose(config.model, EmbedModel, field="config.model").name
        granted = window_options(config.stream, self._limits.stream_window)
        window = window_message(granted, model, self._limits.max_message_bytes)
        await context.write(embed_pb2.EmbedStreamResponse(window=window))

        flow = object()

        async def look(
            frame: embed_pb2.EmbedFrame, fresh: Callable[[], None]
        ) -> embed_pb2.EmbedStreamResponse:
            deadline = call_deadline(context, self._limits.max_deadline_s)
            embedded = await self._embedder.embed(
                frame.image, model, deadline, flow=flow, raw=config.options.raw, fresh=fresh
            )
            return _ANSWERS.found(frame, _result(embedded), embedded.timings)

        work = counted(
            FrameWork(look, _ANSWERS.failed, _ANSWERS.dropped),
            "ocelli.v1.EmbedService/EmbedStream",
        )
        await FrameWindow(granted, work, self._drain).run(
            item_reader(context, "frame"), context.write
        )


def _result(embedded: Embedded) -> embed_pb2.EmbedResult:
    return embed_pb2.EmbedResult(
        vector=embedded.vector.tolist(),
        width=embedded.width,
        height=embedded.height,
        model=embedded.spec.name,
        model_version=embedded.spec.version,
    )
