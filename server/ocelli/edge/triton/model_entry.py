"""A model of the repository, usable or not."""

from dataclasses import dataclass
from enum import Enum

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.triton.model_spec import Head, ModelSpec


class ModelState(Enum):
    """Whether a model can be used."""

    READY = "ready"
    UNLOADED = "unloaded"
    LOADING = "loading"
    UNLOADING = "unloading"
    FAILED = "failed"
    REFUSED = "refused"


_REASONS = {
    ModelState.UNLOADED: (Reason.MODEL_NOT_LOADED, "is not loaded; load it with LoadModel"),
    ModelState.LOADING: (Reason.MODEL_NOT_READY, "is loading; retry after the delay"),
    ModelState.UNLOADING: (Reason.MODEL_NOT_LOADED, "is unloading; load it with LoadModel"),
    ModelState.FAILED: (Reason.MODEL_LOAD_FAILED, "could not be loaded by Triton"),
    ModelState.REFUSED: (Reason.MODEL_REFUSED, "cannot be used"),
}


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """What the edge knows of one model.

    Attributes:
        name: folder in the model repository.
        version: the version that serves; empty if none does.
        state: whether it can be used.
        message: why not: one line; empty if it can.
        spec: how to use it; None if it cannot be used.
    """

    name: str
    version: str
    state: ModelState
    message: str = ""
    spec: ModelSpec[Head] | None = None

    def usable(self) -> ModelSpec[Head]:
        """How to use it.

        Raises:
            OcelliError: MODEL_NOT_READY, MODEL_NOT_LOADED, MODEL_LOAD_FAILED or MODEL_REFUSED.
        """
        if self.spec is not None:
            return self.spec
        reason, text = _REASONS[self.state]
        message = self.message if self.state is ModelState.REFUSED else ""
        detail = f": {self.message}" if self.message else ""
        raise OcelliError(
            reason,
            message or f"model {self.name!r} {text}{detail}",
            resource=("model", self.name),
        )
