"""Failures on the wire, `google.rpc.Status` and those of the transport, become errors."""

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol, TypeVar, cast

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from ocelli.client.errors import (
    NOT_OF_THIS_CONTRACT_HINT,
    AlreadyExists,
    Cancelled,
    DeadlineExceeded,
    FieldViolation,
    ImageError,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    NotPossible,
    OcelliError,
    Overloaded,
    ServerError,
    Unavailable,
)
from ocelli.client.retry import BACKOFF_S
from ocelli.v1.sdk import ERROR_DOMAIN, HINTS, UNREACHABLE_HINT

_STATUS_KEY = "grpc-status-details-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_SIZES = re.compile(
    r"(?P<way>Sent|Received) message larger than max \((?P<size>\d+) vs\. (?P<max>\d+)"
)
_Detail = TypeVar("_Detail", bound=Message)

_BY_REASON: dict[str, type[OcelliError]] = {
    "MESSAGE_TOO_LARGE": MessageTooLarge,
    "ANSWER_TOO_LARGE": MessageTooLarge,
    "IMAGE_EMPTY": ImageError,
    "IMAGE_FORMAT_UNKNOWN": ImageError,
    "IMAGE_CORRUPT": ImageError,
    "IMAGE_TOO_LARGE": ImageError,
    "IMAGE_LAYOUT": ImageError,
    "REGION_OUTSIDE_IMAGE": ImageError,
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

# Without a status of the server's these mean that the connection broke, or that what answered does
# not speak gRPC: the server gives details with every failure of its own.
_TRANSPORT_CODES = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
}
_MAX_DETAILS = 300

# For failures without a reason of the contract: of proxies, or of servers that are newer.
_HINTS_BY_KIND: dict[type[OcelliError], str] = {
    MessageTooLarge: HINTS["MESSAGE_TOO_LARGE"],
    Overloaded: HINTS["OVERLOADED"],
    DeadlineExceeded: HINTS["DEADLINE_EXCEEDED"],
    Unavailable: "retry after a moment",
    ServerError: "look at the log of the server, and of what is between",
}
_HINTS_BY_CODE = {
    grpc.StatusCode.UNIMPLEMENTED: NOT_OF_THIS_CONTRACT_HINT,
    grpc.StatusCode.UNAUTHENTICATED: "give connect() the token or certificate that is asked for",
    grpc.StatusCode.PERMISSION_DENIED: "give connect() a token or certificate that may do this",
}


class _EndedCall(Protocol):
    """What the errors of `grpc` and of `grpc.aio` both offer."""

    def code(self) -> grpc.StatusCode: ...
    def details(self) -> str | None: ...
    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None: ...


def is_cancelled(error: grpc.RpcError) -> bool:
    """Tells whether a call ended as cancelled, by whomever."""
    return getattr(error, "code", lambda: None)() is grpc.StatusCode.CANCELLED


def from_rpc_error(error: grpc.RpcError, *, address: str) -> OcelliError:
    """Makes the error of a failed call, from a `grpc` or a `grpc.aio` exception.

    Args:
        error: what the stub raised; it tells how the call ended, and nobody here cancelled it.
        address: where the call went, for the message.
    """
    ended = cast("_EndedCall", error)
    if is_cancelled(error):
        return interrupted(ended.details() or "", address=address)
    for key, value in ended.trailing_metadata() or ():
        if key == _STATUS_KEY and isinstance(value, bytes):
            # A proxy's trailer is not ours to fail on.
            with suppress(DecodeError):
                return from_status(status_pb2.Status.FromString(value))
    return _from_plain(ended.code(), ended.details() or "", address)


def from_status(status: status_pb2.Status) -> OcelliError:
    """Makes the error of one frame, image or point, or of a call with details in trailers."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    info = _detail(status, error_details_pb2.ErrorInfo)
    reason = info.reason if info is not None and info.domain == ERROR_DOMAIN else ""
    bad_request = _detail(status, error_details_pb2.BadRequest)
    resource = _detail(status, error_details_pb2.ResourceInfo)
    quota = _detail(status, error_details_pb2.QuotaFailure)
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
        resource=resource.resource_name if resource is not None else "",
        quota=quota.violations[0].subject if quota is not None and quota.violations else "",
        retry_after_s=retry.retry_delay.ToTimedelta().total_seconds() if retry else None,
        hint=HINTS.get(reason) or _HINTS_BY_CODE.get(code) or _HINTS_BY_KIND.get(kind, ""),
    )


def interrupted(words: str, *, address: str) -> Unavailable:
    """Makes the error of a call that ended as cancelled though nobody here cancelled it."""
    return Unavailable(
        f"{address}, or the connection to it, ended the call: {_one_line(words) or 'CANCELLED'}",
        code=grpc.StatusCode.UNAVAILABLE,
        retry_after_s=BACKOFF_S,
        hint=HINTS["DRAINING"],
    )


def late(*, address: str) -> DeadlineExceeded:
    """Makes the error of a call that was not answered within the time that this side allowed."""
    return DeadlineExceeded(
        f"no answer from {address} in the time allowed",
        reason="DEADLINE_EXCEEDED",
        code=grpc.StatusCode.DEADLINE_EXCEEDED,
        hint=HINTS["DEADLINE_EXCEEDED"],
    )


def _detail(status: status_pb2.Status, kind: type[_Detail]) -> _Detail | None:
    found = kind()
    return next((found for packed in status.details if packed.Unpack(found)), None)


def _from_plain(code: grpc.StatusCode, details: str, address: str) -> OcelliError:
    """Makes the error of a call that gRPC itself ended, without a status of the server's."""
    if code in _TRANSPORT_CODES:
        return Unavailable(
            f"cannot reach {address}: {_one_line(details) or code.name}",
            code=grpc.StatusCode.UNAVAILABLE,
            hint=UNREACHABLE_HINT,
        )
    sizes = _SIZES.search(details)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and sizes:
        return _from_sizes(details, sizes)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return late(address=address)
    kind, message = _BY_CODE.get(code, ServerError), details or code.name
    if code is grpc.StatusCode.UNIMPLEMENTED:
        message = f"{address} does not offer this call: {message}"
    return kind(message, code=code, hint=_HINTS_BY_CODE.get(code) or _HINTS_BY_KIND.get(kind, ""))


def _one_line(details: str) -> str:
    """The transport's own words, of a length that can be read; the cause stands at their end."""
    line = " ".join(details.split())
    return line if len(line) <= _MAX_DETAILS else f"…{line[-_MAX_DETAILS:]}"


def _from_sizes(details: str, sizes: re.Match[str]) -> MessageTooLarge:
    size_bytes, max_bytes = int(sizes["size"]), int(sizes["max"])
    here = details.startswith("CLIENT") or sizes["way"] == "Sent"
    return MessageTooLarge(
        f"a message of {size_bytes:,} bytes is over the limit of the "
        f"{'client' if here else 'server'}, {max_bytes:,}",
        reason="MESSAGE_TOO_LARGE",
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        hint=HINTS["MESSAGE_TOO_LARGE"],
    )
