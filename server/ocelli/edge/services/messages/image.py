"""Images of the contract as the edge's own, and the timings of their path."""

from ocelli.edge.errors import OcelliError, Reason, invalid_field
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.vision.image import (
    EncodedImage,
    ImageWarning,
    PixelFormat,
    RawImage,
    Region,
    Tolerance,
    WarningReason,
)
from ocelli.v1 import image_pb2, timings_pb2

_FORMATS = {
    image_pb2.PIXEL_FORMAT_RGB: PixelFormat.RGB,
    image_pb2.PIXEL_FORMAT_BGR: PixelFormat.BGR,
    image_pb2.PIXEL_FORMAT_GRAY: PixelFormat.GRAY,
    image_pb2.PIXEL_FORMAT_NV12: PixelFormat.NV12,
    image_pb2.PIXEL_FORMAT_I420: PixelFormat.I420,
}
_TOLERANCES: dict[int, Tolerance] = {
    image_pb2.TOLERANCE_STRICT: Tolerance.STRICT,
    image_pb2.TOLERANCE_LENIENT: Tolerance.LENIENT,
}
_WARNINGS = {WarningReason.DAMAGED: image_pb2.IMAGE_WARNING_REASON_DAMAGED}


def read_image(message: image_pb2.Image) -> EncodedImage | RawImage:
    """The image in a message's field `image`.

    Raises:
        OcelliError: IMAGE_EMPTY, IMAGE_LAYOUT or INVALID_FIELD.
    """
    region = None
    if message.HasField("region"):
        box = message.region
        region = Region(box.x_min, box.y_min, box.x_max, box.y_max)
    source = message.WhichOneof("source")
    if source == "encoded":
        return EncodedImage(message.encoded, region, _read_tolerance(message.tolerance))
    if source == "raw":
        raw = message.raw
        pixel_format = _FORMATS.get(raw.format)
        if pixel_format is None:
            raise OcelliError(
                Reason.IMAGE_LAYOUT,
                f"the format of the raw pixels is {raw.format}; expected RGB, BGR, GRAY, NV12 or "
                "I420",
                field="image.raw.format",
            )
        return RawImage(
            raw.data, raw.width, raw.height, pixel_format, stride=raw.stride, region=region
        )
    raise OcelliError(
        Reason.IMAGE_EMPTY,
        "there is no image; set image.encoded to the bytes of an image file, or image.raw",
        field="image",
    )


def warning_messages(warnings: tuple[ImageWarning, ...]) -> list[image_pb2.ImageWarning]:
    """What an image was warned of, as the contract has it."""
    return [
        image_pb2.ImageWarning(reason=_WARNINGS[warning.reason], message=warning.message)
        for warning in warnings
    ]


def _read_tolerance(value: int) -> Tolerance | None:
    if value == image_pb2.TOLERANCE_UNSPECIFIED:
        return None
    tolerance = _TOLERANCES.get(value)
    if tolerance is None:
        raise invalid_field(
            f"the tolerance is {value}; expected STRICT, LENIENT or nothing", "image.tolerance"
        )
    return tolerance


def timings_message(spent: Timings) -> timings_pb2.Timings:
    """Timings as the contract has them."""
    return timings_pb2.Timings(
        decode_us=spent.decode_us,
        queue_us=spent.queue_us,
        inference_us=spent.inference_us,
        postprocess_us=spent.postprocess_us,
        total_us=spent.total_us,
    )
