"""What can go wrong with a call, sorted by what the caller can do about it.

    OcelliError
    ├── InvalidRequest          the request is wrong: change it
    │   ├── ImageError        this image cannot be used
    │   └── MessageTooLarge     send less, or ask for less
    ├── NotFound                no such model, collection or point
    ├── AlreadyExists           that name is taken
    ├── NotPossible             the request is well formed, but the model or collection cannot do it
    ├── TransientError          the same call may succeed later; `retry_after_s` says when
    │   ├── Unavailable         the server, Triton, a model or the index is not there
    │   ├── Overloaded          everything that may be in flight is in flight
    │   └── DeadlineExceeded    no answer within the time allowed
    ├── Cancelled               this side gave the call up, by closing the client
    └── ServerError             a fault of the server or of the model

Failures of calls are raised. Failures of single frames, images and points arrive as values of the
same types, because the stream or batch around them goes on.
"""

import re
from dataclasses import dataclass

import grpc

from ocelli.v1.sdk import HINTS

NOT_OF_THIS_CONTRACT_HINT = "is it an Ocelli server, and of the same version as this client?"
"""What to do where the other side does not keep to the contract."""

_CLAUSE = re.compile(r"[^,;:]+")
_WORD = re.compile(r"[\w']+")
_FEWEST_WORDS, _RUN_WORDS = 3, 4  # fewer in common say nothing


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request that the server refused."""

    field: str
    """Path of the field, such as `image.encoded`."""
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
        resource: name of the model, collection or point that the failure is about, or empty.
        quota: which limit of the server was hit, such as `max_inflight_bytes`, or empty.
        retry_after_s: seconds to wait before another attempt, or None if the server does not say.
        hint: what to do about it, or an empty string. The error as text ends with it, unless the
            message says as much.
        unanswered: of an error that ended a stream: ids of the frames or points that were sent and
            not answered, oldest first.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        code: grpc.StatusCode = grpc.StatusCode.UNKNOWN,
        field_violations: tuple[FieldViolation, ...] = (),
        resource: str = "",
        quota: str = "",
        retry_after_s: float | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.code = code
        self.field_violations = field_violations
        self.resource = resource
        self.quota = quota
        self.retry_after_s = retry_after_s
        self.hint = hint
        self.unanswered: tuple[int | str, ...] = ()

    def __str__(self) -> str:
        if not self.hint or _says(self.message, self.hint):
            return self.message
        return f"{self.message} ({self.hint})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.reason or self.code.name}: {self.message})"


class InvalidRequest(OcelliError):  # noqa: N818  named by what it means, as the tree above shows
    """The request is wrong as it stands; sending it again cannot help."""


class ImageError(InvalidRequest):
    """The image is empty, damaged, too large or of an unknown format."""


class MessageTooLarge(InvalidRequest):
    """A message, or what would answer it, is over a size limit, the client's or the server's."""


class NotFound(OcelliError):  # noqa: N818  as above
    """There is no model, collection or point of that name."""


class AlreadyExists(OcelliError):  # noqa: N818  as above
    """There is a collection of that name."""


class NotPossible(OcelliError):  # noqa: N818  as above
    """The request is well formed, but the model or collection is not in a state to do it."""


class TransientError(OcelliError):
    """The same call may succeed later."""


class Unavailable(TransientError):  # noqa: N818  as above
    """The server, Triton, a model or the vector index cannot be reached."""


class Overloaded(TransientError):  # noqa: N818  as above
    """The server has as much in flight as it takes."""


class DeadlineExceeded(TransientError):  # noqa: N818  as above
    """There was no answer within the time allowed."""


class Cancelled(OcelliError):  # noqa: N818  as above
    """This side gave the call up, by closing the client.

    What the server or the connection ended is `Unavailable`. With asyncio, a task that is cancelled
    gets `asyncio.CancelledError`, as ever.
    """


class ServerError(OcelliError):
    """The server or the model failed; the server's log knows more."""


def invalid_request(message: str, *, field: str) -> InvalidRequest:
    """Makes the error of a request that the client itself refuses to send."""
    return InvalidRequest(
        message,
        code=grpc.StatusCode.INVALID_ARGUMENT,
        field_violations=(FieldViolation(field, message),),
    )


def image_error(message: str, *, hint: str = "") -> ImageError:
    """Makes the error of an image that the client cannot read or express."""
    return ImageError(
        message,
        code=grpc.StatusCode.INVALID_ARGUMENT,
        field_violations=(FieldViolation("image", message),),
        hint=hint,
    )


def message_too_large(size_bytes: int, max_bytes: int) -> MessageTooLarge:
    """Makes the error of a stream's message that is over the limit which the server stated."""
    return MessageTooLarge(
        f"the message has {size_bytes:,} bytes, the server reads at most {max_bytes:,}",
        reason="MESSAGE_TOO_LARGE",
        code=grpc.StatusCode.RESOURCE_EXHAUSTED,
        hint=HINTS["MESSAGE_TOO_LARGE"],
    )


def broken_contract(message: str) -> ServerError:
    """Makes the error of a server that does not keep to the contract."""
    return ServerError(message, code=grpc.StatusCode.INTERNAL, hint=NOT_OF_THIS_CONTRACT_HINT)


def closed() -> Cancelled:
    """Makes the error of a call whose client is closed, before or under the call."""
    return Cancelled(
        "the client is closed",
        code=grpc.StatusCode.CANCELLED,
        hint="make another one, and close it when its calls have ended",
    )


def _says(message: str, hint: str) -> bool:
    """Tells whether a message has a clause of the hint, or a run of words in one."""
    text = f" {' '.join(_WORD.findall(message.casefold()))} "
    for clause in _CLAUSE.findall(hint.casefold()):
        words = _WORD.findall(clause)
        length = min(len(words), _RUN_WORDS)
        if length >= _FEWEST_WORDS and any(
            f" {' '.join(words[at : at + length])} " in text
            for at in range(len(words) - length + 1)
        ):
            return True
    return False
