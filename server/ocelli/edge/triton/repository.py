"""What stands in Triton's model repository.

Its index is read at every poll. A model's config is read when the index shows that the model
changed, when it is known to have been loaded anew, and else in rotation: a config that another edge
had Triton load again changes nothing in the index.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from tritonclient.grpc import service_pb2

from ocelli.edge.errors import OcelliError
from ocelli.edge.tasks.task import Task
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.describe import TaskEntry, describe
from ocelli.edge.triton.faults import one_line
from ocelli.edge.triton.model_entry import ModelEntry, ModelState

_log = logging.getLogger(__name__)

_TIMEOUT_S = 2.0
_MAX_POLLS_UNREAD = 30
"""After at most so many polls each config is read again."""
_MAX_CONCURRENT = 8
_STATES = {
    "READY": ModelState.READY,
    "LOADING": ModelState.LOADING,
    "UNLOADING": ModelState.UNLOADING,
    "UNAVAILABLE": ModelState.FAILED,
}


class RepositoryReader:
    """Reads the repository of the Tritons behind `control`.

    They should be alike. A model that one of them has ready is ready.

    Args:
        control: whom to ask.
        tasks: what models may do.
    """

    def __init__(self, control: TritonControl, tasks: Mapping[Task, TaskEntry]) -> None:
        self._control = control
        self._tasks = tasks
        self._described: dict[str, tuple[bytes, ModelEntry]] = {}
        self._due: list[str] = []

    async def read(self) -> dict[str, ModelEntry]:
        """Every model by name, each with its newest version that serves.

        Raises:
            AioRpcError: no Triton answered.
        """
        request = service_pb2.RepositoryIndexRequest()
        indexes = await self._control.call_all("RepositoryIndex", request, _TIMEOUT_S)
        newest: dict[str, Any] = {}
        for model in (model for index in indexes for model in index.models):
            seen = newest.get(model.name)
            if seen is None or _rank(model) > _rank(seen):
                newest[model.name] = model
        self._described = {name: known for name, known in self._described.items() if name in newest}
        in_rotation = self._rotate()
        room = asyncio.Semaphore(_MAX_CONCURRENT)

        async def entry(model: Any) -> ModelEntry:  # noqa: ANN401  # tritonclient is untyped
            known = self._described.get(model.name)
            state = _state(model)
            if state is not ModelState.READY:
                self.forget(model.name)
                message = one_line(model.reason) if state is ModelState.FAILED else ""
                return ModelEntry(model.name, "", state, message)
            if known and known[1].version == model.version and model.name not in in_rotation:
                return known[1]
            async with room:
                return await self._describe(model)

        entries = await asyncio.gather(*(entry(model) for model in newest.values()))
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

    async def _describe(self, model: Any) -> ModelEntry:  # noqa: ANN401  # tritonclient is untyped
        request = service_pb2.ModelConfigRequest(name=model.name, version=model.version)
        answer = await self._control.call_any("ModelConfig", request, _TIMEOUT_S)
        config = answer.config.SerializeToString(deterministic=True)
        known = self._described.get(model.name)
        if known is not None and known[0] == config and known[1].version == model.version:
            return known[1]
        try:
            spec = describe(answer.config, model.version, self._tasks)
            entry = ModelEntry(model.name, model.version, ModelState.READY, spec=spec)
        except OcelliError as error:
            _log.warning("%s", error)
            entry = ModelEntry(model.name, model.version, ModelState.REFUSED, error.message)
        self._described[model.name] = (config, entry)
        return entry


def _state(model: Any) -> ModelState:  # noqa: ANN401  # tritonclient is untyped
    state = _STATES.get(model.state, ModelState.UNLOADED)
    if state is ModelState.FAILED and model.reason in ("", "unloaded"):
        return ModelState.UNLOADED
    return state


def _rank(model: Any) -> tuple[bool, int]:  # noqa: ANN401  # tritonclient is untyped
    version = int(model.version) if model.version.isdecimal() else 0
    return model.state == "READY", version
