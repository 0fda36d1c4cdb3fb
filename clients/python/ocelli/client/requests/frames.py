"""What the calls that stream frames share."""

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

from ocelli.client.enums import number_of, word_of
from ocelli.client.errors import OcelliError, image_error, invalid_request
from ocelli.client.image import (
    Frame,
    ImageLike,
    PixelFormat,
    Tolerance,
    blocks,
    pack_image,
    pack_input,
)
from ocelli.client.results import FrameAnswer, OverflowPolicy, StreamWindow
from ocelli.v1 import image_pb2, stream_pb2

T = TypeVar("T")

FrameLike: TypeAlias = Frame | ImageLike
"""A frame of a stream, or just its image."""

_POLICIES: Mapping[OverflowPolicy, stream_pb2.OverflowPolicy] = {
    "block": stream_pb2.OVERFLOW_POLICY_BLOCK,
    "keep_latest": stream_pb2.OVERFLOW_POLICY_KEEP_LATEST,
}


def stream_options(
    overflow_policy: OverflowPolicy, max_frame_age_ms: int, max_in_flight_frames: int
) -> stream_pb2.StreamOptions:
    """Packs how a stream treats frames."""
    for name, value in (
        ("max_frame_age_ms", max_frame_age_ms),
        ("max_in_flight_frames", max_in_flight_frames),
    ):
        if value < 0:
            raise invalid_request(f"{name} is {value}; expected 0 or more", field=f"stream.{name}")
    return stream_pb2.StreamOptions(
        overflow_policy=number_of(_POLICIES, overflow_policy, "stream.overflow_policy"),
        max_frame_age_ms=max_frame_age_ms,
        max_in_flight_frames=max_in_flight_frames,
    )


def window(message: stream_pb2.StreamWindow) -> StreamWindow:
    """Reads a window of the server's; whatever it says, one item may be unanswered."""
    policy = message.overflow_policy or stream_pb2.OVERFLOW_POLICY_BLOCK  # as the contract has it
    return StreamWindow(
        max_in_flight_frames=message.max_in_flight_frames,
        max_unanswered_frames=max(1, message.max_unanswered_frames),
        max_message_bytes=message.max_message_bytes,
        model=message.model,
        overflow_policy=word_of(_POLICIES, policy),
    )


def pack_frame(
    frame: FrameLike, pixel_format: PixelFormat | None, tolerance: Tolerance | None
) -> image_pb2.Image:
    """Packs the image of a frame.

    Raises:
        ImageError: it has none, or as `pack_image`.
    """
    frame = _frame(frame)
    if frame.image is None:
        raise image_error("the frame has no image")
    return pack_image(
        frame.image,
        region=frame.region,
        pixel_format=frame.pixel_format or pixel_format,
        tolerance=frame.tolerance or tolerance,
    )


def pack_frame_input(
    frame: FrameLike, pixel_format: PixelFormat | None, tolerance: Tolerance | None
) -> tuple[image_pb2.Image | None, str | None]:
    """Packs the image or the text of a frame.

    Raises:
        InvalidRequest: it has both, or neither.
        ImageError: as `pack_image`.
    """
    frame = _frame(frame)
    return pack_input(
        frame.image,
        frame.text,
        region=frame.region,
        pixel_format=frame.pixel_format or pixel_format,
        tolerance=frame.tolerance or tolerance,
    )


def frame_id(position: int, frame: FrameLike) -> int:
    """The frame's own number, or its position in the stream."""
    own = _frame(frame).frame_id
    return position if own is None else own


def capture_time_us(frame: FrameLike) -> int:
    """When the frame was taken."""
    return _frame(frame).capture_time_us


def fail(position: int, frame: FrameLike, error: OcelliError) -> FrameAnswer[T]:
    """Answers a frame that could not be sent."""
    return FrameAnswer(frame_id(position, frame), capture_time_us(frame), error=error)


def frame_blocks(frame: FrameLike) -> bool:
    """Tells whether packing a frame waits for a disk or computes for long."""
    return blocks(_frame(frame).image)


def _frame(frame: FrameLike) -> Frame:
    return frame if isinstance(frame, Frame) else Frame(frame)
