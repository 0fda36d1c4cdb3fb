"""Images of the contract as the edge's own, and the timings of their path."""

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.tasks.timings import Timings
from ocelli.edge.vision.image import EncodedImage, PixelFormat, RawImage, Region
from ocelli.v1 import image_pb2, timings_pb2

_FORMATS = {
    image_pb2.PIXEL_FORMAT_RGB: PixelFormat.RGB,
    image_pb2.PIXEL_FORMAT_BGR: PixelFormat.BGR,
    image_pb2.PIXEL_FORMAT_GRAY: PixelFormat.GRAY,
    image_pb2.PIXEL_FORMAT_NV12: PixelFormat.NV12,
    image_pb2.PIXEL_FORMAT_I420: PixelFormat.I420,
}


def read_image(message: image_pb2.Image) -> EncodedImage | RawImage:
    """The image in a message's field `image`.

    Raises:
        OcelliError: IMAGE_EMPTY or IMAGE_LAYOUT.
    """
    region = None
    if message.HasField("region"):
        box = message.region
        region = Region(box.x_min, box.y_min, box.x_max, box.y_max)
    source = message.WhichOneof("source")
    if source == "encoded":
        return EncodedImage(message.encoded, region)
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


def timings_message(spent: Timings) -> timings_pb2.Timings:
    """Timings as the contract has them."""
    return timings_pb2.Timings(
        decode_us=spent.decode_us,
        queue_us=spent.queue_us,
        inference_us=spent.inference_us,
        postprocess_us=spent.postprocess_us,
        total_us=spent.total_us,
    )
