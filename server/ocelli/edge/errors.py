"""Domain errors.

Every failure is an `OcelliError`: a reason from the contract's `ErrorReason`, a message for people
(what was wrong, what was expected, what to do) and, where they help a program decide, the request
field, the resource or the time to wait. `ocelli.edge.server.status` turns it into a gRPC status.
"""

import logging
import secrets
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Self

_MAX_QUOTED_CHARS = 80


class Reason(StrEnum):
    """The contract's `ErrorReason` without its prefix, as it stands in `ErrorInfo.reason`."""

    INVALID_FIELD = "INVALID_FIELD"
    STREAM_PROTOCOL = "STREAM_PROTOCOL"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
    MESSAGE_INVALID = "MESSAGE_INVALID"
    ANSWER_TOO_LARGE = "ANSWER_TOO_LARGE"
    IMAGE_EMPTY = "IMAGE_EMPTY"
    IMAGE_FORMAT_UNKNOWN = "IMAGE_FORMAT_UNKNOWN"
    IMAGE_CORRUPT = "IMAGE_CORRUPT"
    IMAGE_TOO_LARGE = "IMAGE_TOO_LARGE"
    IMAGE_LAYOUT = "IMAGE_LAYOUT"
    REGION_OUTSIDE_IMAGE = "REGION_OUTSIDE_IMAGE"
    MODEL_NOT_FOUND = "MODEL_NOT_FOUND"
    MODEL_NOT_CHOSEN = "MODEL_NOT_CHOSEN"
    MODEL_WRONG_TASK = "MODEL_WRONG_TASK"
    MODEL_NOT_READY = "MODEL_NOT_READY"
    MODEL_NOT_LOADED = "MODEL_NOT_LOADED"
    MODEL_LOAD_FAILED = "MODEL_LOAD_FAILED"
    MODEL_REFUSED = "MODEL_REFUSED"
    INFERENCE_FAILED = "INFERENCE_FAILED"
    MODEL_TAKES_NO_TEXT = "MODEL_TAKES_NO_TEXT"
    MODEL_TAKES_NO_IMAGE = "MODEL_TAKES_NO_IMAGE"
    TRITON_UNAVAILABLE = "TRITON_UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    OVERLOADED = "OVERLOADED"
    RATE_LIMITED = "RATE_LIMITED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    DRAINING = "DRAINING"
    CONTROL_REFUSED = "CONTROL_REFUSED"
    COLLECTION_NOT_FOUND = "COLLECTION_NOT_FOUND"
    COLLECTION_EXISTS = "COLLECTION_EXISTS"
    COLLECTION_HAS_NO_MODEL = "COLLECTION_HAS_NO_MODEL"
    POINT_NOT_FOUND = "POINT_NOT_FOUND"
    VECTOR_DIMENSION = "VECTOR_DIMENSION"
    VECTOR_NOT_FINITE = "VECTOR_NOT_FINITE"
    FIELD_NOT_IN_SCHEMA = "FIELD_NOT_IN_SCHEMA"
    INDEX_UNAVAILABLE = "INDEX_UNAVAILABLE"
    MODEL_VERSION_NOT_FOUND = "MODEL_VERSION_NOT_FOUND"
    MODEL_SPACE_DIFFERS = "MODEL_SPACE_DIFFERS"
    CREDENTIALS_MISSING = "CREDENTIALS_MISSING"
    CREDENTIALS_INVALID = "CREDENTIALS_INVALID"
    CREDENTIALS_EXPIRED = "CREDENTIALS_EXPIRED"
    PRINCIPAL_UNKNOWN = "PRINCIPAL_UNKNOWN"
    SCOPE_MISSING = "SCOPE_MISSING"
    COLLECTION_DENIED = "COLLECTION_DENIED"
    MODEL_DENIED = "MODEL_DENIED"
    INTERNAL = "INTERNAL"


RETRY_AFTER_S: Mapping[Reason, float] = MappingProxyType(
    {
        Reason.MODEL_NOT_READY: 1.0,
        Reason.TRITON_UNAVAILABLE: 1.0,
        Reason.OVERLOADED: 0.1,
        Reason.RATE_LIMITED: 0.1,
        # Longer than new calls are refused, so that another attempt finds another server.
        Reason.DRAINING: 0.5,
        Reason.INDEX_UNAVAILABLE: 0.5,
    }
)


class OcelliError(Exception):
    """A failure that the contract documents.

    Args:
        reason: fixes the gRPC status code and goes out as `ErrorInfo.reason`.
        message: one line: what was wrong, what was expected, what to do. Text of the caller's in it
            is cut by `quote`.
        field: path of the offending field, relative to what the raiser was given
            (`image.encoded`); whoever took that from a larger message puts it `within` it.
        resource: `(type, name)` of what was asked for (`("model", "yolo")`).
        quota: subject of the limit that was hit.
        retry_after_s: how long to wait before another attempt, where it is known better than from
            the reason alone.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        field: str | None = None,
        resource: tuple[str, str] | None = None,
        quota: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field
        self.resource = resource
        self.quota = quota
        self._retry_after_s = retry_after_s

    @property
    def retry_after_s(self) -> float | None:
        """How long to wait before another attempt; None if it would be in vain."""
        return self._retry_after_s or RETRY_AFTER_S.get(self.reason)

    def within(self, prefix: str) -> Self:
        """The same error, now that its field is known to be part of the field `prefix`."""
        if self.field is not None:
            self.field = f"{prefix}.{self.field}"
        return self


def quote(text: str, max_chars: int = _MAX_QUOTED_CHARS) -> str:
    """Text of a caller's as a message may show it: in quotes, on one line, cut."""
    return repr(text) if len(text) <= max_chars else f"{text[:max_chars]!r}…"


def invalid_field(message: str, field: str) -> OcelliError:
    """An INVALID_FIELD."""
    return OcelliError(Reason.INVALID_FIELD, message, field=field)


def release_frames(error: BaseException | None) -> None:
    """Drops the tracebacks of an error that was answered, and of the errors that it came of.

    The frames of a traceback hold what the call worked on, its image and its tensors, and the
    futures that passed the error on; those hold the error. All of it would stay until the garbage
    collector's next full round, which an idle process does not begin.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def internal_fault(log: logging.Logger, error: Exception) -> OcelliError:
    """What a caller sees of a fault of ours; the log has it under the id that the message names."""
    fault = secrets.token_hex(4)
    log.error("internal fault %s", fault, exc_info=error)
    release_frames(error)
    return OcelliError(
        Reason.INTERNAL,
        f"internal fault {fault}; the server's log has its cause under this id",
    )
