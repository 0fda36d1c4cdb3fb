"""Frames of video files."""

import threading
import time
from collections.abc import Iterator

from ocelli.client.source.place import Place
from ocelli.client.source.shot import Shot, Source
from ocelli.client.video import frames, probe

_DECODE_TIMEOUT_S = 2.0


class RecordedSource(Source):
    """A video file. Frames are decoded when they are asked for.

    Raises:
        ImageError: the file cannot be read as a video.
    """

    def __init__(self, place: Place) -> None:
        info = probe(place.target)
        self.name = place.name
        self.fps = info.fps
        self.frame_count = info.frame_count
        self._frames = frames(place.target)
        self._reading = threading.Lock()
        self._closed = False

    def shots(self) -> Iterator[Shot]:
        """Yields the frames; see `Source.shots`."""
        while True:
            with self._reading:
                frame = None if self._closed else next(self._frames, None)
            if frame is None:
                return
            yield Shot(frame, time.monotonic())

    def close(self) -> None:
        """Waits for the frame that is being decoded, in whatever thread, and lets go of the file.

        A process that ends while another thread is in OpenCV's decoder is aborted by it.
        """
        self._closed = True
        if self._reading.acquire(timeout=_DECODE_TIMEOUT_S):
            self._frames.close()
            self._reading.release()
