"""Failures become the right kind of error, with what the caller needs."""

from typing import Any

import grpc
import pytest
from google.protobuf import duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import errors
from ocelli.client.status import from_rpc_error, from_status
from ocelli.v1 import error_reason_pb2
from ocelli.v1.sdk import ERROR_DOMAIN, HINTS, UNREACHABLE_HINT

C = grpc.StatusCode
KINDS = {
    "INVALID_FIELD": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "STREAM_PROTOCOL": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "MESSAGE_TOO_LARGE": (C.RESOURCE_EXHAUSTED, errors.MessageTooLarge),
    "MESSAGE_INVALID": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "ANSWER_TOO_LARGE": (C.RESOURCE_EXHAUSTED, errors.MessageTooLarge),
    "IMAGE_EMPTY": (C.INVALID_ARGUMENT, errors.ImageError),
    "IMAGE_FORMAT_UNKNOWN": (C.INVALID_ARGUMENT, errors.ImageError),
    "IMAGE_CORRUPT": (C.INVALID_ARGUMENT, errors.ImageError),
    "IMAGE_TOO_LARGE": (C.INVALID_ARGUMENT, errors.ImageError),
    "IMAGE_LAYOUT": (C.INVALID_ARGUMENT, errors.ImageError),
    "REGION_OUTSIDE_IMAGE": (C.INVALID_ARGUMENT, errors.ImageError),
    "MODEL_NOT_FOUND": (C.NOT_FOUND, errors.NotFound),
    "MODEL_NOT_CHOSEN": (C.FAILED_PRECONDITION, errors.NotPossible),
    "MODEL_WRONG_TASK": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "MODEL_NOT_READY": (C.UNAVAILABLE, errors.Unavailable),
    "MODEL_NOT_LOADED": (C.FAILED_PRECONDITION, errors.NotPossible),
    "MODEL_LOAD_FAILED": (C.FAILED_PRECONDITION, errors.NotPossible),
    "MODEL_REFUSED": (C.FAILED_PRECONDITION, errors.NotPossible),
    "INFERENCE_FAILED": (C.INTERNAL, errors.ServerError),
    "MODEL_TAKES_NO_TEXT": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "MODEL_TAKES_NO_IMAGE": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "MODEL_VERSION_NOT_FOUND": (C.NOT_FOUND, errors.NotFound),
    "MODEL_SPACE_DIFFERS": (C.FAILED_PRECONDITION, errors.NotPossible),
    "CONTROL_REFUSED": (C.PERMISSION_DENIED, errors.NotPossible),
    "TRITON_UNAVAILABLE": (C.UNAVAILABLE, errors.Unavailable),
    "DEADLINE_EXCEEDED": (C.DEADLINE_EXCEEDED, errors.DeadlineExceeded),
    "OVERLOADED": (C.RESOURCE_EXHAUSTED, errors.Overloaded),
    "DRAINING": (C.UNAVAILABLE, errors.Unavailable),
    "COLLECTION_NOT_FOUND": (C.NOT_FOUND, errors.NotFound),
    "COLLECTION_EXISTS": (C.ALREADY_EXISTS, errors.AlreadyExists),
    "COLLECTION_HAS_NO_MODEL": (C.FAILED_PRECONDITION, errors.NotPossible),
    "POINT_NOT_FOUND": (C.NOT_FOUND, errors.NotFound),
    "VECTOR_DIMENSION": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "VECTOR_NOT_FINITE": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "FIELD_NOT_IN_SCHEMA": (C.INVALID_ARGUMENT, errors.InvalidRequest),
    "INDEX_UNAVAILABLE": (C.UNAVAILABLE, errors.Unavailable),
    "INTERNAL": (C.INTERNAL, errors.ServerError),
    "RATE_LIMITED": (C.RESOURCE_EXHAUSTED, errors.Overloaded),
    "QUOTA_EXCEEDED": (C.RESOURCE_EXHAUSTED, errors.Overloaded),
    "CREDENTIALS_MISSING": (C.UNAUTHENTICATED, errors.NotPossible),
    "CREDENTIALS_INVALID": (C.UNAUTHENTICATED, errors.NotPossible),
    "CREDENTIALS_EXPIRED": (C.UNAUTHENTICATED, errors.NotPossible),
    "PRINCIPAL_UNKNOWN": (C.PERMISSION_DENIED, errors.NotPossible),
    "SCOPE_MISSING": (C.PERMISSION_DENIED, errors.NotPossible),
    "COLLECTION_DENIED": (C.PERMISSION_DENIED, errors.NotPossible),
    "MODEL_DENIED": (C.PERMISSION_DENIED, errors.NotPossible),
}


class _Ended(grpc.RpcError):
    """A finished call, as both stubs raise it."""

    def __init__(
        self,
        code: grpc.StatusCode,
        details: str,
        metadata: tuple[tuple[str, str | bytes], ...] = (),
    ) -> None:
        self._ended = code, details, metadata

    def code(self) -> grpc.StatusCode:
        return self._ended[0]

    def details(self) -> str:
        return self._ended[1]

    def trailing_metadata(self) -> Any:
        return self._ended[2]


def _status(
    reason: str, message: str = "what was wrong", *details: Message, domain: str = ERROR_DOMAIN
) -> status_pb2.Status:
    status = status_pb2.Status(code=KINDS[reason][0].value[0], message=message)
    for detail in (error_details_pb2.ErrorInfo(reason=reason, domain=domain), *details):
        status.details.add().Pack(detail)
    return status


def _packed(status: status_pb2.Status) -> tuple[tuple[str, str | bytes], ...]:
    return (("other", "x"), ("grpc-status-details-bin", status.SerializeToString()))


def test_the_table_has_every_reason_of_the_contract() -> None:
    names = {
        name.removeprefix("ERROR_REASON_")
        for name in error_reason_pb2.ErrorReason.DESCRIPTOR.values_by_name
    }
    assert set(KINDS) == names - {"UNSPECIFIED"}


@pytest.mark.parametrize("reason", KINDS)
def test_every_reason_has_its_kind_and_its_hint(reason: str) -> None:
    code, kind = KINDS[reason]
    error = from_status(_status(reason))
    assert type(error) is kind
    assert (error.reason, error.code, error.message) == (reason, code, "what was wrong")
    assert error.hint == HINTS[reason]


def test_a_call_and_a_frame_with_the_same_status_give_the_same_error() -> None:
    violation = error_details_pb2.BadRequest.FieldViolation(
        field="image.encoded", description="no bytes"
    )
    status = _status(
        "IMAGE_EMPTY", "no bytes", error_details_pb2.BadRequest(field_violations=[violation])
    )
    of_call = from_rpc_error(
        _Ended(C.INVALID_ARGUMENT, "no bytes", _packed(status)), address="here:1"
    )
    of_frame = from_status(status)
    assert type(of_call) is type(of_frame) is errors.ImageError
    expected = errors.FieldViolation("image.encoded", "no bytes")
    assert of_call.field_violations == of_frame.field_violations == (expected,)
    assert isinstance(of_call, errors.InvalidRequest)


def test_the_time_to_wait_is_read() -> None:
    delay = duration_pb2.Duration(seconds=1, nanos=250_000_000)
    error = from_status(
        _status("DRAINING", "later", error_details_pb2.RetryInfo(retry_delay=delay))
    )
    assert isinstance(error, errors.TransientError)
    assert error.retry_after_s == 1.25


def test_what_a_failure_is_about_and_the_limit_that_was_hit_are_read() -> None:
    missing = error_details_pb2.ResourceInfo(resource_type="model", resource_name="lynx")
    violation = error_details_pb2.QuotaFailure.Violation(subject="triton_queue")
    full = error_details_pb2.QuotaFailure(violations=[violation])
    found = [
        from_status(_status("MODEL_NOT_FOUND", "no such model", missing)),
        from_status(_status("OVERLOADED", "full", full)),
    ]
    assert [(error.resource, error.quota) for error in found] == [
        ("lynx", ""),
        ("", "triton_queue"),
    ]


def test_reasons_of_other_services_are_not_taken_for_ours() -> None:
    error = from_status(_status("MODEL_NOT_FOUND", domain="elsewhere"))
    assert (error.reason, error.hint) == ("", "")
    assert isinstance(error, errors.NotFound)


def test_a_reason_of_a_newer_contract_is_kept_and_has_the_kind_of_its_code() -> None:
    status = status_pb2.Status(code=C.NOT_FOUND.value[0], message="no")
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason="NEW", domain=ERROR_DOMAIN))
    error = from_status(status)
    assert type(error) is errors.NotFound
    assert (error.reason, error.hint) == ("NEW", "")


@pytest.mark.parametrize("code", [C.UNAVAILABLE, C.INTERNAL, C.UNKNOWN])
def test_a_failure_of_the_transport_is_that_the_server_cannot_be_reached(
    code: grpc.StatusCode,
) -> None:
    error = from_rpc_error(_Ended(code, "it  broke\n down"), address="here:1")
    assert type(error) is errors.Unavailable
    assert error.message == "cannot reach here:1: it broke down"
    assert (error.code, error.reason) == (C.UNAVAILABLE, "")
    assert error.hint == UNREACHABLE_HINT


def test_the_same_codes_with_details_of_the_server_are_the_servers_word() -> None:
    ended = _Ended(C.INTERNAL, "a bug", _packed(_status("INTERNAL", "a bug")))
    assert type(from_rpc_error(ended, address="here:1")) is errors.ServerError


def test_the_transports_words_are_cut_to_a_length_that_can_be_read() -> None:
    ended = _Ended(C.UNAVAILABLE, "attempt; " * 200 + "refused")
    error = from_rpc_error(ended, address="here:1")
    assert len(error.message) < 350
    assert error.message.startswith("cannot reach here:1: …")
    assert error.message.endswith("refused")
    nothing = from_rpc_error(_Ended(C.UNAVAILABLE, ""), address="here:1")
    assert nothing.message == "cannot reach here:1: UNAVAILABLE"


def test_a_call_that_is_not_offered_tells_who_answered() -> None:
    ended = _Ended(C.UNIMPLEMENTED, "Method not found!")
    error = from_rpc_error(ended, address="here:1")
    assert isinstance(error, errors.NotPossible)
    assert error.message == "here:1 does not offer this call: Method not found!"
    assert error.hint


@pytest.mark.parametrize(
    ("details", "side"),
    [
        ("SERVER: Received message larger than max (500 vs. 400)", "server"),
        ("CLIENT: Sent message larger than max (500 vs. 400)", "client"),
        ("CLIENT: Received message larger than max (500 vs. 400)", "client"),
        ("Received message larger than max (500 vs. 400)", "server"),
    ],
)
def test_a_message_over_the_limit_says_which_limit(details: str, side: str) -> None:
    error = from_rpc_error(_Ended(C.RESOURCE_EXHAUSTED, details), address="here:1")
    assert isinstance(error, errors.MessageTooLarge)
    assert error.reason == "MESSAGE_TOO_LARGE"
    assert f"limit of the {side}, 400" in error.message
    assert error.hint == HINTS["MESSAGE_TOO_LARGE"]


def test_a_deadline_that_the_client_noticed_has_the_contracts_reason() -> None:
    ended = _Ended(C.DEADLINE_EXCEEDED, "Deadline Exceeded")
    error = from_rpc_error(ended, address="here:1")
    assert isinstance(error, errors.DeadlineExceeded)
    assert (error.reason, error.hint) == ("DEADLINE_EXCEEDED", HINTS["DEADLINE_EXCEEDED"])


def test_a_damaged_trailer_does_not_hide_the_code() -> None:
    trailers = (("grpc-status-details-bin", b"\xff\xff\xff"),)
    ended = _Ended(C.NOT_FOUND, "no", trailers)
    assert isinstance(from_rpc_error(ended, address="here:1"), errors.NotFound)


@pytest.mark.parametrize("details", [(), _packed(status_pb2.Status(code=C.CANCELLED.value[0]))])
def test_a_call_that_nobody_here_cancelled_was_ended_on_the_way(
    details: tuple[tuple[str, str | bytes], ...],
) -> None:
    error = from_rpc_error(_Ended(C.CANCELLED, "stream  reset", details), address="here:1")
    assert type(error) is errors.Unavailable
    assert error.message == "here:1, or the connection to it, ended the call: stream reset"
    assert (error.code, error.retry_after_s) == (C.UNAVAILABLE, 0.1)
    assert error.hint == HINTS["DRAINING"]


@pytest.mark.parametrize(
    "code",
    [
        C.RESOURCE_EXHAUSTED,
        C.UNAVAILABLE,
        C.INTERNAL,
        C.UNKNOWN,
        C.DATA_LOSS,
        C.ABORTED,
        C.UNAUTHENTICATED,
        C.PERMISSION_DENIED,
        C.UNIMPLEMENTED,
        C.DEADLINE_EXCEEDED,
    ],
)
def test_failures_without_a_reason_have_hints_too(code: grpc.StatusCode) -> None:
    status = status_pb2.Status(code=code.value[0], message="no")
    assert from_status(status).hint
    assert from_rpc_error(_Ended(code, "no"), address="here:1").hint
