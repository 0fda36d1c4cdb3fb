"""What Triton's failures mean: to the edge's callers, and for another attempt.

Triton says more in an error's text than in its code. The texts below are those of Triton 2.51 and
its Python backend.
"""

from collections.abc import Callable
from enum import Enum

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.errors import OcelliError, Reason, quote

GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
"""What calls end with if Triton exits under them. (Those that are cancelled here end otherwise.)"""


class FaultKind(Enum):
    """What a failed inference tells about the Triton that it was sent to."""

    GONE = "gone"
    """It cannot be reached, or is about to exit."""
    ABSENT = "absent"
    """It does not have the model, now or at all; nothing ran."""
    PROCESS_DIED = "process died"
    """The process that runs the model there died."""
    QUEUE_FULL = "queue full"
    """Nothing ran."""
    MEMORY_SHORT = "memory short"
    """The process that runs the model found no shared memory for a batch."""
    FAILED = "failed"
    """The model failed: it, its Triton or the request is at fault."""
    LATE = "late"
    """The deadline passed."""


class InferenceError(Exception):
    """A failed inference.

    Args:
        kind: what it tells of Triton.
        error: what the edge's caller is told.
    """

    def __init__(self, kind: FaultKind, error: OcelliError) -> None:
        super().__init__(error.message)
        self.kind = kind
        self.error = error

    @property
    def ran(self) -> bool:
        """Whether the model may have run, or have been about to."""
        return self.kind not in {FaultKind.ABSENT, FaultKind.QUEUE_FULL}


def inference_error(error: AioRpcError, model: str) -> InferenceError:
    """What a failed inference of `model` means."""
    code, details = error.code(), error.details() or ""
    text = details.lower()
    for parts, meaning in _MEANINGS:
        if any(part in text for part in parts):
            return meaning(model)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return _late(model)
    if code in GONE:
        return InferenceError(FaultKind.GONE, unreachable())
    message = f"model {model!r} failed in Triton: {one_line(details)}"
    return InferenceError(FaultKind.FAILED, OcelliError(Reason.INFERENCE_FAILED, message))


def process_died(model: str) -> InferenceError:
    """The process that runs the model in Triton died, and with it the request."""
    message = f"the process that runs model {model!r} in Triton died; retry after the delay"
    return InferenceError(FaultKind.PROCESS_DIED, OcelliError(Reason.TRITON_UNAVAILABLE, message))


def unreadable(model: str, error: ValueError) -> InferenceError:
    """Triton's answer cannot be read."""
    message = f"model {model!r} gave an unreadable answer: {error}"
    return InferenceError(FaultKind.FAILED, OcelliError(Reason.INFERENCE_FAILED, message))


def _queue_full(model: str) -> InferenceError:
    message = f"Triton's queue for model {model!r} is full; retry after the delay"
    error = OcelliError(Reason.OVERLOADED, message, quota="triton_queue")
    return InferenceError(FaultKind.QUEUE_FULL, error)


def _late(model: str) -> InferenceError:
    message = f"model {model!r} did not answer within the deadline; allow more time"
    return InferenceError(FaultKind.LATE, OcelliError(Reason.DEADLINE_EXCEEDED, message))


def _memory_short(model: str) -> InferenceError:
    message = (
        f"Triton has too little shared memory for model {model!r}; retry after the delay, and give "
        "the machine or container of Triton a larger /dev/shm"
    )
    error = OcelliError(Reason.OVERLOADED, message, quota="triton_shm")
    return InferenceError(FaultKind.MEMORY_SHORT, error)


def _absent(model: str) -> InferenceError:
    message = (
        f"Triton does not have model {model!r} ready now: it loads or unloads it, or is about to "
        "exit; retry after the delay, or ask for it with LoadModel"
    )
    error = OcelliError(Reason.MODEL_NOT_READY, message, resource=("model", model))
    return InferenceError(FaultKind.ABSENT, error)


_MEANINGS: tuple[tuple[tuple[str, ...], Callable[[str], InferenceError]], ...] = (
    (("exceeds maximum queue size",), _queue_full),
    (("request timeout expired",), _late),
    (("shared memory pool", "mapped region for the grown"), _memory_short),
    (("stub process", "health mutex"), process_died),
    (("unknown model", "is not ready", "no available versions", "unloading"), _absent),
)
"""What stands in the text of an error, in lower case, and what it means; the first that fits."""


def is_unknown_segment(error: AioRpcError) -> bool:
    """Whether Triton was restarted since it was told of the shared memory that a request names."""
    return "unable to find shared memory region" in (error.details() or "").lower()


def control_error(error: AioRpcError, model: str) -> OcelliError:
    """The documented error for a failed order or question about `model`, other than inference."""
    code, details = error.code(), error.details() or ""
    if code in GONE:
        return unreachable()
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return OcelliError(
            Reason.DEADLINE_EXCEEDED, "Triton did not answer within the deadline; allow more time"
        )
    if "failed to poll from model repository" in details or "not found" in details:
        return model_not_found(model)
    return OcelliError(
        Reason.MODEL_LOAD_FAILED,
        f"Triton did not do it for model {model!r}: {one_line(details)}",
        resource=("model", model),
    )


def model_not_found(name: str) -> OcelliError:
    """The repository has no such model."""
    return OcelliError(
        Reason.MODEL_NOT_FOUND,
        f"the repository has no model {quote(name)}; ListModels tells which there are",
        resource=("model", name),
    )


def unreachable() -> OcelliError:
    """Triton cannot be reached."""
    return OcelliError(
        Reason.TRITON_UNAVAILABLE, "Triton cannot be reached now; retry after the delay"
    )


def one_line(text: str, limit: int = 300) -> str:
    """What `text` says, without its traceback, on one line of at most `limit` characters."""
    folded = " ".join(text.partition("\n\nAt:\n")[0].split())
    return folded if len(folded) <= limit else folded[: limit - 1] + "…"
