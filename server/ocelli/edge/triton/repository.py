"""What stands in Triton's model repository.

Its index is read at every poll. A model's config is read when the index shows that the model
changed, when it is known to have been loaded anew, and else in rotation: a config that another edge
had Triton load again changes nothing in the index.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tritonclient.grpc import service_pb2

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.describe import TaskEntry, describe
from ocelli.edge.triton.describe_step import StepHead, describe_step
from ocelli.edge.triton.faults import one_line
from ocelli.edge.triton.model_entry import BatchLatency, ModelEntry, ModelState
from ocelli.edge.triton.model_spec import Head, ModelSpec

_log = logging.getLogger(__name__)

_TIMEOUT_S = 2.0
_MAX_POLLS_UNREAD = 30
"""After at most so many polls each config is read again."""
_MAX_CONCURRENT = 8
_STEP = "step"
"""As `ocelli.task`: the model serves other models of the repository, and nobody else. It is not
tried: what it takes need not have a size."""
_STATES = {
    "READY": ModelState.READY,
    "LOADING": ModelState.LOADING,
    "UNLOADING": ModelState.UNLOADING,
    "UNAVAILABLE": ModelState.FAILED,
}


TryModel = Callable[[ModelSpec[Head]], Awaitable[tuple[BatchLatency, ...]]]
"""Tries a model before it is used; raises MODEL_REFUSED if it does not answer as it has to."""


async def untried(_: ModelSpec[Head]) -> tuple[BatchLatency, ...]:
    """Takes a model on trust."""
    return ()


class RepositoryReader:
    """Reads the repository of the Tritons behind `control`.

    They should be alike. A model that one of them has ready is ready.

    Args:
        control: whom to ask.
        tasks: what models may do.
        models_dir: where the edge finds the files of the models; None if it does not see them.
        try_model: tries a model that is new, or new in its config or versions.
    """

    def __init__(
        self,
        control: TritonControl,
        tasks: Mapping[Task, TaskEntry],
        models_dir: Path | None = None,
        try_model: TryModel = untried,
    ) -> None:
        self._control = control
        self._tasks = tasks
        self._models_dir = models_dir
        self._try_model = try_model
        self._described: dict[str, tuple[bytes, ModelEntry]] = {}
        self._due: list[str] = []

    async def read(self) -> dict[str, ModelEntry]:
        """Every model by name, with the versions that serve.

        Raises:
            AioRpcError: no Triton answered.
        """
        request = service_pb2.RepositoryIndexRequest()
        indexes = await self._control.call_all("RepositoryIndex", request, _TIMEOUT_S)
        found: dict[str, list[Any]] = {}
        for model in (model for index in indexes for model in index.models):
            found.setdefault(model.name, []).append(model)
        self._described = {name: known for name, known in self._described.items() if name in found}
        in_rotation = self._rotate()
        room = asyncio.Semaphore(_MAX_CONCURRENT)

        async def entry(name: str, listed: list[Any]) -> ModelEntry:  # as tritonclient is, untyped
            known = self._described.get(name)
            newest = max(listed, key=_rank)
            state = _state(newest)
            if state is not ModelState.READY:
                self.forget(name)
                message = one_line(newest.reason) if state is ModelState.FAILED else ""
                return ModelEntry(name, "", state, message)
            ready = {model.version for model in listed if model.state == "READY"}
            versions = tuple(sorted(ready, key=_number, reverse=True))
            if known and known[1].versions == versions and name not in in_rotation:
                return known[1]
            async with room:
                return await self._describe(name, versions)

        entries = await asyncio.gather(*(entry(name, models) for name, models in found.items()))
        return {entry.name: entry for entry in entries}

    def forget(self, name: str) -> None:
        """Describes a model anew at the next reading: it was loaded again."""
        self._described.pop(name, None)

    def _rotate(self) -> set[str]:
        """The described models whose configs are due to be read again, a share at each poll."""
        if not self._due:
            self._due = list(self._described)
        count = -(-len(self._described) // _MAX_POLLS_UNREAD)
        due, self._due = self._due[:count], self._due[count:]
        return set(due)

    async def _describe(self, name: str, versions: tuple[str, ...]) -> ModelEntry:
        newest = versions[0]
        request = service_pb2.ModelConfigRequest(name=name, version=newest)
        answer = await self._control.call_any("ModelConfig", request, _TIMEOUT_S)
        config = answer.config.SerializeToString(deterministic=True)
        known = self._described.get(name)
        if known is not None and known[0] == config and known[1].version == newest:
            entry = replace(known[1], versions=versions)
        else:
            entry = await self._try(answer.config, versions)
        self._described[name] = (config, entry)
        return entry

    async def _try(self, config: Any, versions: tuple[str, ...]) -> ModelEntry:  # noqa: ANN401  # tritonclient is untyped
        name, newest = config.name, versions[0]
        said = config.parameters
        if "ocelli.task" in said and said["ocelli.task"].string_value == _STEP:
            message = f"model {name!r} is a step of other models: call one of those"
            return ModelEntry(
                name,
                newest,
                ModelState.REFUSED,
                message,
                versions=versions,
                step=_step(config, newest),
            )
        try:
            spec = describe(config, newest, self._tasks, self._models_dir)
            latencies = await self._try_model(spec) if spec.self_test else ()
        except OcelliError as error:
            if error.reason is not Reason.MODEL_REFUSED:
                # Triton is at fault, or busy: it is tried again at the next reading.
                return ModelEntry(name, "", ModelState.LOADING, error.message)
            _log.warning("%s", error)
            return ModelEntry(name, newest, ModelState.REFUSED, error.message, versions=versions)
        return ModelEntry(
            name, newest, ModelState.READY, spec=spec, versions=versions, latencies=latencies
        )


def _step(config: Any, version: str) -> ModelSpec[StepHead] | None:  # noqa: ANN401  # as above
    """How tasks use a step; None where it takes no image, and serves ensembles alone."""
    try:
        return describe_step(config, version)
    except OcelliError:
        return None


def _state(model: Any) -> ModelState:  # noqa: ANN401  # tritonclient is untyped
    state = _STATES.get(model.state, ModelState.UNLOADED)
    if state is ModelState.FAILED and model.reason in ("", "unloaded"):
        return ModelState.UNLOADED
    return state


def _rank(model: Any) -> tuple[bool, int]:  # noqa: ANN401  # tritonclient is untyped
    return model.state == "READY", _number(model.version)


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0
