"""From a user's word to a source."""

from ocelli.client.source.base import Source
from ocelli.client.source.captured import CapturedSource
from ocelli.client.source.folder import DEFAULT_FPS, FolderSource
from ocelli.client.source.recorded import RecordedSource
from ocelli.client.source.source_uri import Kind, parse_source_uri

DEFAULT_STALL_TIMEOUT_S = 10.0


def open_source(
    text: str,
    *,
    keep_all: bool = False,
    stall_timeout_s: float = DEFAULT_STALL_TIMEOUT_S,
    folder_fps: float = DEFAULT_FPS,
) -> Source:
    """Opens what a word names.

    Args:
        text: path of a video file or of a folder of images, `0` or `/dev/video0` for a camera, or
            an address that FFmpeg reads, such as `rtsp://…` or `http://…`.
        keep_all: drop no frame of a live source; its sender then has to wait.
        stall_timeout_s: longest to wait for a live source to open, and for each of its frames.
        folder_fps: how many images of a folder make a second.

    Raises:
        ImageError: it cannot be opened; the message says what to do.
    """
    uri = parse_source_uri(text)
    match uri.kind:
        case Kind.FILE:
            return RecordedSource(uri)
        case Kind.FOLDER:
            return FolderSource(uri, fps=folder_fps)
        case _:
            return CapturedSource(uri, keep_all=keep_all, stall_timeout_s=stall_timeout_s)
