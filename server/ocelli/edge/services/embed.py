"""EmbedService: images and texts in, vectors out."""

from typing import Any

from ocelli.edge.call import Call, current_call
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.frame_stream import (
    FrameRpc,
    OpenStream,
    StreamSettings,
    frame_identity,
    read_stream_options,
    serve_frames,
)
from ocelli.edge.services.messages.embed_input import read_input
from ocelli.edge.services.messages.image import timings_message, warning_messages
from ocelli.edge.services.messages.vector import vector_message
from ocelli.edge.tasks.embed import Embedded, EmbedTask
from ocelli.edge.tasks.embed_head import EmbedHead
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.v1 import embed_pb2, embed_pb2_grpc

_FRAMES = FrameRpc(
    embed_pb2.EmbedStreamRequest,
    embed_pb2.EmbedStreamResponse,
    embed_pb2.EmbedFrameAnswer,
    "frame",
    frame_identity,
)


class EmbedService(embed_pb2_grpc.EmbedServiceServicer):
    """Serves Embed and EmbedStream."""

    def __init__(self, models: PermittedModels, task: EmbedTask, settings: StreamSettings) -> None:
        self._models = models
        self._task = task
        self._settings = settings

    async def Embed(
        self, request: embed_pb2.EmbedRequest, context: Context
    ) -> embed_pb2.EmbedResponse:
        """Embeds one image or text."""
        call = current_call()
        model = self._models.choose(request.model, EmbedHead, call, request.model_version)
        source = read_input(request)
        embedded = await self._task.embed(source, model, call, raw=request.options.raw)
        return embed_pb2.EmbedResponse(
            result=_result(embedded), timings=timings_message(embedded.timings)
        )

    async def EmbedStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Embeds the frames of a video."""
        await serve_frames(context, _FRAMES, self._settings, self._open)

    async def _open(self, config: embed_pb2.EmbedStreamConfig, call: Call) -> OpenStream:
        model = self._models.choose(config.model, EmbedHead, call, config.model_version)

        async def answer(frame: embed_pb2.EmbedFrame, call: Call) -> tuple[Any, Timings]:
            now = self._models.choose(model.name, EmbedHead, call, config.model_version)
            source = read_input(frame)
            embedded = await self._task.embed(source, now, call, raw=config.options.raw)
            return _result(embedded), embedded.timings

        options = read_stream_options(config.stream, self._settings.max_window)
        return OpenStream(model.name, options, bool(config.stream.max_in_flight_frames), answer)


def _result(embedded: Embedded) -> embed_pb2.EmbedResult:
    return embed_pb2.EmbedResult(
        vector=vector_message(embedded.vector),
        width=embedded.width,
        height=embedded.height,
        model=embedded.model.name,
        model_version=embedded.version,
        warnings=warning_messages(embedded.warnings),
    )
