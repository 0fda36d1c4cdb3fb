"""The models of the repository, kept up to date by asking Triton."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import grpc
from grpc.aio import AioRpcError
from tritonclient.grpc import service_pb2

from ocelli.edge.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.describe import describe
from ocelli.edge.triton.entry import ModelEntry, ModelState
from ocelli.edge.triton.faults import one_line, unreachable
from ocelli.edge.triton.model import DetectModel, EmbedModel
from ocelli.edge.triton.statistics import ModelStatistics, read_statistics

_log = logging.getLogger(__name__)

SpecT = TypeVar("SpecT", DetectModel, EmbedModel)

_POLL_TIMEOUT_S = 2.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_STATES = {
    "READY": ModelState.READY,
    "LOADING": ModelState.CHANGING,
    "UNLOADING": ModelState.CHANGING,
    "UNAVAILABLE": ModelState.FAILED,
}


class ModelRegistry:
    """Which models there are and how to use each.

    Args:
        triton: whom to ask.
        poll_interval_s: how often.
        on_change: told after every change of a model or of Triton's reachability.
    """

    def __init__(
        self, triton: TritonChannel, poll_interval_s: float, on_change: Callable[[], None]
    ) -> None:
        self._triton = triton
        self._poll_interval_s = poll_interval_s
        self._on_change = on_change
        self._entries: dict[str, ModelEntry] = {}
        self._configs: dict[str, tuple[str, bytes]] = {}
        self._poll: asyncio.Task[None] | None = None
        self._refreshing = asyncio.Lock()
        self._due = asyncio.Event()
        self._first_answer = asyncio.Event()
        self.reachable = False

    def start(self) -> None:
        """Asks now and goes on asking."""
        self._poll = asyncio.create_task(self._keep_polling())

    def ask_soon(self) -> None:
        """Asks without waiting for the next turn: something about Triton changed."""
        self._due.set()

    async def wait_reachable(self, timeout_s: float) -> bool:
        """Waits until Triton has answered; False if it did not in time."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._first_answer.wait(), timeout_s)
        return self.reachable

    async def close(self) -> None:
        """Stops asking."""
        if self._poll is not None:
            self._poll.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._poll

    def entries(self) -> list[ModelEntry]:
        """All models, by name ascending."""
        return sorted(self._entries.values(), key=lambda entry: entry.name)

    def entry(self, name: str, field: str = "name") -> ModelEntry:
        """One model.

        Raises:
            OcelliError: INVALID_FIELD, MODEL_NOT_FOUND or TRITON_UNAVAILABLE.
        """
        _check_name(name, field)
        if not self.reachable:
            raise unreachable()
        entry = self._entries.get(name)
        if entry is None:
            raise _not_found(name)
        return entry

    def choose(self, name: str, kind: type[SpecT], field: str = "model") -> SpecT:
        """The model to use.

        Args:
            name: as the request has it; empty for the default one.
            kind: what it must be.
            field: path of the name in the request, for errors.

        Raises:
            OcelliError: a model reason, or TRITON_UNAVAILABLE.
        """
        if not name:
            return self._default(kind)
        spec = self.entry(name, field).usable()
        if not isinstance(spec, kind):
            raise OcelliError(
                Reason.MODEL_WRONG_TASK,
                f"model {name!r} is for the task {spec.task.value}; expected one for "
                f"{kind.task.value}, see ListModels",
                field=field,
            )
        return spec

    async def statistics(self, name: str, deadline: Deadline) -> dict[str, ModelStatistics]:
        """What Triton counted, by model; of all models if `name` is empty."""
        request = service_pb2.ModelStatisticsRequest(name=name)
        response = await self._ask(self._triton.control.ModelStatistics, request, deadline)
        return read_statistics(response)

    async def load(self, name: str, deadline: Deadline) -> ModelEntry:
        """Loads a model and waits until it serves.

        Raises:
            OcelliError: MODEL_NOT_FOUND, MODEL_LOAD_FAILED, MODEL_REFUSED, INVALID_FIELD or
                TRITON_UNAVAILABLE.
        """
        _check_name(name, "name")
        request = service_pb2.RepositoryModelLoadRequest(model_name=name)
        await self._control(self._triton.control.RepositoryModelLoad, request, name, deadline)
        self._configs.pop(name, None)
        await self._refresh()
        entry = self.entry(name)
        entry.usable()
        return entry

    async def unload(self, name: str, deadline: Deadline) -> None:
        """Unloads a model and waits until it is gone.

        Raises:
            OcelliError: MODEL_NOT_FOUND, MODEL_LOAD_FAILED, INVALID_FIELD, DEADLINE_EXCEEDED or
                TRITON_UNAVAILABLE.
        """
        self.entry(name)
        request = service_pb2.RepositoryModelUnloadRequest(model_name=name)
        await self._control(self._triton.control.RepositoryModelUnload, request, name, deadline)
        while True:
            await self._refresh()
            entry = self._entries.get(name)
            if entry is None or entry.state is ModelState.UNLOADED:
                return
            deadline.check()
            await asyncio.sleep(0.05)

    def _default(self, kind: type[SpecT]) -> SpecT:
        if not self.reachable:
            raise unreachable()
        specs = [entry.spec for entry in self.entries() if entry.spec is not None]
        fit = [spec for spec in specs if isinstance(spec, kind)]
        marked = [spec for spec in fit if spec.is_default]
        chosen = marked or fit
        if len(chosen) == 1:
            return chosen[0]
        names = ", ".join(spec.name for spec in chosen) or "none"
        raise OcelliError(
            Reason.MODEL_NOT_CHOSEN,
            "the request names no model and the server has no single default for "
            f"{kind.task.value} (candidates: {names}); name one, or mark one with ocelli.default",
        )

    async def _keep_polling(self) -> None:
        while True:
            self._due.clear()
            with contextlib.suppress(OcelliError):
                await self._refresh()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), self._poll_interval_s)

    async def _refresh(self) -> None:
        async with self._refreshing:
            before = (self.reachable, self._entries)
            try:
                entries = await self._read_repository()
                specs = [entry.spec for entry in entries.values() if entry.spec is not None]
                await self._triton.share(specs, anew=not self.reachable)
                self._entries = entries
                self.reachable = True
                self._first_answer.set()
            except AioRpcError as error:
                self.reachable = False
                raise unreachable() from error
            finally:
                if before != (self.reachable, self._entries):
                    self._on_change()

    async def _read_repository(self) -> dict[str, ModelEntry]:
        control = self._triton.control
        request = service_pb2.RepositoryIndexRequest()
        index = await control.RepositoryIndex(request, timeout=_POLL_TIMEOUT_S)
        newest: dict[str, Any] = {}
        for model in index.models:
            seen = newest.get(model.name)
            if seen is None or (model.state == "READY", _number(model.version)) > (
                seen.state == "READY",
                _number(seen.version),
            ):
                newest[model.name] = model
        return {name: await self._describe(model) for name, model in newest.items()}

    async def _describe(self, model: Any) -> ModelEntry:  # noqa: ANN401  # tritonclient is untyped
        state = _STATES.get(model.state, ModelState.UNLOADED)
        if state is ModelState.FAILED and model.reason in ("", "unloaded"):
            state = ModelState.UNLOADED
        if state is not ModelState.READY:
            self._configs.pop(model.name, None)
            message = one_line(model.reason) if state is ModelState.FAILED else ""
            return ModelEntry(model.name, "", state, message)
        request = service_pb2.ModelConfigRequest(name=model.name, version=model.version)
        response = await self._triton.control.ModelConfig(request, timeout=_POLL_TIMEOUT_S)
        config = (model.version, response.config.SerializeToString(deterministic=True))
        known = self._entries.get(model.name)
        if known is not None and self._configs.get(model.name) == config:
            return known
        self._configs[model.name] = config
        try:
            spec = describe(response.config, model.version)
        except OcelliError as error:
            _log.warning("%s", error)
            return ModelEntry(model.name, model.version, ModelState.REFUSED, error.message)
        return ModelEntry(model.name, model.version, ModelState.READY, spec=spec)

    async def _control(
        self, call: Callable[..., Awaitable[Any]], request: object, name: str, deadline: Deadline
    ) -> None:
        try:
            await self._ask(call, request, deadline)
        except AioRpcError as error:
            details = one_line(error.details() or "")
            if "failed to poll from model repository" in details or "not found" in details:
                raise _not_found(name) from error
            raise OcelliError(
                Reason.MODEL_LOAD_FAILED,
                f"Triton did not do it for model {name!r}: {details}",
                resource=("model", name),
            ) from error

    async def _ask(
        self, call: Callable[..., Awaitable[Any]], request: object, deadline: Deadline
    ) -> Any:  # noqa: ANN401  # tritonclient is untyped
        try:
            return await call(request, timeout=max(deadline.remaining_s(), 0.001))
        except AioRpcError as error:
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                raise unreachable() from error
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise OcelliError(
                    Reason.DEADLINE_EXCEEDED, "Triton did not answer within the deadline"
                ) from error
            raise


def _check_name(name: str, field: str) -> None:
    if not _NAME.fullmatch(name):
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"{name!r} is no model name; expected 1 to 128 letters, digits, '.', '_' or '-'",
            field=field,
        )


def _not_found(name: str) -> OcelliError:
    return OcelliError(
        Reason.MODEL_NOT_FOUND,
        f"the repository has no model {name!r}; ListModels tells which there are",
        resource=("model", name),
    )


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0
