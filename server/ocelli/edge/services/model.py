"""ModelService: which models there are, load, unload."""

from ocelli.edge.services.frames import Context
from ocelli.edge.services.limits import ServiceLimits
from ocelli.edge.services.images import call_deadline
from ocelli.edge.triton.model_entry import ModelEntry, ModelState
from ocelli.edge.triton.model_spec import DetectModel, EmbedModel
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.triton.statistics import ModelStatistics
from ocelli.v1 import model_pb2, model_pb2_grpc

_STATES = {
    ModelState.READY: model_pb2.MODEL_STATE_READY,
    ModelState.UNLOADED: model_pb2.MODEL_STATE_UNLOADED,
    ModelState.CHANGING: model_pb2.MODEL_STATE_CHANGING,
    ModelState.FAILED: model_pb2.MODEL_STATE_FAILED,
    ModelState.REFUSED: model_pb2.MODEL_STATE_REFUSED,
}


class ModelService(model_pb2_grpc.ModelServiceServicer):
    """Serves ListModels, GetModel, LoadModel and UnloadModel."""

    def __init__(self, models: ModelRegistry, limits: ServiceLimits) -> None:
        self._models = models
        self._limits = limits

    async def ListModels(
        self, request: model_pb2.ListModelsRequest, context: Context
    ) -> model_pb2.ListModelsResponse:
        """Describes every model of the repository."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        statistics = await self._models.statistics("", deadline)
        entries = self._models.entries()
        return model_pb2.ListModelsResponse(
            models=[_message(entry, statistics.get(entry.name)) for entry in entries]
        )

    async def GetModel(
        self, request: model_pb2.GetModelRequest, context: Context
    ) -> model_pb2.GetModelResponse:
        """Describes one model."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        entry = self._models.entry(request.name)
        statistics = None
        if entry.state is ModelState.READY:
            statistics = (await self._models.statistics(entry.name, deadline)).get(entry.name)
        return model_pb2.GetModelResponse(model=_message(entry, statistics))

    async def LoadModel(
        self, request: model_pb2.LoadModelRequest, context: Context
    ) -> model_pb2.LoadModelResponse:
        """Loads a model of the repository, anew if its files changed."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        entry = await self._models.load(request.name, deadline)
        return model_pb2.LoadModelResponse(model=_message(entry, None))

    async def UnloadModel(
        self, request: model_pb2.UnloadModelRequest, context: Context
    ) -> model_pb2.UnloadModelResponse:
        """Unloads a model."""
        deadline = call_deadline(context, self._limits.max_deadline_s)
        await self._models.unload(request.name, deadline)
        return model_pb2.UnloadModelResponse()


def _message(entry: ModelEntry, statistics: ModelStatistics | None) -> model_pb2.Model:
    message = model_pb2.Model(
        name=entry.name, version=entry.version, state=_STATES[entry.state], message=entry.message
    )
    spec = entry.spec
    if spec is not None:
        message.task = spec.task.value
        message.adapter = spec.adapter_name
        message.is_default = spec.is_default
        message.input.width = spec.view.width
        message.input.height = spec.view.height
        message.input.color_order = spec.view.color.value
        message.input.datatype = spec.datatype.value
        message.input.layout = spec.layout.value
        message.input.resize = spec.view.resize.value
        message.max_batch_size = spec.max_batch_size
    if isinstance(spec, DetectModel):
        message.labels.extend(spec.labels)
        message.score_threshold = spec.score_threshold
        message.iou_threshold = spec.iou_threshold
    elif isinstance(spec, EmbedModel):
        message.dimension = spec.adapter.dimension
    if statistics is not None:
        message.statistics.CopyFrom(
            model_pb2.ModelStatistics(
                inference_count=statistics.inference_count,
                execution_count=statistics.execution_count,
                failure_count=statistics.failure_count,
                queue_us=statistics.queue_us,
                compute_us=statistics.compute_us,
            )
        )
    return message
