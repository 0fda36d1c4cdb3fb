"""DetectService: images in, boxes out."""

from typing import Any

from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError, invalid_field
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.frame_stream import (
    FrameRpc,
    OpenStream,
    StreamSettings,
    frame_identity,
    read_stream_options,
    serve_frames,
)
from ocelli.edge.services.messages.detection import detect_result
from ocelli.edge.services.messages.image import read_image, timings_message
from ocelli.edge.tasks.detect import (
    DetectChoice,
    DetectModel,
    DetectOptions,
    DetectTask,
    choose,
)
from ocelli.edge.tasks.detect_head import DetectHead
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.v1 import detect_pb2, detect_pb2_grpc, image_pb2

_FRAMES = FrameRpc(
    detect_pb2.DetectStreamRequest,
    detect_pb2.DetectStreamResponse,
    detect_pb2.DetectFrameAnswer,
    "frame",
    frame_identity,
)
_MASK_FORMATS = frozenset(detect_pb2.MaskFormat.values())


class DetectService(detect_pb2_grpc.DetectServiceServicer):
    """Serves Detect and DetectStream."""

    def __init__(self, models: PermittedModels, task: DetectTask, settings: StreamSettings) -> None:
        self._models = models
        self._task = task
        self._settings = settings

    async def Detect(
        self, request: detect_pb2.DetectRequest, context: Context
    ) -> detect_pb2.DetectResponse:
        """Finds the objects in one image."""
        call = current_call()
        model = self._models.choose(request.model, DetectHead, call, request.model_version)
        result, spent = await self._detect(request.image, model, request.options, call)
        return detect_pb2.DetectResponse(result=result, timings=timings_message(spent))

    async def DetectStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Finds the objects in the frames of a video."""
        await serve_frames(context, _FRAMES, self._settings, self._open)

    async def _open(self, config: detect_pb2.DetectStreamConfig, call: Call) -> OpenStream:
        model = self._models.choose(config.model, DetectHead, call, config.model_version)
        _choose(config.options, model)

        async def answer(frame: detect_pb2.DetectFrame, call: Call) -> tuple[Any, Timings]:
            now = self._models.choose(model.name, DetectHead, call, config.model_version)
            return await self._detect(frame.image, now, config.options, call)

        options = read_stream_options(config.stream, self._settings.max_window)
        return OpenStream(model.name, options, bool(config.stream.max_in_flight_frames), answer)

    async def _detect(
        self,
        image: image_pb2.Image,
        model: DetectModel,
        options: detect_pb2.DetectOptions,
        call: Call,
    ) -> tuple[detect_pb2.DetectResult, Timings]:
        choice = _choose(options, model)
        detected = await self._task.detect(read_image(image), model, choice, call)
        return detect_result(detected, options.mask_format), detected.timings


def _choose(options: detect_pb2.DetectOptions, model: DetectModel) -> DetectChoice:
    wanted = DetectOptions(
        score_threshold=options.score_threshold if options.HasField("score_threshold") else None,
        iou_threshold=options.iou_threshold if options.HasField("iou_threshold") else None,
        max_detections=options.max_detections,
        labels=tuple(options.labels),
        masks=options.mask_format != detect_pb2.MASK_FORMAT_UNSPECIFIED,
    )
    try:
        if options.mask_format not in _MASK_FORMATS:
            raise invalid_field(
                f"mask_format is {options.mask_format}; expected RUNS, POLYGONS or nothing",
                "mask_format",
            )
        return choose(wanted, model)
    except OcelliError as error:
        raise error.within("options") from None
