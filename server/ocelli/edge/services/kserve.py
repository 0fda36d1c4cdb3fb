"""The KServe v2 protocol as Triton speaks it: clients of Triton use the edge in its place.

Messages pass as they are, under the edge's limits, deadlines, drain and metrics. What would change
what everybody shares, models, shared memory and settings of Triton, is refused.
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.server.interceptors.handlers import EOF, Context, RpcHandler
from ocelli.edge.triton.passthrough import SERVICE, Passthrough, model_name
from ocelli.edge.triton.registry import ModelRegistry

_PASSED = (
    "ServerLive",
    "ServerReady",
    "ModelReady",
    "ServerMetadata",
    "ModelMetadata",
    "ModelConfig",
    "ModelStatistics",
    "RepositoryIndex",
)
_REFUSED = (
    "RepositoryModelLoad",
    "RepositoryModelUnload",
    "SystemSharedMemoryStatus",
    "SystemSharedMemoryRegister",
    "SystemSharedMemoryUnregister",
    "CudaSharedMemoryStatus",
    "CudaSharedMemoryRegister",
    "CudaSharedMemoryUnregister",
    "TraceSetting",
    "LogSettings",
)


class KserveService:
    """Serves `inference.GRPCInferenceService`.

    Args:
        passthrough: to Triton.
        models: known models have an admission each.
        admissions: bound the requests under way of each model.
        memory: bounds the bytes held at once.
    """

    def __init__(
        self,
        passthrough: Passthrough,
        models: ModelRegistry,
        admissions: Admissions,
        memory: MemoryLimiter,
    ) -> None:
        self._passthrough = passthrough
        self._models = models
        self._admissions = admissions
        self._memory = memory

    def add_to(self, server: grpc.aio.Server) -> None:
        """Has a server serve it."""
        unary = grpc.unary_unary_rpc_method_handler
        handlers: dict[str, RpcHandler] = {
            "ModelInfer": unary(self._infer),
            "ModelStreamInfer": grpc.stream_stream_rpc_method_handler(self._stream_infer),
            **{name: unary(partial(self._pass, name)) for name in _PASSED},
            **{name: unary(partial(_refuse, name)) for name in _REFUSED},
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

    async def _pass(self, method: str, request: bytes, context: Context) -> bytes:
        call = current_call()
        return await self._call(method, request, call, context)

    async def _infer(self, request: bytes, context: Context) -> bytes:
        call = current_call()
        model = model_name(request)
        async with self._memory.reserve(2 * len(request), wait=False):
            if not self._models.knows(model):
                return await self._call("ModelInfer", request, call, context)
            async with self._admissions.of(model).enter(call):
                return await self._call("ModelInfer", request, call, context, model)

    async def _stream_infer(self, _: object, context: Context) -> None:
        call = current_call()
        answers = self._passthrough.stream(
            "ModelStreamInfer", _requests(context), context.time_remaining(), call.trace.metadata()
        )
        try:
            async for answer in answers:
                await context.write(answer)
        except AioRpcError as error:
            await context.abort(error.code(), error.details() or "")

    async def _call(
        self, method: str, request: bytes, call: Call, context: Context, model: str = ""
    ) -> bytes:
        try:
            return await self._passthrough.call(
                method,
                request,
                max(call.deadline.remaining_s(), 0.001),
                model=model,
                trace=call.trace.metadata(),
            )
        except AioRpcError as error:
            await context.abort(error.code(), error.details() or "")


async def _requests(context: Context) -> AsyncIterator[bytes]:
    while (request := await context.read()) is not EOF:
        yield request


async def _refuse(method: str, request: bytes, context: Context) -> Any:  # noqa: ARG001  # never answers
    raise OcelliError(
        Reason.CONTROL_REFUSED,
        f"{method} would change what all callers share; models are loaded and unloaded by "
        "ocelli.v1.ModelService, and tensors travel in messages",
    )
