"""Pictures of the contract as the edge's own, and the timings of their path."""

import time

import grpc

from ocelli.edge.deadline import Deadline
from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.path import Inferred
from ocelli.edge.vision.picture import EncodedPicture, PixelFormat, RawPicture, Region
from ocelli.v1 import picture_pb2, timings_pb2

_FORMATS = {
    picture_pb2.PIXEL_FORMAT_RGB: PixelFormat.RGB,
    picture_pb2.PIXEL_FORMAT_BGR: PixelFormat.BGR,
    picture_pb2.PIXEL_FORMAT_GRAY: PixelFormat.GRAY,
    picture_pb2.PIXEL_FORMAT_NV12: PixelFormat.NV12,
    picture_pb2.PIXEL_FORMAT_I420: PixelFormat.I420,
}


def read_picture(message: picture_pb2.Picture) -> EncodedPicture | RawPicture:
    """The picture of a request.

    Raises:
        OcelliError: PICTURE_EMPTY or PICTURE_LAYOUT.
    """
    region = None
    if message.HasField("region"):
        box = message.region
        region = Region(box.x_min, box.y_min, box.x_max, box.y_max)
    source = message.WhichOneof("source")
    if source == "encoded":
        return EncodedPicture(message.encoded, region)
    if source == "raw":
        raw = message.raw
        pixel_format = _FORMATS.get(raw.format)
        if pixel_format is None:
            raise OcelliError(
                Reason.PICTURE_LAYOUT,
                f"picture.raw.format is {raw.format}; expected RGB, BGR, GRAY, NV12 or I420",
                field="picture.raw.format",
            )
        return RawPicture(
            raw.data, raw.width, raw.height, pixel_format, stride=raw.stride, region=region
        )
    raise OcelliError(
        Reason.PICTURE_EMPTY,
        "the request has no picture; set picture.encoded to the bytes of an image file, "
        "or picture.raw",
        field="picture",
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
