"""What stands in Triton's model repository: read at every poll, described only if it changed."""

import logging
from typing import Any

from tritonclient.grpc import service_pb2

from ocelli.edge.errors import OcelliError
from ocelli.edge.triton.control import TritonControl
from ocelli.edge.triton.describe import describe
from ocelli.edge.triton.model_entry import ModelEntry, ModelState
from ocelli.edge.triton.faults import one_line

_log = logging.getLogger(__name__)

_TIMEOUT_S = 2.0
_STATES = {
    "READY": ModelState.READY,
    "LOADING": ModelState.CHANGING,
    "UNLOADING": ModelState.CHANGING,
    "UNAVAILABLE": ModelState.FAILED,
}


class RepositoryReader:
    """Reads the repository of the Tritons behind `control`, which are taken to be alike."""

    def __init__(self, control: TritonControl) -> None:
        self._control = control
        self._described: dict[str, tuple[bytes, ModelEntry]] = {}

    async def read(self) -> dict[str, ModelEntry]:
        """Every model by name, each with its newest version that serves.

        Raises:
            AioRpcError: no Triton answered.
        """
        request = service_pb2.RepositoryIndexRequest()
        index = await self._control.call_any("RepositoryIndex", request, _TIMEOUT_S)
        newest: dict[str, Any] = {}
        for model in index.models:
            seen = newest.get(model.name)
            if seen is None or _rank(model) > _rank(seen):
                newest[model.name] = model
        entries = {name: await self._entry(model) for name, model in newest.items()}
        self._described = {
            name: self._described[name] for name in entries if name in self._described
        }
        return entries

    def forget(self, name: str) -> None:
        """Describes a model anew at the next reading: it was loaded again."""
        self._described.pop(name, None)

    async def _entry(self, model: Any) -> ModelEntry:  # noqa: ANN401  # tritonclient is untyped
        state = _STATES.get(model.state, ModelState.UNLOADED)
        if state is ModelState.FAILED and model.reason in ("", "unloaded"):
            state = ModelState.UNLOADED
        if state is not ModelState.READY:
            self.forget(model.name)
            message = one_line(model.reason) if state is ModelState.FAILED else ""
            return ModelEntry(model.name, "", state, message)
        request = service_pb2.ModelConfigRequest(name=model.name, version=model.version)
        answer = await self._control.call_any("ModelConfig", request, _TIMEOUT_S)
        config = answer.config.SerializeToString(deterministic=True)
        known = self._described.get(model.name)
        if known is not None and known[0] == config and known[1].version == model.version:
            return known[1]
        try:
            spec = describe(answer.config, model.version)
            entry = ModelEntry(model.name, model.version, ModelState.READY, spec=spec)
        except OcelliError as error:
            _log.warning("%s", error)
            entry = ModelEntry(model.name, model.version, ModelState.REFUSED, error.message)
        self._described[model.name] = (config, entry)
        return entry


def _rank(model: Any) -> tuple[bool, int]:  # noqa: ANN401  # tritonclient is untyped
    version = int(model.version) if model.version.isdecimal() else 0
    return model.state == "READY", version
