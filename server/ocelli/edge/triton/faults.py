"""What Triton's failures mean to the edge's callers."""

import grpc
from grpc.aio import AioRpcError

from ocelli.edge.errors import OcelliError, Reason, quote

_QUEUE_FULL = "exceeds maximum queue size"
_QUEUE_TIMEOUT = "request timeout expired"
_NOT_READY = ("is not ready", "no available versions", "unloading", "not found")


def explain(error: AioRpcError, model: str) -> OcelliError:
    """The documented error for a failed call about `model`."""
    code, details = error.code(), error.details() or ""
    lower = details.lower()
    if _QUEUE_FULL in lower:
        return OcelliError(
            Reason.OVERLOADED,
            f"Triton's queue for model {model!r} is full; retry after the delay",
            quota="triton_queue",
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED or _QUEUE_TIMEOUT in lower:
        return OcelliError(
            Reason.DEADLINE_EXCEEDED,
            f"model {model!r} did not answer within the deadline; allow more time",
        )
    if any(text in lower for text in _NOT_READY):
        return OcelliError(
            Reason.MODEL_NOT_READY,
            f"model {model!r} is not loaded in Triton now; retry, or ask for it with LoadModel",
            resource=("model", model),
        )
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return unreachable()
    return OcelliError(
        Reason.INFERENCE_FAILED, f"model {model!r} failed in Triton: {one_line(details)}"
    )


def is_unknown_segment(error: AioRpcError) -> bool:
    """Whether Triton was restarted since it was told of the shared memory that a request names."""
    return "unable to find shared memory region" in (error.details() or "").lower()


def control_error(error: AioRpcError, model: str) -> OcelliError:
    """The documented error for a failed order or question about `model`, other than inference."""
    code, details = error.code(), error.details() or ""
    if code is grpc.StatusCode.UNAVAILABLE:
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
