"""Frames of video files."""

import threading
import time
from collections.abc import Iterator

from ocelli.client.source.base import Source, SourceFrame
from ocelli.client.source.source_uri import SourceUri
from ocelli.client.video import frames, probe

_DECODE_TIMEOUT_S = 2.0


class RecordedSource(Source):
    """A video file. Frames are decoded when they are asked for.

    Raises:
        ImageError: the file cannot be read as a video.
    """

    def __init__(self, uri: SourceUri) -> None:
        info = probe(uri.target)
        self.name = uri.name
        self.fps = info.fps
        self.frame_count = info.frame_count
        self._frames = frames(uri.target)
        self._reading = threading.Lock()
        self._closed = False

    def frames(self) -> Iterator[SourceFrame]:
        """Yields the frames; see `Source.frames`."""
        while True:
            with self._reading:
                frame = None if self._closed else next(self._frames, None)
            if frame is None:
                return
            yield SourceFrame(frame, time.monotonic())

    def close(self) -> None:
        """Waits for the frame that is being decoded, in whatever thread, and lets go of the file.

        A process that ends while another thread is in OpenCV's decoder is aborted by it.
        """
        self._closed = True
        if self._reading.acquire(timeout=_DECODE_TIMEOUT_S):
            self._frames.close()
            self._reading.release()
