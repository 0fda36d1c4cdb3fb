"""Domain errors as gRPC statuses with `google.rpc` details.

All of a status stays below 4 KiB, in trailers as in answers: beyond 8 KiB of metadata gRPC may drop
a call's trailers, and the reason with them. So texts are cut by their size on the wire.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import quote_from_bytes

import grpc
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2

from ocelli.edge.errors import OcelliError, Reason, release_frames
from ocelli.v1 import sdk

_Detail: TypeAlias = (
    error_details_pb2.BadRequest
    | error_details_pb2.ResourceInfo
    | error_details_pb2.QuotaFailure
    | error_details_pb2.RetryInfo
)
_Code = grpc.StatusCode

DETAILS_KEY = "grpc-status-details-bin"
PUSHBACK_KEY = "grpc-retry-pushback-ms"
"""Retries inside gRPC core wait this long, and know nothing of RetryInfo (grpc/proposal A6)."""

CODES: Mapping[Reason, grpc.StatusCode] = MappingProxyType(
    {
        Reason.INVALID_FIELD: _Code.INVALID_ARGUMENT,
        Reason.STREAM_PROTOCOL: _Code.INVALID_ARGUMENT,
        Reason.MESSAGE_TOO_LARGE: _Code.RESOURCE_EXHAUSTED,
        Reason.MESSAGE_INVALID: _Code.INVALID_ARGUMENT,
        Reason.ANSWER_TOO_LARGE: _Code.RESOURCE_EXHAUSTED,
        Reason.IMAGE_EMPTY: _Code.INVALID_ARGUMENT,
        Reason.IMAGE_FORMAT_UNKNOWN: _Code.INVALID_ARGUMENT,
        Reason.IMAGE_CORRUPT: _Code.INVALID_ARGUMENT,
        Reason.IMAGE_TOO_LARGE: _Code.INVALID_ARGUMENT,
        Reason.IMAGE_LAYOUT: _Code.INVALID_ARGUMENT,
        Reason.REGION_OUTSIDE_IMAGE: _Code.INVALID_ARGUMENT,
        Reason.MODEL_NOT_FOUND: _Code.NOT_FOUND,
        Reason.MODEL_NOT_CHOSEN: _Code.FAILED_PRECONDITION,
        Reason.MODEL_WRONG_TASK: _Code.INVALID_ARGUMENT,
        Reason.MODEL_NOT_READY: _Code.UNAVAILABLE,
        Reason.MODEL_NOT_LOADED: _Code.FAILED_PRECONDITION,
        Reason.MODEL_LOAD_FAILED: _Code.FAILED_PRECONDITION,
        Reason.MODEL_REFUSED: _Code.FAILED_PRECONDITION,
        Reason.INFERENCE_FAILED: _Code.INTERNAL,
        Reason.MODEL_TAKES_NO_TEXT: _Code.INVALID_ARGUMENT,
        Reason.MODEL_TAKES_NO_IMAGE: _Code.INVALID_ARGUMENT,
        Reason.TRITON_UNAVAILABLE: _Code.UNAVAILABLE,
        Reason.DEADLINE_EXCEEDED: _Code.DEADLINE_EXCEEDED,
        Reason.OVERLOADED: _Code.RESOURCE_EXHAUSTED,
        Reason.RATE_LIMITED: _Code.RESOURCE_EXHAUSTED,
        Reason.QUOTA_EXCEEDED: _Code.RESOURCE_EXHAUSTED,
        Reason.DRAINING: _Code.UNAVAILABLE,
        Reason.CONTROL_REFUSED: _Code.PERMISSION_DENIED,
        Reason.COLLECTION_NOT_FOUND: _Code.NOT_FOUND,
        Reason.COLLECTION_EXISTS: _Code.ALREADY_EXISTS,
        Reason.COLLECTION_HAS_NO_MODEL: _Code.FAILED_PRECONDITION,
        Reason.POINT_NOT_FOUND: _Code.NOT_FOUND,
        Reason.VECTOR_DIMENSION: _Code.INVALID_ARGUMENT,
        Reason.VECTOR_NOT_FINITE: _Code.INVALID_ARGUMENT,
        Reason.FIELD_NOT_IN_SCHEMA: _Code.INVALID_ARGUMENT,
        Reason.INDEX_UNAVAILABLE: _Code.UNAVAILABLE,
        Reason.MODEL_VERSION_NOT_FOUND: _Code.NOT_FOUND,
        Reason.MODEL_SPACE_DIFFERS: _Code.FAILED_PRECONDITION,
        Reason.CREDENTIALS_MISSING: _Code.UNAUTHENTICATED,
        Reason.CREDENTIALS_INVALID: _Code.UNAUTHENTICATED,
        Reason.CREDENTIALS_EXPIRED: _Code.UNAUTHENTICATED,
        Reason.PRINCIPAL_UNKNOWN: _Code.PERMISSION_DENIED,
        Reason.SCOPE_MISSING: _Code.PERMISSION_DENIED,
        Reason.COLLECTION_DENIED: _Code.PERMISSION_DENIED,
        Reason.MODEL_DENIED: _Code.PERMISSION_DENIED,
        Reason.INTERNAL: _Code.INTERNAL,
    }
)

# A message goes out as percent-encoded `grpc-message` and, in base64, in the details.
_MAX_MESSAGE_BYTES = 700
_MAX_DESCRIPTION_BYTES = 200
_MAX_FIELD_BYTES = 160
_MAX_NAME_BYTES = 200


def to_status(error: OcelliError) -> status_pb2.Status:
    """The error with its details, for trailers and for the items of streams and batches.

    The error is done with then: it loses its tracebacks.
    """
    release_frames(error)
    message = _cut(error.message, _MAX_MESSAGE_BYTES)
    status = status_pb2.Status(code=CODES[error.reason].value[0], message=message)
    info = error_details_pb2.ErrorInfo(reason=error.reason.value, domain=sdk.ERROR_DOMAIN)
    for detail in (info, *_details(error)):
        status.details.add().Pack(detail)
    return status


def trailers(error: OcelliError) -> tuple[tuple[str, str | bytes], ...]:
    """Trailing metadata of a call that ends with the error."""
    details = (DETAILS_KEY, to_status(error).SerializeToString())
    if error.retry_after_s is None:
        return (details,)
    return (details, (PUSHBACK_KEY, str(int(error.retry_after_s * 1000))))


def grpc_message(error: OcelliError) -> str:
    """The message as gRPC's own, which is one line."""
    return _cut(error.message, _MAX_MESSAGE_BYTES)


def _details(error: OcelliError) -> list[_Detail]:
    found: list[_Detail] = []
    description = _cut(error.message, _MAX_DESCRIPTION_BYTES)
    if error.field is not None:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=_cut(error.field, _MAX_FIELD_BYTES),
            description=description,
            reason=error.reason.value,
        )
        found.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if error.resource is not None:
        kind, name = error.resource
        found.append(
            error_details_pb2.ResourceInfo(
                resource_type=kind,
                resource_name=_cut(name, _MAX_NAME_BYTES),
                description=description,
            )
        )
    if error.quota is not None:
        quota = error_details_pb2.QuotaFailure.Violation(
            subject=error.quota, description=description
        )
        found.append(error_details_pb2.QuotaFailure(violations=[quota]))
    if error.retry_after_s is not None:
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(int(error.retry_after_s * 1000))
        found.append(error_details_pb2.RetryInfo(retry_delay=delay))
    return found


def _cut(text: str, max_bytes: int) -> str:
    """`text` on one line of at most `max_bytes` as `grpc-message` has it, percent-encoded."""
    # Whatever is valid fits: a lone surrogate, as in the name of a file, is not.
    line = text[: max_bytes + 1].encode(errors="replace").decode()
    line = " ".join(line.split()) if "\n" in line or "\r" in line else line
    if 3 * len(line.encode()) <= max_bytes:
        return line
    kept: list[str] = []
    size = len("%E2%80%A6")
    for char in line:
        size += len(quote_from_bytes(char.encode(), safe=_UNESCAPED))
        if size > max_bytes:
            return "".join(kept) + "…"
        kept.append(char)
    return "".join(kept)


# What gRPC sends as it is (doc/PROTOCOL-HTTP2.md, "Percent-Byte-Unencoded").
_UNESCAPED = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")
