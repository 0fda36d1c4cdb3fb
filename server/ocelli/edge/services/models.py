"""ModelService: which models there are, load, unload."""

from collections.abc import Mapping
from typing import Any

from ocelli.edge.call import current_call
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.paging import page_of
from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.model_entry import ModelEntry, ModelState
from ocelli.edge.triton.model_input import EncodedInput, PixelInput, TextInput
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.edge.triton.statistics import ModelStatistics
from ocelli.edge.vision.image import ColorOrder
from ocelli.edge.vision.letterbox import Resize
from ocelli.edge.vision.tensor import TensorLayout
from ocelli.v1 import model_pb2, model_pb2_grpc

_STATES = {state: getattr(model_pb2, f"MODEL_STATE_{state.name}") for state in ModelState}
_TASKS = {task: getattr(model_pb2, f"TASK_{task.name}") for task in Task}
_COLORS = {color: getattr(model_pb2, f"COLOR_ORDER_{color.name}") for color in ColorOrder}
_LAYOUTS = {layout: getattr(model_pb2, f"TENSOR_LAYOUT_{layout.name}") for layout in TensorLayout}
_RESIZES = {resize: getattr(model_pb2, f"RESIZE_{resize.name}") for resize in Resize}
_INPUT_KINDS = {
    PixelInput: model_pb2.INPUT_KIND_PIXELS,
    EncodedInput: model_pb2.INPUT_KIND_ENCODED,
    TextInput: model_pb2.INPUT_KIND_TEXT,
}
_OF_HEADS = (
    "labels",
    "dimension",
    "score_threshold",
    "iou_threshold",
    "keypoint_names",
    "space",
)


class ModelService(model_pb2_grpc.ModelServiceServicer):
    """Serves ListModels, GetModel, LoadModel and UnloadModel."""

    def __init__(self, models: PermittedModels) -> None:
        self._models = models

    async def ListModels(
        self, request: model_pb2.ListModelsRequest, context: Context
    ) -> model_pb2.ListModelsResponse:
        """Describes the models of the repository, a page at a time."""
        call = current_call()
        statistics = await self._models.statistics("", call)
        entries = {entry.name: entry for entry in self._models.entries(call)}
        names, token = page_of(list(entries), request.page_size, request.page_token)
        return model_pb2.ListModelsResponse(
            models=[_message(entries[name], statistics.get(name)) for name in names],
            next_page_token=token,
        )

    async def GetModel(
        self, request: model_pb2.GetModelRequest, context: Context
    ) -> model_pb2.GetModelResponse:
        """Describes one model."""
        call = current_call()
        entry = self._models.entry(request.name, call)
        statistics = None
        if entry.state is ModelState.READY:
            counted = await self._models.statistics(entry.name, call)
            statistics = counted.get(entry.name)
        return model_pb2.GetModelResponse(model=_message(entry, statistics))

    async def LoadModel(
        self, request: model_pb2.LoadModelRequest, context: Context
    ) -> model_pb2.LoadModelResponse:
        """Loads a model of the repository, anew if its files changed."""
        entry = await self._models.load(request.name, current_call())
        return model_pb2.LoadModelResponse(model=_message(entry, None))

    async def UnloadModel(
        self, request: model_pb2.UnloadModelRequest, context: Context
    ) -> model_pb2.UnloadModelResponse:
        """Unloads a model."""
        await self._models.unload(request.name, current_call())
        return model_pb2.UnloadModelResponse()


def _message(
    entry: ModelEntry, statistics: Mapping[str, ModelStatistics] | None
) -> model_pb2.Model:
    counted = statistics or {}
    message = model_pb2.Model(
        name=entry.name,
        version=entry.version,
        state=_STATES[entry.state],
        message=entry.message,
        versions=[
            model_pb2.ModelVersion(
                version=version,
                statistics=_counts(counted[version]) if version in counted else None,
            )
            for version in entry.versions
        ],
        batch_latencies=[
            model_pb2.BatchLatency(batch_size=each.batch_size, latency_us=each.latency_us)
            for each in entry.latencies
        ],
    )
    if entry.spec is not None:
        message.MergeFrom(_described(entry.spec))
    if entry.canary is not None:
        message.canary.version, message.canary.share = entry.canary.version, entry.canary.share
    if counted:
        message.statistics.CopyFrom(_counts(sum(counted.values(), ModelStatistics())))
    return message


def _counts(statistics: ModelStatistics) -> model_pb2.ModelStatistics:
    return model_pb2.ModelStatistics(
        inference_count=statistics.inference_count,
        execution_count=statistics.execution_count,
        failure_count=statistics.failure_count,
        queue_us=statistics.queue_us,
        compute_us=statistics.compute_us,
    )


def _described(spec: ModelSpec[Head]) -> model_pb2.Model:
    of_head: dict[str, Any] = {
        name: getattr(spec.head, name) for name in _OF_HEADS if hasattr(spec.head, name)
    }
    message = model_pb2.Model(
        task=_TASKS[spec.head.task],
        adapter=spec.adapter_name,
        is_default=spec.is_default,
        input_kind=_INPUT_KINDS[type(spec.input)],
        max_batch_size=spec.max_batch_size,
        **of_head,
    )
    if not isinstance(spec.input, TextInput):
        view = spec.input.view
        message.input.CopyFrom(
            model_pb2.ModelInput(
                width=view.width,
                height=view.height,
                color_order=_COLORS[view.color],
                resize=_RESIZES[view.resize],
            )
        )
    if isinstance(spec.input, PixelInput):
        message.input.datatype = spec.input.datatype.value
        message.input.layout = _LAYOUTS[spec.input.layout]
    return message
