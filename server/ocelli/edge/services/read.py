"""ReadService: images in, lines of text out."""

from ocelli.edge.call import current_call
from ocelli.edge.errors import OcelliError
from ocelli.edge.server.interceptors.handlers import Context
from ocelli.edge.services.messages.image import read_image, timings_message
from ocelli.edge.services.messages.reading import read_result
from ocelli.edge.tasks.read import ReadChoice, ReadModel, ReadTask, choose
from ocelli.edge.tasks.read_head import ReadHead
from ocelli.edge.triton.permitted_models import PermittedModels
from ocelli.v1 import read_pb2, read_pb2_grpc


class ReadService(read_pb2_grpc.ReadServiceServicer):
    """Serves Read."""

    def __init__(self, models: PermittedModels, task: ReadTask) -> None:
        self._models = models
        self._task = task

    async def Read(self, request: read_pb2.ReadRequest, context: Context) -> read_pb2.ReadResponse:
        """Reads the lines of text in one image."""
        call = current_call()
        model = self._models.choose(request.model, ReadHead, call, request.model_version)
        choice = _choose(request.options, model)
        read = await self._task.read(read_image(request.image), model, choice, call)
        return read_pb2.ReadResponse(
            result=read_result(read), timings=timings_message(read.timings)
        )


def _choose(options: read_pb2.ReadOptions, model: ReadModel) -> ReadChoice:
    threshold = options.score_threshold if options.HasField("score_threshold") else None
    try:
        return choose(threshold, options.max_lines, model)
    except OcelliError as error:
        raise error.within("options") from None
