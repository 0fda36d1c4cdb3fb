"""What the calls that stream frames share."""

import numpy as np
import pytest

from ocelli.client import Frame, ImageError, InvalidRequest
from ocelli.client.errors import image_error
from ocelli.client.requests.frames import (
    capture_time_us,
    fail,
    frame_blocks,
    frame_id,
    pack_frame,
    pack_frame_input,
    stream_options,
    window,
)
from ocelli.v1 import image_pb2, stream_pb2


def test_options_are_packed() -> None:
    packed = stream_options("keep_latest", 200, 4)
    assert packed.overflow_policy == stream_pb2.OVERFLOW_POLICY_KEEP_LATEST
    assert (packed.max_frame_age_ms, packed.max_in_flight_frames) == (200, 4)
    assert stream_options("block", 0, 0).overflow_policy == stream_pb2.OVERFLOW_POLICY_BLOCK


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("newest", 0, 0), "stream.overflow_policy"),
        (("block", -1, 0), "stream.max_frame_age_ms"),
        (("block", 0, -1), "stream.max_in_flight_frames"),
    ],
)
def test_options_that_cannot_be_right_are_refused(
    options: tuple[str, int, int], field: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        stream_options(*options)  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field_violations[0].field == field


def test_a_window_is_read_and_lets_at_least_one_frame_go() -> None:
    read = window(
        stream_pb2.StreamWindow(
            max_in_flight_frames=4,
            max_unanswered_frames=64,
            max_message_bytes=100,
            model="m",
            overflow_policy=stream_pb2.OVERFLOW_POLICY_KEEP_LATEST,
        )
    )
    assert (read.max_in_flight_frames, read.max_unanswered_frames) == (4, 64)
    assert (read.max_message_bytes, read.model) == (100, "m")
    assert read.overflow_policy == "keep_latest"
    empty = window(stream_pb2.StreamWindow())
    assert (empty.max_unanswered_frames, empty.overflow_policy) == (1, "block")


def test_bare_images_are_numbered_by_their_position() -> None:
    assert (frame_id(3, b"x"), frame_id(3, Frame(b"x")), frame_id(3, Frame(b"x", 7))) == (3, 3, 7)
    assert (capture_time_us(b"x"), capture_time_us(Frame(b"x", capture_time_us=5))) == (0, 5)
    assert frame_blocks("x.jpg")
    assert not frame_blocks(Frame(b"x"))
    assert not frame_blocks(Frame(text="x"))


def test_a_frames_own_pixel_format_counts() -> None:
    pixels = Frame(np.zeros((2, 2, 3), np.uint8))
    assert pack_frame(pixels, "BGR", None).raw.format == image_pb2.PIXEL_FORMAT_BGR
    own = Frame(pixels.image, pixel_format="RGB")
    assert pack_frame(own, "BGR", None).raw.format == image_pb2.PIXEL_FORMAT_RGB


def test_a_frames_own_tolerance_counts() -> None:
    assert pack_frame(b"x", None, "lenient").tolerance == image_pb2.TOLERANCE_LENIENT
    own = Frame(b"x", tolerance="strict")
    assert pack_frame(own, None, "lenient").tolerance == image_pb2.TOLERANCE_STRICT
    packed, _ = pack_frame_input(own, None, "lenient")
    assert packed is not None
    assert packed.tolerance == image_pb2.TOLERANCE_STRICT
    assert pack_frame(b"x", None, None).tolerance == image_pb2.TOLERANCE_UNSPECIFIED


def test_a_text_can_be_embedded_and_not_looked_at() -> None:
    assert pack_frame_input(Frame(text="a cat"), None, None) == (None, "a cat")
    with pytest.raises(ImageError, match="no image"):
        pack_frame(Frame(text="a cat"), None, None)
    with pytest.raises(InvalidRequest, match="exactly one"):
        pack_frame_input(Frame(b"x", text="a cat"), None, None)


def test_a_frame_that_failed_here_is_answered_like_any_other() -> None:
    error = image_error("gone")
    answer = fail(3, Frame("x.jpg", capture_time_us=5), error)
    assert (answer.frame_id, answer.capture_time_us, answer.error) == (3, 5, error)
