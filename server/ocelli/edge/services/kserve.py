"""The KServe v2 protocol as Triton speaks it: clients of Triton use the edge in its place.

Messages pass as they are, under the edge's limits, deadlines, drain and metrics. What would change
what everybody shares, models, shared memory and settings of Triton, is refused.
"""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial
from typing import Any

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.access.permit import permit_model
from ocelli.edge.call import Call, current_call
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.scheduling.admission import Admissions
from ocelli.edge.scheduling.kept_tasks import KeptTasks
from ocelli.edge.scheduling.memory_limiter import MemoryLimiter
from ocelli.edge.server.interceptors.handlers import EOF, Context, RpcHandler
from ocelli.edge.triton.passthrough import SERVICE, Passthrough, model_name
from ocelli.edge.triton.permitted_passthrough import permit_request, permitted_answer
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


_ANSWER_GRACE_S = 5.0
"""How much longer than its caller a call may wait for Triton before it is cancelled there."""


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
        self._kept = KeptTasks()

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
        permit_request(method, request, call)
        try:
            return permitted_answer(method, await self._call(method, request, call), call)
        except AioRpcError as error:
            await context.abort(error.code(), error.details() or "")

    async def _infer(self, request: bytes, context: Context) -> bytes:
        """Triton's answer. A caller who leaves cancels nothing there, which Triton may not survive.

        What the call holds is released when Triton has answered.
        """
        try:
            return await self._kept.finish(self._ask(request, current_call()))
        except AioRpcError as error:
            await context.abort(error.code(), error.details() or "")

    async def _ask(self, request: bytes, call: Call) -> bytes:
        call.take_image()
        model = model_name(request)
        permit_model(call, model)
        size_bytes = 2 * len(request)
        if not self._models.knows(model):
            async with self._memory.reserve(size_bytes, wait=False):
                return await self._call("ModelInfer", request, call)
        asked_s = time.perf_counter()
        # What waits for its turn takes no memory from others meanwhile.
        async with (
            self._admissions.of(model).enter(call),
            self._memory.reserve(size_bytes, wait=False),
        ):
            sent_s = time.perf_counter()
            call.stage("admission", asked_s, sent_s)
            call.asked(model, "")
            try:
                return await self._call("ModelInfer", request, call, model)
            finally:
                call.stage("triton", sent_s, time.perf_counter(), span=False)

    async def _stream_infer(self, _: object, context: Context) -> None:
        call = current_call()
        stream = self._passthrough.stream(
            "ModelStreamInfer",
            _requests(context, call),
            context.time_remaining(),
            call.trace.metadata(),
        )
        try:
            async with aclosing(stream) as answers:
                async for answer in answers:
                    await context.write(answer)
        except AioRpcError as error:
            await context.abort(error.code(), error.details() or "")

    async def _call(self, method: str, request: bytes, call: Call, model: str = "") -> bytes:
        with call.trace.request("triton", {"ocelli.model": model}) as trace:
            return await self._passthrough.call(
                method,
                request,
                max(call.deadline.remaining_s(), 0) + _ANSWER_GRACE_S,
                model=model,
                trace=trace.metadata(),
            )


async def _requests(context: Context, call: Call) -> AsyncIterator[bytes]:
    """What goes to Triton. Raises at a request that is not the caller's to make."""
    while (request := await context.read()) is not EOF:
        permit_request("ModelInfer", request, call)
        await call.quota.wait_for_frame()
        yield request


async def _refuse(method: str, request: bytes, context: Context) -> Any:  # noqa: ARG001  # never answers
    raise OcelliError(
        Reason.CONTROL_REFUSED,
        f"{method} would change what all callers share; models are loaded and unloaded by "
        "ocelli.v1.ModelService, and tensors travel in messages",
    )
