"""Errors say what they are."""

import grpc

from ocelli.client import ImageError, InvalidRequest, OcelliError, TransientError, Unavailable
from ocelli.client.errors import image_error, message_too_large


def test_the_repr_is_one_short_line() -> None:
    error = image_error("cannot read x.jpg")
    assert repr(error) == "ImageError(INVALID_ARGUMENT: cannot read x.jpg)"
    assert repr(message_too_large(2, 1)).startswith("MessageTooLarge(MESSAGE_TOO_LARGE: ")


def test_the_text_tells_what_to_do() -> None:
    error = Unavailable("cannot reach x", code=grpc.StatusCode.UNAVAILABLE, hint="start it")
    assert str(error) == "cannot reach x (start it)"
    assert str(image_error("cannot read x.jpg")) == "cannot read x.jpg"


def test_what_can_be_caught_together_is_related() -> None:
    assert issubclass(ImageError, InvalidRequest)
    assert issubclass(Unavailable, TransientError)
    assert issubclass(TransientError, OcelliError)
    assert not issubclass(InvalidRequest, TransientError)
