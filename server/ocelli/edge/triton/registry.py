"""The models of the repository, kept up to date by asking Triton."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, cast

from grpc.aio import AioRpcError
from tritonclient.grpc import service_pb2

from ocelli.edge.call import Call
from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.channel import TritonChannel
from ocelli.edge.triton.describe import TaskEntry
from ocelli.edge.triton.describe_step import StepHead
from ocelli.edge.triton.faults import control_error, model_not_found, unreachable
from ocelli.edge.triton.model_entry import ModelEntry, ModelState
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.repository import RepositoryReader, TryModel, untried
from ocelli.edge.triton.statistics import ModelStatistics, read_statistics

_PAUSE_S = 0.05
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")

HeadT = TypeVar("HeadT", bound=Head)


def _any(_: str) -> bool:
    return True


class ModelRegistry:
    """Which models there are and how to use each.

    Args:
        triton: whom to ask.
        tasks: what models may do.
        poll_interval_s: how often.
        on_change: told after every change of a model or of Triton's reachability.
        models_dir: where the edge finds the files of the models; None if it does not see them.
        try_model: tries a model before it is used.
        on_load: told of every model that was loaded by `load`.
    """

    def __init__(
        self,
        triton: TritonChannel,
        tasks: Mapping[Task, TaskEntry],
        poll_interval_s: float,
        on_change: Callable[[], None],
        *,
        models_dir: Path | None = None,
        try_model: TryModel = untried,
        on_load: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._on_load = on_load
        self._triton = triton
        self._control = triton.control
        self._repository = RepositoryReader(triton.control, tasks, models_dir, try_model)
        self._poll_interval_s = poll_interval_s
        self._on_change = on_change
        self._entries: dict[str, ModelEntry] = {}
        self._poll: asyncio.Task[None] | None = None
        self._refreshing = asyncio.Lock()
        self._due = asyncio.Event()
        self._first_answer = asyncio.Event()
        self.reachable = False

    def start(self) -> None:
        """Asks now and goes on asking."""
        self._poll = asyncio.create_task(self._keep_polling())

    def poll_now(self) -> None:
        """Asks without waiting for the next turn: something about Triton changed."""
        self._due.set()

    def describe_anew(self, name: str) -> None:
        """Reads a model's config without waiting for its turn: somebody had it loaded."""
        self._repository.forget(name)
        self.poll_now()

    async def wait_reachable(self, timeout_s: float) -> bool:
        """Waits until Triton has answered; False if it did not in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._first_answer.wait()
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
            raise model_not_found(name)
        return entry

    def choose(
        self,
        name: str,
        kind: type[HeadT],
        version: str = "",
        field: str = "model",
        *,
        may_use: Callable[[str], bool] = _any,
    ) -> ModelSpec[HeadT]:
        """The model to use.

        Args:
            name: as the request has it; empty for the default one.
            kind: the head that it must have.
            version: as the request has it; empty for the newest one, or the canary in its share.
            field: path of the name in the request, for errors.
            may_use: tells of which models one may be the default.

        Raises:
            OcelliError: a model reason, or TRITON_UNAVAILABLE.
        """
        if not name:
            name = self._default(kind, may_use)
        spec = self.entry(name, field).usable(version)
        if not isinstance(spec.head, kind):
            raise OcelliError(
                Reason.MODEL_WRONG_TASK,
                f"model {name!r} is for the task {spec.head.task.value}; expected one for "
                f"{kind.task.value}, see ListModels",
                field=field,
            )
        return cast("ModelSpec[HeadT]", spec)

    def step(self, name: str) -> ModelSpec[StepHead]:
        """A model that serves the task of another, which names it.

        Raises:
            OcelliError: a model reason, or TRITON_UNAVAILABLE.
        """
        return self.entry(name).usable_step()

    def knows(self, name: str) -> bool:
        """Whether there is a model of that name, usable or not."""
        return name in self._entries

    def usable(self, kind: type[HeadT]) -> list[ModelSpec[HeadT]]:
        """Every model that can be used and has such a head, by name ascending."""
        specs = (entry.spec for entry in self.entries())
        return [
            cast("ModelSpec[HeadT]", spec)
            for spec in specs
            if spec is not None and isinstance(spec.head, kind)
        ]

    async def statistics(self, name: str, call: Call) -> dict[str, dict[str, ModelStatistics]]:
        """What Triton counted, by model and version; of all models if `name` is empty."""
        request = service_pb2.ModelStatisticsRequest(name=name)
        try:
            timeout_s = max(call.deadline.remaining_s(), 0.001)
            answers = await self._control.call_all(
                "ModelStatistics", request, timeout_s, lenient=True
            )
        except AioRpcError as error:
            raise control_error(error, name) from error
        return read_statistics(answers)

    async def load(self, name: str, call: Call) -> ModelEntry:
        """Loads a model and waits until it serves.

        Raises:
            OcelliError: MODEL_NOT_FOUND, MODEL_LOAD_FAILED, MODEL_REFUSED, INVALID_FIELD or
                TRITON_UNAVAILABLE.
        """
        _check_name(name, "name")
        request = service_pb2.RepositoryModelLoadRequest(model_name=name)
        await self._command("RepositoryModelLoad", request, name, call)
        self._repository.forget(name)
        self._on_load(name)
        while True:
            await self._refresh()
            entry = self.entry(name)
            if entry.state is not ModelState.LOADING:
                entry.usable()
                return entry
            call.check_active()
            await asyncio.sleep(_PAUSE_S)

    async def unload(self, name: str, call: Call) -> None:
        """Unloads a model and waits until it is gone.

        Raises:
            OcelliError: MODEL_NOT_FOUND, MODEL_LOAD_FAILED, INVALID_FIELD, DEADLINE_EXCEEDED or
                TRITON_UNAVAILABLE.
        """
        self.entry(name)
        request = service_pb2.RepositoryModelUnloadRequest(model_name=name)
        await self._command("RepositoryModelUnload", request, name, call)
        while True:
            await self._refresh()
            entry = self._entries.get(name)
            if entry is None or entry.state is ModelState.UNLOADED:
                return
            call.check_active()
            await asyncio.sleep(_PAUSE_S)

    def _default(self, kind: type[HeadT], may_use: Callable[[str], bool]) -> str:
        if not self.reachable:
            raise unreachable()
        fit = [spec for spec in self.usable(kind) if may_use(spec.name)]
        marked = [spec for spec in fit if spec.is_default]
        chosen = marked or fit
        if len(chosen) == 1:
            return chosen[0].name
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
                async with asyncio.timeout(self._poll_interval_s):
                    await self._due.wait()

    async def _refresh(self) -> None:
        async with self._refreshing:
            before = (self.reachable, self._entries)
            try:
                entries = await self._repository.read()
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

    async def _command(self, method: str, request: object, name: str, call: Call) -> None:
        """Has every Triton do something with a model, in the time that the call has."""
        try:
            await self._control.call_all(method, request, max(call.deadline.remaining_s(), 0.001))
        except AioRpcError as error:
            raise control_error(error, name) from error


def _check_name(name: str, field: str) -> None:
    if not _NAME.fullmatch(name):
        raise OcelliError(
            Reason.INVALID_FIELD,
            f"{quote(name)} is no model name; expected 1 to 128 letters, digits, '.', '_' or '-'",
            field=field,
        )
