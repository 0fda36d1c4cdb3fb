"""A model of the repository, usable or not."""

from dataclasses import dataclass
from enum import Enum
from random import random

from ocelli.edge.errors import OcelliError, Reason, quote
from ocelli.edge.triton.describe_step import StepHead
from ocelli.edge.triton.model_spec import Canary, Head, ModelSpec


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
class BatchLatency:
    """How long a model took for a batch.

    Attributes:
        batch_size: images or texts in it.
        latency_us: from sending it to having the answer, in microseconds.
    """

    batch_size: int
    latency_us: int


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """What the edge knows of one model.

    Attributes:
        name: folder in the model repository.
        version: the newest version that serves; empty if none does.
        state: whether it can be used.
        message: why not: one line; empty if it can.
        spec: how to use it; None if it cannot be used.
        versions: all versions that serve, newest first.
        latencies: what it took when it was tried, by batch size, ascending.
        step: how other models' tasks use it; None unless it is a step of theirs that takes images.
    """

    name: str
    version: str
    state: ModelState
    message: str = ""
    spec: ModelSpec[Head] | None = None
    versions: tuple[str, ...] = ()
    latencies: tuple[BatchLatency, ...] = ()
    step: ModelSpec[StepHead] | None = None

    @property
    def canary(self) -> Canary | None:
        """The version that is tried on a part of the requests, if it serves beside another."""
        canary = None if self.spec is None else self.spec.canary
        serves = canary is not None and canary.version in self.versions
        return canary if serves and len(self.versions) > 1 else None

    def usable(self, version: str = "") -> ModelSpec[Head]:
        """How to use it.

        Args:
            version: the version to ask; empty for the newest, or the canary in its share of cases.

        Raises:
            OcelliError: MODEL_NOT_READY, MODEL_NOT_LOADED, MODEL_LOAD_FAILED, MODEL_REFUSED or
                MODEL_VERSION_NOT_FOUND.
        """
        if self.spec is None:
            raise self._unusable()
        if version:
            return self._at(version, self.spec)
        canary = self.canary
        if canary is None:
            return self.spec
        if random() < canary.share:  # noqa: S311  # nothing is secret
            return self.spec.at_version(canary.version)
        return self.spec.at_version(
            next(other for other in self.versions if other != canary.version)
        )

    def usable_step(self) -> ModelSpec[StepHead]:
        """How a task of other models uses it.

        Raises:
            OcelliError: MODEL_NOT_READY, MODEL_NOT_LOADED, MODEL_LOAD_FAILED or MODEL_REFUSED.
        """
        if self.step is not None:
            return self.step
        if self.spec is None:
            raise self._unusable()
        raise OcelliError(
            Reason.MODEL_REFUSED,
            f"model {self.name!r} is no step of others; expected ocelli.task = step in its "
            "config.pbtxt",
            resource=("model", self.name),
        )

    def _at(self, version: str, spec: ModelSpec[Head]) -> ModelSpec[Head]:
        if version in self.versions:
            return spec.at_version(version)
        raise OcelliError(
            Reason.MODEL_VERSION_NOT_FOUND,
            f"model {self.name!r} does not serve version {quote(version)}; it serves "
            f"{', '.join(self.versions[:10])}",
            field="model_version",
            resource=("model", f"{self.name}/{version}"),
        )

    def _unusable(self) -> OcelliError:
        reason, text = _REASONS[self.state]
        message = self.message if self.state is ModelState.REFUSED else ""
        detail = f": {self.message}" if self.message else ""
        return OcelliError(
            reason,
            message or f"model {self.name!r} {text}{detail}",
            resource=("model", self.name),
        )
