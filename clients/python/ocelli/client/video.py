"""Frames out of video files and into them. Needs the extra `media`."""

from collections.abc import Generator
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from ocelli.client.errors import image_error
from ocelli.client.image import Frame
from ocelli.client.media import cv2

_DEFAULT_FPS = 25.0


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """How a video file describes itself."""

    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    fps: float
    """Frames per second; 25 if the file does not say."""
    frame_count: int
    """Frames, as the file estimates them; 0 if it does not say."""


def probe(path: str | PathLike[str]) -> VideoInfo:
    """Reads how a video file describes itself.

    Raises:
        ImageError: the file cannot be read as a video.
    """
    capture = _opened(path)
    try:
        return VideoInfo(
            width=int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            height=int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            fps=capture.get(cv2.CAP_PROP_FPS) or _DEFAULT_FPS,
            frame_count=max(0, int(capture.get(cv2.CAP_PROP_FRAME_COUNT))),
        )
    finally:
        capture.release()


def frames(path: str | PathLike[str]) -> Generator[Frame, None, None]:
    """Yields a video's frames in order, each decoded when it is asked for.

    Images are uint8 arrays of shape (H, W, 3), **BGR** as OpenCV decodes them, and marked so.
    `frame_id` counts from 0, `capture_time_us` is the time since the beginning of the video.

    Raises:
        ImageError: the file cannot be read as a video.
    """
    capture = _opened(path)
    fps = capture.get(cv2.CAP_PROP_FPS) or _DEFAULT_FPS
    frame_id = 0
    try:
        while True:
            read, pixels = capture.read()
            if not read:
                return
            yield Frame(
                np.asarray(pixels, dtype=np.uint8),
                frame_id=frame_id,
                capture_time_us=round(frame_id * 1_000_000 / fps),
                pixel_format="BGR",
            )
            frame_id += 1
    finally:
        capture.release()


class VideoWriter:
    """Writes frames as an MP4 file. The first frame fixes its size.

    Args:
        path: where to write; a folder of it must exist.
        fps: frames per second.
    """

    def __init__(self, path: str | PathLike[str], fps: float) -> None:
        self._path = Path(path)
        self._fps = fps
        self._writer: cv2.VideoWriter | None = None
        self._shape: tuple[int, ...] = ()

    def write(self, pixels: npt.NDArray[np.uint8]) -> None:
        """Appends a frame: uint8 BGR of shape (H, W, 3).

        Raises:
            ImageError: the file cannot be written, or the frame's size differs from the first's.
        """
        if self._writer is None:
            self._shape = pixels.shape
            self._writer = self._open()
        if pixels.shape != self._shape:
            raise image_error(
                f"a frame of shape {pixels.shape} in a video of frames of shape {self._shape}"
            )
        self._writer.write(pixels)

    def close(self) -> None:
        """Finishes the file."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> cv2.VideoWriter:
        height, width = self._shape[:2]
        fourcc = cv2.VideoWriter.fourcc(*"mp4v")
        writer = cv2.VideoWriter(str(self._path), fourcc, self._fps, (width, height))
        if not writer.isOpened():
            raise image_error(f"cannot write a video to {self._path}; try a name that ends in .mp4")
        return writer


def _opened(path: str | PathLike[str]) -> cv2.VideoCapture:
    if not Path(path).is_file():
        raise image_error(f"cannot read {path}: no such file")
    capture = cv2.VideoCapture(fspath(path))
    if not capture.isOpened():
        raise image_error(f"{path} is not a video that OpenCV can decode")
    return capture
