"""Images of the contract as the edge's own, and the timings of their path."""

import time

import grpc

from ocelli.edge.scheduling.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.path import Inferred
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
    """The image of a request.

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
                f"image.raw.format is {raw.format}; expected RGB, BGR, GRAY, NV12 or I420",
                field="image.raw.format",
            )
        return RawImage(
            raw.data, raw.width, raw.height, pixel_format, stride=raw.stride, region=region
        )
    raise OcelliError(
        Reason.IMAGE_EMPTY,
        "the request has no image; set image.encoded to the bytes of a file, "
        "or image.raw",
        field="image",
    )


def call_deadline(context: grpc.aio.ServicerContext[object, object], cap_s: float) -> Deadline:
    """The caller's deadline, or `cap_s` from now if that is sooner or there is none."""
    return Deadline.after(context.time_remaining(), cap_s)


def timings(inferred: Inferred, arrived_s: float, answered_s: float) -> timings_pb2.Timings:
    """Where the time went, from `time.perf_counter` readings at arrival and at Triton's answer."""
    now_s = time.perf_counter()
    return timings_pb2.Timings(
        decode_us=inferred.prepared.decode_us,
        queue_us=inferred.queue_us,
        inference_us=inferred.inference_us,
        postprocess_us=int((now_s - answered_s) * 1e6),
        total_us=int((now_s - arrived_s) * 1e6),
    )
