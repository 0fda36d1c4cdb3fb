"""Domain errors, and the one place where they become `google.rpc.Status`.

Every failure is an `OcelliError`: a reason from the contract's `ErrorReason`, a message for people
(what was wrong, what was expected, what to do) and, where they help a program decide, the request
field, the resource or the time to wait. The reason alone fixes the gRPC status code.
"""

import logging
import secrets
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

import grpc
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2

DOMAIN = "ocelli"

_Detail: TypeAlias = (
    error_details_pb2.BadRequest
    | error_details_pb2.ResourceInfo
    | error_details_pb2.QuotaFailure
    | error_details_pb2.RetryInfo
)


class Reason(StrEnum):
    """The contract's `ErrorReason` without its prefix, as it stands in `ErrorInfo.reason`."""

    INVALID_FIELD = "INVALID_FIELD"
    STREAM_PROTOCOL = "STREAM_PROTOCOL"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
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
    MODEL_LOAD_FAILED = "MODEL_LOAD_FAILED"
    MODEL_REFUSED = "MODEL_REFUSED"
    INFERENCE_FAILED = "INFERENCE_FAILED"
    TRITON_UNAVAILABLE = "TRITON_UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    OVERLOADED = "OVERLOADED"
    DRAINING = "DRAINING"
    COLLECTION_NOT_FOUND = "COLLECTION_NOT_FOUND"
    COLLECTION_EXISTS = "COLLECTION_EXISTS"
    COLLECTION_HAS_NO_MODEL = "COLLECTION_HAS_NO_MODEL"
    POINT_NOT_FOUND = "POINT_NOT_FOUND"
    VECTOR_DIMENSION = "VECTOR_DIMENSION"
    VECTOR_NOT_FINITE = "VECTOR_NOT_FINITE"
    FIELD_NOT_IN_SCHEMA = "FIELD_NOT_IN_SCHEMA"
    INDEX_UNAVAILABLE = "INDEX_UNAVAILABLE"
    INTERNAL = "INTERNAL"


_Code = grpc.StatusCode
CODES: Mapping[Reason, grpc.StatusCode] = MappingProxyType(
    {
        Reason.INVALID_FIELD: _Code.INVALID_ARGUMENT,
        Reason.STREAM_PROTOCOL: _Code.INVALID_ARGUMENT,
        Reason.MESSAGE_TOO_LARGE: _Code.RESOURCE_EXHAUSTED,
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
        Reason.MODEL_LOAD_FAILED: _Code.FAILED_PRECONDITION,
        Reason.MODEL_REFUSED: _Code.FAILED_PRECONDITION,
        Reason.INFERENCE_FAILED: _Code.INTERNAL,
        Reason.TRITON_UNAVAILABLE: _Code.UNAVAILABLE,
        Reason.DEADLINE_EXCEEDED: _Code.DEADLINE_EXCEEDED,
        Reason.OVERLOADED: _Code.RESOURCE_EXHAUSTED,
        Reason.DRAINING: _Code.UNAVAILABLE,
        Reason.COLLECTION_NOT_FOUND: _Code.NOT_FOUND,
        Reason.COLLECTION_EXISTS: _Code.ALREADY_EXISTS,
        Reason.COLLECTION_HAS_NO_MODEL: _Code.FAILED_PRECONDITION,
        Reason.POINT_NOT_FOUND: _Code.NOT_FOUND,
        Reason.VECTOR_DIMENSION: _Code.INVALID_ARGUMENT,
        Reason.VECTOR_NOT_FINITE: _Code.INVALID_ARGUMENT,
        Reason.FIELD_NOT_IN_SCHEMA: _Code.INVALID_ARGUMENT,
        Reason.INDEX_UNAVAILABLE: _Code.UNAVAILABLE,
        Reason.INTERNAL: _Code.INTERNAL,
    }
)

RETRY_AFTER_S: Mapping[Reason, float] = MappingProxyType(
    {
        Reason.MODEL_NOT_READY: 1.0,
        Reason.TRITON_UNAVAILABLE: 1.0,
        Reason.OVERLOADED: 0.1,
        Reason.DRAINING: 0.1,
        Reason.INDEX_UNAVAILABLE: 0.5,
    }
)


class OcelliError(Exception):
    """A failure that the contract documents.

    Args:
        reason: fixes the gRPC status code and goes out as `ErrorInfo.reason`.
        message: one line: what was wrong, what was expected, what to do.
        field: path of the offending request field (`image.encoded`); becomes
            `BadRequest.field_violations`.
        resource: `(type, name)` of what was asked for (`("model", "yolo")`), for `ResourceInfo`.
        quota: subject of the limit that was hit; becomes `QuotaFailure`.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        field: str | None = None,
        resource: tuple[str, str] | None = None,
        quota: str | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.field = field
        self.resource = resource
        self.quota = quota

    @property
    def code(self) -> grpc.StatusCode:
        """The gRPC status code, fixed by the reason."""
        return CODES[self.reason]

    def to_status(self) -> status_pb2.Status:
        """The error as a `google.rpc.Status` with its details, for trailers and stream items."""
        status = status_pb2.Status(code=self.code.value[0], message=self.message)
        info = error_details_pb2.ErrorInfo(reason=self.reason.value, domain=DOMAIN)
        for detail in (info, *self._details()):
            status.details.add().Pack(detail)
        return status

    def _details(self) -> list[_Detail]:
        found: list[_Detail] = []
        if self.field is not None:
            violation = error_details_pb2.BadRequest.FieldViolation(
                field=self.field, description=self.message, reason=self.reason.value
            )
            found.append(error_details_pb2.BadRequest(field_violations=[violation]))
        if self.resource is not None:
            kind, name = self.resource
            found.append(
                error_details_pb2.ResourceInfo(
                    resource_type=kind, resource_name=name, description=self.message
                )
            )
        if self.quota is not None:
            quota = error_details_pb2.QuotaFailure.Violation(
                subject=self.quota, description=self.message
            )
            found.append(error_details_pb2.QuotaFailure(violations=[quota]))
        if self.reason in RETRY_AFTER_S:
            delay = duration_pb2.Duration(nanos=int(RETRY_AFTER_S[self.reason] % 1 * 1e9))
            delay.seconds = int(RETRY_AFTER_S[self.reason])
            found.append(error_details_pb2.RetryInfo(retry_delay=delay))
        return found


def internal_fault(log: logging.Logger, error: Exception) -> OcelliError:
    """What a caller sees of a fault of ours; the log has it under the id that the message names."""
    fault = secrets.token_hex(4)
    log.error("internal fault %s", fault, exc_info=error)
    return OcelliError(
        Reason.INTERNAL,
        f"internal fault {fault}; the server's log has its cause under this id",
    )
