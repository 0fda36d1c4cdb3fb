"""What can go wrong with a call, sorted by what the caller can do about it.

    OcelliError
    ├── InvalidRequest          the request is wrong: change it
    │   ├── PictureError        this picture cannot be used
    │   └── MessageTooLarge     send less, or raise the limit that `hint` names
    ├── NotFound                no such model, collection or point
    ├── AlreadyExists           that name is taken
    ├── NotPossible             the request is well formed, but the model or collection cannot do it
    ├── TransientError          the same call may succeed later; `retry_after_s` says when
    │   ├── Unavailable         the server, Triton, a model or the index is not there
    │   ├── Overloaded          everything that may be in flight is in flight
    │   └── DeadlineExceeded    no answer within the time allowed
    ├── Cancelled               the call was given up
    └── ServerError             a fault of the server or of the model

Failures of calls are raised. Failures of single frames, pictures and points arrive as values of the
same types, because the stream or batch around them goes on.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

_DOMAIN = "ocelli"
_STATUS_KEY = "grpc-status-details-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_SIZES = re.compile(
    r"(?P<way>Sent|Received) message larger than max \((?P<size>\d+) vs\. (?P<max>\d+)"
)
_Detail = TypeVar("_Detail", bound=Message)


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request that the server refused."""

    field: str
    """Path of the field, such as `picture.encoded`."""
    description: str
    """What is wrong with it."""


class OcelliError(Exception):
    """Any failure of a call, or of one item of a stream or batch.

    Attributes:
        message: one line for people.
        reason: name in the contract's `ErrorReason` without its prefix, such as `MODEL_NOT_FOUND`;
            empty if the failure has none (the connection broke, the client itself found the fault).
        code: the gRPC status code.
        field_violations: the request's fields that were refused.
        retry_after_s: seconds to wait before another attempt, or None if the server does not say.
        hint: what to do about it, or an empty string.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        code: grpc.StatusCode = grpc.StatusCode.UNKNOWN,
        field_violations: tuple[FieldViolation, ...] = (),
        retry_after_s: float | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.code = code
        self.field_violations = field_violations
        self.retry_after_s = retry_after_s
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason or self.code.name}: {self.message})"


class InvalidRequest(OcelliError):  # noqa: N818  named by what it means, as the tree above shows
    """The request is wrong as it stands; sending it again cannot help."""


class PictureError(InvalidRequest):
    """The picture is empty, damaged, too large or of an unknown format."""


class MessageTooLarge(InvalidRequest):
    """A message is over a size limit, the client's or the server's."""


class NotFound(OcelliError):  # noqa: N818
    """There is no model, collection or point of that name."""


class AlreadyExists(OcelliError):  # noqa: N818
    """There is a collection of that name."""


class NotPossible(OcelliError):  # noqa: N818
    """The request is well formed, but the model or collection is not in a state to do it."""


class TransientError(OcelliError):
    """The same call may succeed later."""


class Unavailable(TransientError):  # noqa: N818
    """The server, Triton, a model or the vector index cannot be reached."""


class Overloaded(TransientError):  # noqa: N818
    """The server has as much in flight as it takes."""


class DeadlineExceeded(TransientError):  # noqa: N818
    """There was no answer within the time allowed."""


class Cancelled(OcelliError):  # noqa: N818
    """The call was given up, by this side or by the server."""


class ServerError(OcelliError):
    """The server or the model failed; the server's log knows more."""


_BY_REASON: dict[str, type[OcelliError]] = {
    "MESSAGE_TOO_LARGE": MessageTooLarge,
    "PICTURE_EMPTY": PictureError,
    "PICTURE_FORMAT_UNKNOWN": PictureError,
    "PICTURE_CORRUPT": PictureError,
    "PICTURE_TOO_LARGE": PictureError,
    "PICTURE_LAYOUT": PictureError,
    "REGION_OUTSIDE_PICTURE": PictureError,
}
_BY_CODE: dict[grpc.StatusCode, type[OcelliError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.OUT_OF_RANGE: InvalidRequest,
    grpc.StatusCode.UNAUTHENTICATED: NotPossible,
    grpc.StatusCode.PERMISSION_DENIED: NotPossible,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.FAILED_PRECONDITION: NotPossible,
    grpc.StatusCode.UNIMPLEMENTED: NotPossible,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Overloaded,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.CANCELLED: Cancelled,
}
_HINTS: dict[str, str] = {
    "MODEL_NOT_FOUND": "`ocelli models list` shows what there is",
    "COLLECTION_NOT_FOUND": "`ocelli collections list` shows what there is",
}


class _EndedCall(Protocol):
    """What the errors of `grpc` and of `grpc.aio` both offer."""

    def code(self) -> grpc.StatusCode: ...
    def details(self) -> str | None: ...
    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def from_rpc_error(error: grpc.RpcError, *, address: str) -> OcelliError:
    """Makes the error of a failed call, from a `grpc` or a `grpc.aio` exception.

    Args:
        error: what the stub raised; it tells how the call ended.
        address: where the call went, for the hint.
    """
    ended = cast("_EndedCall", error)
    for key, value in ended.trailing_metadata() or ():
        if key == _STATUS_KEY and isinstance(value, bytes):
            # A proxy's trailer is not ours to fail on.
            with suppress(DecodeError):
                return from_status(status_pb2.Status.FromString(value))
    return _from_plain(ended.code(), ended.details() or "", address)


def from_status(status: status_pb2.Status) -> OcelliError:
    """Makes the error of one frame, picture or point, or of a call with details in trailers."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    info = _detail(status, error_details_pb2.ErrorInfo)
    reason = info.reason if info is not None and info.domain == _DOMAIN else ""
    bad_request = _detail(status, error_details_pb2.BadRequest)
    retry = _detail(status, error_details_pb2.RetryInfo)
    kind = _BY_REASON.get(reason) or _BY_CODE.get(code, ServerError)
    return kind(
        status.message or code.name,
        reason=reason,
        code=code,
        field_violations=tuple(
            FieldViolation(found.field, found.description)
            for found in (bad_request.field_violations if bad_request is not None else ())
        ),
        retry_after_s=retry.retry_delay.ToTimedelta().total_seconds() if retry else None,
        hint=_HINTS.get(reason, ""),
    )


def invalid_request(message: str, *, field: str) -> InvalidRequest:
    """Makes the error of a request that the client itself refuses to send."""
    return InvalidRequest(
        message,
        code=grpc.StatusCode.INVALID_ARGUMENT,
        field_violations=(FieldViolation(field, message),),
    )


def picture_error(message: str) -> PictureError:
    """Makes the error of a picture that the client cannot read or express."""
    return PictureError(
        message,
        code=grpc.StatusCode.INVALID_ARGUMENT,
        field_violations=(FieldViolation("picture", message),),
    )


def message_too_large(size_bytes: int, max_bytes: int) -> MessageTooLarge:
    """Makes the error of a stream's message that is over the limit which the server stated."""
    return MessageTooLarge(
        f"the message has {size_bytes:,} bytes, the server reads at most {max_bytes:,}",
        reason="MESSAGE_TOO_LARGE",
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        hint="send an encoded or a smaller picture, or raise the server's max_message_bytes",
    )


def _detail(status: status_pb2.Status, kind: type[_Detail]) -> _Detail | None:
    found = kind()
    return next((found for packed in status.details if packed.Unpack(found)), None)


def _from_plain(code: grpc.StatusCode, details: str, address: str) -> OcelliError:
    """Makes the error of a call that gRPC itself ended, without a status of the service's."""
    sizes = _SIZES.search(details)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and sizes:
        return _from_sizes(details, sizes)
    kind = _BY_CODE.get(code, ServerError)
    message, reason, hint = details or code.name, "", ""
    if kind is Unavailable:
        message = f"cannot reach {address}: {_cause(details)}"
        hint = f"is `ocelli serve` running at {address}?"
    elif kind is DeadlineExceeded:
        message, reason = f"no answer from {address} in the time allowed", "DEADLINE_EXCEEDED"
        hint = "allow more with timeout_s"
    elif code is grpc.StatusCode.UNIMPLEMENTED:
        message = f"{address} does not offer this call: {details}"
        hint = "is it an Ocelli server, and of the same version as this client?"
    return kind(message, reason=reason, code=code, hint=hint)


def _from_sizes(details: str, sizes: re.Match[str]) -> MessageTooLarge:
    size_bytes, max_bytes = int(sizes["size"]), int(sizes["max"])
    here = details.startswith("CLIENT") or sizes["way"] == "Sent"
    return MessageTooLarge(
        f"a message of {size_bytes:,} bytes is over the limit of the "
        f"{'client' if here else 'server'}, {max_bytes:,}",
        reason="MESSAGE_TOO_LARGE",
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        hint="send an encoded or a smaller picture, or raise max_message_bytes "
        + ("in connect()" if here else "of the server"),
    )


def _cause(details: str) -> str:
    """The end of gRPC's list of attempts, which says why the last one failed."""
    _, known, cause = details.rpartition("Failed to connect to remote host: ")
    return cause if known else details or "no details"
