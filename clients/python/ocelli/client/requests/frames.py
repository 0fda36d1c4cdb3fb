"""What the calls that stream frames share."""

from typing import Literal, TypeAlias, TypeVar

from ocelli.client.errors import OcelliError, invalid_request
from ocelli.client.image import Frame, ImageLike, PixelFormat, blocks, image
from ocelli.client.requests.call import Window
from ocelli.client.results import FrameAnswer
from ocelli.v1 import image_pb2, stream_pb2

T = TypeVar("T")

DropPolicy: TypeAlias = Literal["all", "latest"]
"""What happens to frames that arrive faster than they are answered: all are looked at and the
sender waits, or the newest are looked at and older ones are answered as dropped."""

FrameLike: TypeAlias = Frame | ImageLike
"""A frame of a stream, or just its image."""

_POLICIES: dict[DropPolicy, stream_pb2.DropPolicy] = {
    "all": stream_pb2.DROP_POLICY_ALL,
    "latest": stream_pb2.DROP_POLICY_LATEST,
}

# Under "latest" the server must see frames beyond its window in order to drop the older ones, so
# only this many unanswered ones stop the sender.
_MAX_UNANSWERED_LATEST = 1024


def stream_options(
    drop_policy: DropPolicy, max_frame_age_ms: int, max_in_flight_frames: int
) -> stream_pb2.StreamOptions:
    """Packs how a stream treats frames."""
    if drop_policy not in _POLICIES:
        raise invalid_request(
            f"drop_policy is {drop_policy!r}; expected 'all' or 'latest'",
            field="stream.drop_policy",
        )
    for name, value in (
        ("max_frame_age_ms", max_frame_age_ms),
        ("max_in_flight_frames", max_in_flight_frames),
    ):
        if value < 0:
            raise invalid_request(f"{name} is {value}; expected 0 or more", field=f"stream.{name}")
    return stream_pb2.StreamOptions(
        drop_policy=_POLICIES[drop_policy],
        max_frame_age_ms=max_frame_age_ms,
        max_in_flight_frames=max_in_flight_frames,
    )


def window(message: stream_pb2.StreamWindow) -> Window:
    """Reads the server's window."""
    latest = message.drop_policy == stream_pb2.DROP_POLICY_LATEST
    unanswered = _MAX_UNANSWERED_LATEST if latest else message.max_in_flight_frames
    return Window(max(1, unanswered), message.max_message_bytes)


def pack_frame(frame: FrameLike, pixel_format: PixelFormat | None) -> image_pb2.Image:
    """Packs a frame's image."""
    frame = _frame(frame)
    return image(
        frame.image, region=frame.region, pixel_format=frame.pixel_format or pixel_format
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
