"""ClassifyService: images in, labels with scores out."""

from typing import Any

from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.frame_stream import (
    FrameRpc,
    OpenStream,
    StreamSettings,
    frame_identity,
    read_stream_options,
    serve_frames,
)
from ocelli.edge.services.messages.classification import classify_result
from ocelli.edge.services.messages.image import read_image, timings_message
from ocelli.edge.tasks.classify import (
    ClassifyChoice,
    ClassifyModel,
    ClassifyOptions,
    ClassifyTask,
    choose,
)
from ocelli.edge.tasks.classify_head import ClassifyHead
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.v1 import classify_pb2, classify_pb2_grpc, image_pb2

_FRAMES = FrameRpc(
    classify_pb2.ClassifyStreamRequest,
    classify_pb2.ClassifyStreamResponse,
    classify_pb2.ClassifyFrameAnswer,
    "frame",
    frame_identity,
)


class ClassifyService(classify_pb2_grpc.ClassifyServiceServicer):
    """Serves Classify and ClassifyStream."""

    def __init__(
        self, models: PermittedModels, task: ClassifyTask, settings: StreamSettings
    ) -> None:
        self._models = models
        self._task = task
        self._settings = settings

    async def Classify(
        self, request: classify_pb2.ClassifyRequest, context: Context
    ) -> classify_pb2.ClassifyResponse:
        """Says what one image shows."""
        call = current_call()
        model = self._models.choose(request.model, ClassifyHead, call, request.model_version)
        result, spent = await self._classify(request.image, model, request.options, call)
        return classify_pb2.ClassifyResponse(result=result, timings=timings_message(spent))

    async def ClassifyStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Says what the frames of a video show."""
        await serve_frames(context, _FRAMES, self._settings, self._open)

    async def _open(self, config: classify_pb2.ClassifyStreamConfig, call: Call) -> OpenStream:
        model = self._models.choose(config.model, ClassifyHead, call, config.model_version)
        _choose(config.options, model)

        async def answer(frame: classify_pb2.ClassifyFrame, call: Call) -> tuple[Any, Timings]:
            now = self._models.choose(model.name, ClassifyHead, call, config.model_version)
            return await self._classify(frame.image, now, config.options, call)

        options = read_stream_options(config.stream, self._settings.max_window)
        return OpenStream(model.name, options, bool(config.stream.max_in_flight_frames), answer)

    async def _classify(
        self,
        image: image_pb2.Image,
        model: ClassifyModel,
        options: classify_pb2.ClassifyOptions,
        call: Call,
    ) -> tuple[classify_pb2.ClassifyResult, Timings]:
        choice = _choose(options, model)
        classified = await self._task.classify(read_image(image), model, choice, call)
        return classify_result(classified), classified.timings


def _choose(options: classify_pb2.ClassifyOptions, model: ClassifyModel) -> ClassifyChoice:
    wanted = ClassifyOptions(
        top_k=options.top_k,
        score_threshold=options.score_threshold if options.HasField("score_threshold") else None,
        labels=tuple(options.labels),
    )
    try:
        return choose(wanted, model)
    except OcelliError as error:
        raise error.within("options") from None
