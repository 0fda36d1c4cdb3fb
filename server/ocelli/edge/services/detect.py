"""DetectService: images in, boxes out."""

import time
from collections.abc import Callable, Hashable

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.scheduling.drain import Drain
from ocelli.edge.observability.frame_metrics import counted
from ocelli.edge.path import Inferred, InferencePipeline
from ocelli.edge.services.answers import FrameAnswers
from ocelli.edge.services.detect_options import DetectChoice, read_options
from ocelli.edge.services.frames import (
    Context,
    item_reader,
    read_config,
    window_message,
    window_options,
)
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.images import call_deadline, read_image, timings
from ocelli.edge.stream import FrameWindow, FrameWork
from ocelli.edge.triton.model_spec import DetectModel
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.vision.boxes import Detections, select
from ocelli.v1 import detect_pb2, detect_pb2_grpc, image_pb2, timings_pb2

# Outputs beyond this are decoded on a thread: whole heads take a millisecond, candidates do not.
_INLINE_OUTPUT_BYTES = 64 * 1024

_ANSWERS = FrameAnswers(detect_pb2.DetectStreamResponse, detect_pb2.DetectFrameAnswer)


class DetectService(detect_pb2_grpc.DetectServiceServicer):
    """Serves Detect and DetectStream."""

    def __init__(
        self, models: ModelRegistry, path: InferencePipeline, limits: ServiceLimits, drain: Drain
    ) -> None:
        self._models = models
        self._path = path
        self._limits = limits
        self._drain = drain

    async def Detect(
        self, request: detect_pb2.DetectRequest, context: Context
    ) -> detect_pb2.DetectResponse:
        """Finds the objects in one image."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        spec = self._models.choose(request.model, DetectModel, field="model")
        result, spent = await self._look(
            request.image, spec, request.options, deadline, flow=context.peer()
        )
        return detect_pb2.DetectResponse(result=result, timings=spent)

    async def DetectStream(  # type: ignore[override]  # grpc.aio takes coroutines that write, too
        self, request_iterator: object, context: Context
    ) -> None:
        """Finds the objects in the frames of a video."""
        config = await read_config(context)
        if config is None:
            return
        spec = self._models.choose(config.model, DetectModel, field="config.model")
        read_options(config.options, spec, "config.options")
        granted = window_options(config.stream, self._limits.stream_window)
        window = window_message(granted, spec.name, self._limits.max_message_bytes)
        await context.write(detect_pb2.DetectStreamResponse(window=window))

        flow = object()

        async def look(
            frame: detect_pb2.DetectFrame, fresh: Callable[[], None]
        ) -> detect_pb2.DetectStreamResponse:
            deadline = call_deadline(context, self._limits.max_deadline_s)
            now = self._models.choose(spec.name, DetectModel, field="config.model")
            result, spent = await self._look(
                frame.image, now, config.options, deadline, flow=flow, fresh=fresh
            )
            return _ANSWERS.found(frame, result, spent)

        work = counted(
            FrameWork(look, _ANSWERS.failed, _ANSWERS.dropped),
            "ocelli.v1.DetectService/DetectStream",
        )
        await FrameWindow(granted, work, self._drain).run(
            item_reader(context, "frame"), context.write
        )

    async def _look(
        self,
        image: image_pb2.Image,
        spec: DetectModel,
        options: detect_pb2.DetectOptions,
        deadline: Deadline,
        *,
        flow: Hashable,
        fresh: Callable[[], None] | None = None,
    ) -> tuple[detect_pb2.DetectResult, timings_pb2.Timings]:
        arrived_s = time.perf_counter()
        wanted = read_options(options, spec, "options")
        inferred = await self._path.infer(
            read_image(image), spec, deadline, flow=flow, fresh=fresh
        )
        answered_s = time.perf_counter()
        if sum(output.nbytes for output in inferred.outputs.values()) <= _INLINE_OUTPUT_BYTES:
            found = _find(inferred, spec, wanted)
        else:
            found = await self._path.run(flow, _find, inferred, spec, wanted)
        result = _result(found, spec, inferred)
        return result, timings(inferred, arrived_s, answered_s)


def _find(inferred: Inferred, spec: DetectModel, wanted: DetectChoice) -> Detections:
    candidates = spec.adapter.decode(inferred.outputs, wanted.score_threshold)
    return select(
        candidates,
        inferred.prepared.placement,
        score_threshold=wanted.score_threshold,
        iou_threshold=wanted.iou_threshold,
        max_detections=wanted.max_detections,
        class_ids=wanted.class_ids,
    )


def _result(found: Detections, spec: DetectModel, inferred: Inferred) -> detect_pb2.DetectResult:
    result = detect_pb2.DetectResult(
        width=inferred.prepared.width,
        height=inferred.prepared.height,
        model=spec.name,
        model_version=spec.version,
    )
    rows = zip(found.boxes.tolist(), found.scores.tolist(), found.classes.tolist(), strict=True)
    for (x_min, y_min, x_max, y_max), score, class_id in rows:
        result.detections.add(
            box=image_pb2.Box(x_min=x_min, y_min=y_min, x_max=x_max, y_max=y_max),
            score=score,
            label=spec.labels[class_id] if class_id < len(spec.labels) else "",
            class_id=class_id,
        )
    return result
