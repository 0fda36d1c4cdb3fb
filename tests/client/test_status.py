"""Failures become the right kind of error, with what the caller needs."""

from typing import Any

import grpc
import pytest
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2

from ocelli.client import errors
from ocelli.client.status import from_rpc_error, from_status
from ocelli.edge import errors as edge_errors


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


def _packed(status: status_pb2.Status) -> tuple[tuple[str, str | bytes], ...]:
    return (("other", "x"), ("grpc-status-details-bin", status.SerializeToString()))


KINDS = {
    "INVALID_FIELD": errors.InvalidRequest,
    "STREAM_PROTOCOL": errors.InvalidRequest,
    "MESSAGE_TOO_LARGE": errors.MessageTooLarge,
    "IMAGE_EMPTY": errors.ImageError,
    "IMAGE_FORMAT_UNKNOWN": errors.ImageError,
    "IMAGE_CORRUPT": errors.ImageError,
    "IMAGE_TOO_LARGE": errors.ImageError,
    "IMAGE_LAYOUT": errors.ImageError,
    "REGION_OUTSIDE_IMAGE": errors.ImageError,
    "MODEL_NOT_FOUND": errors.NotFound,
    "MODEL_NOT_CHOSEN": errors.NotPossible,
    "MODEL_WRONG_TASK": errors.InvalidRequest,
    "MODEL_NOT_READY": errors.Unavailable,
    "MODEL_LOAD_FAILED": errors.NotPossible,
    "MODEL_REFUSED": errors.NotPossible,
    "INFERENCE_FAILED": errors.ServerError,
    "TRITON_UNAVAILABLE": errors.Unavailable,
    "DEADLINE_EXCEEDED": errors.DeadlineExceeded,
    "OVERLOADED": errors.Overloaded,
    "DRAINING": errors.Unavailable,
    "COLLECTION_NOT_FOUND": errors.NotFound,
    "COLLECTION_EXISTS": errors.AlreadyExists,
    "COLLECTION_HAS_NO_MODEL": errors.NotPossible,
    "POINT_NOT_FOUND": errors.NotFound,
    "VECTOR_DIMENSION": errors.InvalidRequest,
    "VECTOR_NOT_FINITE": errors.InvalidRequest,
    "FIELD_NOT_IN_SCHEMA": errors.InvalidRequest,
    "INDEX_UNAVAILABLE": errors.Unavailable,
    "INTERNAL": errors.ServerError,
}


@pytest.mark.parametrize("reason", list(edge_errors.Reason))
def test_every_reason_of_the_server_has_its_kind(reason: edge_errors.Reason) -> None:
    sent = edge_errors.OcelliError(reason, "what was wrong")
    error = from_status(sent.to_status())
    assert type(error) is KINDS[reason.value]
    assert error.reason == reason.value
    assert error.code is sent.code
    assert error.message == "what was wrong"


def test_a_call_and_a_frame_with_the_same_status_give_the_same_error() -> None:
    status = edge_errors.OcelliError(
        edge_errors.Reason.IMAGE_EMPTY, "no bytes", field="image.encoded"
    ).to_status()
    ended = _Ended(grpc.StatusCode.INVALID_ARGUMENT, "no bytes", _packed(status))
    of_call = from_rpc_error(ended, address="here:1")
    of_frame = from_status(status)
    assert type(of_call) is type(of_frame) is errors.ImageError
    violation = errors.FieldViolation("image.encoded", "no bytes")
    assert of_call.field_violations == of_frame.field_violations == (violation,)
    assert isinstance(of_call, errors.InvalidRequest)


def test_the_time_to_wait_is_read() -> None:
    status = status_pb2.Status(code=grpc.StatusCode.UNAVAILABLE.value[0], message="later")
    delay = duration_pb2.Duration(seconds=1, nanos=250_000_000)
    status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    error = from_status(status)
    assert isinstance(error, errors.TransientError)
    assert error.retry_after_s == 1.25


def test_what_a_failure_is_about_and_the_limit_that_was_hit_are_read() -> None:
    missing = edge_errors.OcelliError(
        edge_errors.Reason.MODEL_NOT_FOUND, "no such model", resource=("model", "lynx")
    )
    full = edge_errors.OcelliError(edge_errors.Reason.OVERLOADED, "full", quota="triton_queue")
    found = [from_status(sent.to_status()) for sent in (missing, full)]
    assert [(error.resource, error.quota) for error in found] == [
        ("lynx", ""),
        ("", "triton_queue"),
    ]


def test_reasons_of_other_services_are_not_taken_for_ours() -> None:
    status = status_pb2.Status(code=grpc.StatusCode.NOT_FOUND.value[0], message="no")
    status.details.add().Pack(
        error_details_pb2.ErrorInfo(reason="MODEL_NOT_FOUND", domain="elsewhere")
    )
    assert from_status(status).reason == ""


def test_a_refused_connection_names_the_address_and_what_to_do() -> None:
    details = (
        "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: Failed to "
        "connect to remote host: Connection refused"
    )
    error = from_rpc_error(_Ended(grpc.StatusCode.UNAVAILABLE, details), address="127.0.0.1:1")
    assert isinstance(error, errors.Unavailable)
    assert error.message == "cannot reach 127.0.0.1:1: Connection refused"
    assert "ocelli serve" in error.hint
    assert "127.0.0.1:1" in error.hint


@pytest.mark.parametrize(
    ("details", "side", "remedy"),
    [
        ("SERVER: Received message larger than max (500 vs. 400)", "server", "of the server"),
        ("CLIENT: Sent message larger than max (500 vs. 400)", "client", "connect()"),
        ("Received message larger than max (500 vs. 400)", "server", "of the server"),
    ],
)
def test_a_message_over_the_limit_says_which_limit(details: str, side: str, remedy: str) -> None:
    ended = _Ended(grpc.StatusCode.RESOURCE_EXHAUSTED, details)
    error = from_rpc_error(ended, address="here:1")
    assert isinstance(error, errors.MessageTooLarge)
    assert error.reason == "MESSAGE_TOO_LARGE"
    assert f"limit of the {side}, 400" in error.message
    assert remedy in error.hint


def test_a_deadline_that_the_client_noticed_has_the_contracts_reason() -> None:
    ended = _Ended(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
    error = from_rpc_error(ended, address="here:1")
    assert isinstance(error, errors.DeadlineExceeded)
    assert error.reason == "DEADLINE_EXCEEDED"


def test_a_damaged_trailer_does_not_hide_the_code() -> None:
    trailers = (("grpc-status-details-bin", b"\xff\xff\xff"),)
    ended = _Ended(grpc.StatusCode.NOT_FOUND, "no", trailers)
    assert isinstance(from_rpc_error(ended, address="here:1"), errors.NotFound)
