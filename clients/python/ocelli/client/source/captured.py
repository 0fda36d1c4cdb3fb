"""Frames of cameras and addresses, read in a thread of their own."""

import math
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future

import numpy as np

from ocelli.client.errors import OcelliError
from ocelli.client.image import Frame
from ocelli.client.media import cv2
from ocelli.client.source.base import Source, SourceFrame
from ocelli.client.source.capture import STALLED_SHARE, open_capture, stalled, stated_fps
from ocelli.client.source.latest_slot import LatestSlot
from ocelli.client.source.source_uri import SourceUri

_LEAVE_TIMEOUT_S = 2.0


class CapturedSource(Source):
    """A camera or an address. An address that states its length is a recording, all else is live.

    A thread reads as fast as frames come. From a live source the newest wins while nobody takes
    them; of a recording, or with `keep_all`, the thread waits.

    Args:
        uri: a camera or an address.
        keep_all: drop nothing; a live source then fills whatever buffers lie before this one.
        stall_timeout_s: longest to wait for opening and for each frame.

    Raises:
        ImageError: it cannot be opened, or not in time.
    """

    def __init__(self, uri: SourceUri, *, keep_all: bool, stall_timeout_s: float) -> None:
        self.name = uri.name
        self._uri = uri
        self._stall_timeout_s = stall_timeout_s
        self._capture = self._open()
        self.fps = stated_fps(self._capture)
        self.frame_count = max(0, int(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)))
        self.live = not self.frame_count
        self._slot: LatestSlot[SourceFrame] = LatestSlot(newest=self.live and not keep_all)
        # A driver that never returns must not keep the process from ending.
        self._thread = threading.Thread(target=self._read_all, name=self.name, daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Frames that newer ones superseded before they were taken."""
        return self._slot.dropped

    def frames(self) -> Iterator[SourceFrame]:
        """Yields the frames; see `Source.frames`."""
        while True:
            try:
                read = self._slot.take(self._stall_timeout_s + _LEAVE_TIMEOUT_S)
            except TimeoutError:
                raise stalled(self._uri, self._stall_timeout_s) from None
            if read is None:
                return
            yield read

    def close(self) -> None:
        """Ends the thread, unless the driver keeps it."""
        self._slot.close()
        self._thread.join(_LEAVE_TIMEOUT_S)

    def _open(self) -> "cv2.VideoCapture":
        """Opens it in a thread, for neither drivers nor the look-up of a host's name hear us."""
        opened: Future[cv2.VideoCapture] = Future()

        def run() -> None:
            try:
                capture = open_capture(self._uri, self._stall_timeout_s)
            except OcelliError as error:
                opened.set_exception(error)
            else:
                opened.set_result(capture)

        threading.Thread(target=run, name=f"open {self.name}", daemon=True).start()
        try:
            return opened.result(self._stall_timeout_s + _LEAVE_TIMEOUT_S)
        except TimeoutError:
            opened.add_done_callback(_release)
            raise stalled(self._uri, self._stall_timeout_s) from None

    def _read_all(self) -> None:
        frame_id, failure, waited_s = 0, None, -math.inf
        while True:
            begun_s = time.monotonic()
            read, pixels = self._capture.read()
            read_s = time.monotonic()
            if read_s - begun_s > STALLED_SHARE * self._stall_timeout_s:
                waited_s = read_s
            if not read:
                # Having lost patience, the decoder first gives out what it still holds.
                if read_s - waited_s < STALLED_SHARE * self._stall_timeout_s:
                    failure = stalled(self._uri, self._stall_timeout_s)
                break
            frame = Frame(
                np.asarray(pixels, dtype=np.uint8),
                frame_id=frame_id,
                capture_time_us=self._capture_time_us(frame_id),
                pixel_format="BGR",
            )
            if not self._slot.put(SourceFrame(frame, read_s)):
                break
            frame_id += 1
        self._capture.release()
        self._slot.close(failure)

    def _capture_time_us(self, frame_id: int) -> int:
        return time.time_ns() // 1000 if self.live else round(frame_id * 1e6 / self.fps)


def _release(opened: "Future[cv2.VideoCapture]") -> None:
    if opened.exception() is None:
        opened.result().release()
