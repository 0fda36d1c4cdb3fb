"""OpenCV's readers of cameras and addresses, with an end to their patience."""

import time

from ocelli.client.errors import ImageError, image_error
from ocelli.client.media import cv2
from ocelli.client.source.source_uri import Kind, SourceUri

DEFAULT_FPS = 25.0
# FFmpeg's own patience ends a little before or after the time it was given.
STALLED_SHARE = 0.8

_MAX_FPS = 240.0


def open_capture(uri: SourceUri, timeout_s: float) -> "cv2.VideoCapture":
    """Opens a camera or an address.

    Args:
        uri: what to open.
        timeout_s: longest that opening, and later each read of an address, may take.

    Raises:
        ImageError: it cannot be opened.
    """
    begun_s = time.monotonic()
    if uri.kind is Kind.CAMERA:
        capture = _open_camera(uri.target)
    else:
        timeout_ms = max(1, round(timeout_s * 1000))
        limits = (cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, cv2.CAP_PROP_READ_TIMEOUT_MSEC)
        capture = cv2.VideoCapture(
            uri.target, cv2.CAP_FFMPEG, [word for limit in limits for word in (limit, timeout_ms)]
        )
    if not capture.isOpened():
        if time.monotonic() - begun_s > STALLED_SHARE * timeout_s:
            raise stalled(uri, timeout_s)
        raise _not_opened(uri)
    return capture


def stalled(uri: SourceUri, timeout_s: float) -> ImageError:
    """Makes the error of a source from which nothing came in time."""
    return image_error(
        f"{uri.name} sent nothing for {timeout_s:g} s; is it still on, or allow it more time"
    )


def stated_fps(capture: "cv2.VideoCapture") -> float:
    """Frames per second as the source says, or 25 if it says nothing that can be true."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    return fps if 0 < fps <= _MAX_FPS else DEFAULT_FPS


def _open_camera(target: str) -> "cv2.VideoCapture":
    if target.isdigit():
        capture = cv2.VideoCapture(int(target))
    else:
        capture = cv2.VideoCapture(target, cv2.CAP_V4L2)
    # The driver would hand out old frames first.
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _not_opened(uri: SourceUri) -> ImageError:
    if uri.kind is Kind.CAMERA:
        return image_error(
            f"cannot open {uri.name}; is it plugged in, free, and yours to read "
            "(ls -l /dev/video*)?"
        )
    return image_error(
        f"cannot open {uri.name}; check the address, user and password, and that it is a video"
    )
