"""Images of the contract as the edge's own."""

import pytest

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.services.messages.image import read_image, warning_messages
from ocelli.edge.vision.image import EncodedImage, ImageWarning, Tolerance, WarningReason
from ocelli.v1 import image_pb2


@pytest.mark.parametrize(
    ("value", "tolerance"),
    [
        (image_pb2.TOLERANCE_UNSPECIFIED, None),
        (image_pb2.TOLERANCE_STRICT, Tolerance.STRICT),
        (image_pb2.TOLERANCE_LENIENT, Tolerance.LENIENT),
    ],
)
def test_the_tolerance_is_read(value: int, tolerance: Tolerance | None):
    image = read_image(image_pb2.Image(encoded=b"x", tolerance=value))
    assert image == EncodedImage(b"x", None, tolerance)


def test_every_tolerance_of_the_contract_is_known():
    for value in image_pb2.Tolerance.values():
        read_image(image_pb2.Image(encoded=b"x", tolerance=value))


def test_an_unknown_tolerance_is_refused():
    with pytest.raises(OcelliError, match="77") as caught:
        read_image(image_pb2.Image(encoded=b"x", tolerance=77))
    assert caught.value.reason is Reason.INVALID_FIELD
    assert caught.value.field == "image.tolerance"


def test_every_warning_has_its_message():
    warnings = tuple(ImageWarning(reason, "why") for reason in WarningReason)
    messages = warning_messages(warnings)
    names = [image_pb2.ImageWarningReason.Name(message.reason) for message in messages]
    assert names == [f"IMAGE_WARNING_REASON_{reason}" for reason in WarningReason]
    assert {message.message for message in messages} == {"why"}
