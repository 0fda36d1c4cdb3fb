"""Errors say what they are."""

import grpc
import pytest

from ocelli.client import ImageError, InvalidRequest, OcelliError, TransientError, Unavailable
from ocelli.client.errors import image_error, message_too_large
from ocelli.v1.sdk import HINTS


def test_the_repr_is_one_short_line() -> None:
    error = image_error("cannot read x.jpg")
    assert repr(error) == "ImageError(INVALID_ARGUMENT: cannot read x.jpg)"
    assert repr(message_too_large(2, 1)).startswith("MessageTooLarge(MESSAGE_TOO_LARGE: ")


def test_the_text_tells_what_to_do() -> None:
    error = Unavailable("cannot reach x", code=grpc.StatusCode.UNAVAILABLE, hint="start it")
    assert str(error) == "cannot reach x (start it)"
    assert str(image_error("cannot read x.jpg")) == "cannot read x.jpg"


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("DRAINING", "the server is stopping; reconnect and send what was not answered"),
        ("MODEL_NOT_READY", "model 'm' is loading; Retry after the delay"),
        ("DEADLINE_EXCEEDED", "Triton did not answer within the deadline; allow more time"),
        ("INTERNAL", "internal fault 7; the server's log has its cause under this id"),
        ("MODEL_NOT_CHOSEN", "no single default; name one, or mark one with ocelli.default"),
        ("MODEL_TAKES_NO_TEXT", "model 'm' takes images alone; send an image, or name another"),
    ],
)
def test_the_text_says_once_what_to_do(reason: str, message: str) -> None:
    error = OcelliError(message, reason=reason, hint=HINTS[reason])
    assert str(error) == message
    assert error.hint == HINTS[reason]


@pytest.mark.parametrize("reason", HINTS)
def test_no_hint_is_held_for_said_by_words_that_say_nothing(reason: str) -> None:
    error = OcelliError("an image of the model or a server, of this", hint=HINTS[reason])
    assert str(error).endswith(f"({HINTS[reason]})")


def test_what_can_be_caught_together_is_related() -> None:
    assert issubclass(ImageError, InvalidRequest)
    assert issubclass(Unavailable, TransientError)
    assert issubclass(TransientError, OcelliError)
    assert not issubclass(InvalidRequest, TransientError)
