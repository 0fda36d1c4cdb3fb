"""The models as one caller has them: those that its principal may use, and no word of others."""

from typing import TypeVar

from ocelli.edge.access.permit import permit_model
from ocelli.edge.call import Call
from ocelli.edge.triton.model_entry import ModelEntry
from ocelli.edge.triton.model_spec import Head, ModelSpec
from ocelli.edge.triton.registry import ModelRegistry
from ocelli.edge.triton.statistics import ModelStatistics

HeadT = TypeVar("HeadT", bound=Head)


class PermittedModels:
    """A registry that asks whose call it is. Its errors are those of the registry and MODEL_DENIED.

    Args:
        registry: knows all models.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry

    def entries(self, call: Call) -> list[ModelEntry]:
        """The models that the caller may use, by name ascending."""
        may_use = call.principal.may_use_model
        return [entry for entry in self._registry.entries() if may_use(entry.name)]

    def entry(self, name: str, call: Call) -> ModelEntry:
        """One model."""
        permit_model(call, name)
        return self._registry.entry(name)

    def choose(
        self, name: str, kind: type[HeadT], call: Call, version: str = "", field: str = "model"
    ) -> ModelSpec[HeadT]:
        """The model to use, or the default of those that the caller may use; as the registry's."""
        if name:
            permit_model(call, name)
        return self._registry.choose(
            name, kind, version, field, may_use=call.principal.may_use_model
        )

    def usable(self, kind: type[HeadT], call: Call) -> list[ModelSpec[HeadT]]:
        """Every model that can be used, has such a head and is the caller's to use."""
        may_use = call.principal.may_use_model
        return [spec for spec in self._registry.usable(kind) if may_use(spec.name)]

    def all_usable(self, kind: type[HeadT]) -> list[ModelSpec[HeadT]]:
        """Every model that can be used and has such a head: to compare with, not to use."""
        return self._registry.usable(kind)

    async def statistics(self, name: str, call: Call) -> dict[str, dict[str, ModelStatistics]]:
        """What Triton counted, by model and version; of all models if `name` is empty."""
        return await self._registry.statistics(name, call)

    async def load(self, name: str, call: Call) -> ModelEntry:
        """Loads a model and waits until it serves."""
        permit_model(call, name)
        return await self._registry.load(name, call)

    async def unload(self, name: str, call: Call) -> None:
        """Unloads a model and waits until it is gone."""
        permit_model(call, name)
        await self._registry.unload(name, call)
