"""The annotated video that `ocelli watch` writes."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from ocelli.client import Detection, draw
from ocelli.client.image import ImageLike
from ocelli.client.media import cv2
from ocelli.client.video import VideoWriter

_MAX_REPEATS_S = 10.0


class Recording:
    """Writes frames with what was found in them. Later frames are fitted into the first's size.

    Args:
        path: where to write.
        fps: frames per second of the video.
        in_real_time: let a frame stand until the next was taken, so that a live source which loses
            frames does not play too fast.
    """

    def __init__(self, path: Path, fps: float, *, in_real_time: bool) -> None:
        self._writer = VideoWriter(path, fps)
        self._fps = fps
        self._in_real_time = in_real_time
        self._size: tuple[int, int] | None = None
        self._begun_us = 0
        self._written = 0

    def write(self, image: ImageLike, found: Iterable[Detection], capture_time_us: int) -> None:
        """Draws on a frame, BGR pixels or the bytes of an image file, and appends it.

        Raises:
            ImageError: the file cannot be written.
        """
        pixels = _pixels(image)
        if pixels is None:
            return
        drawn = draw.annotate(pixels, found, pixel_format="BGR")
        if self._size is None:
            self._size = (drawn.shape[1], drawn.shape[0])
            self._begun_us = capture_time_us
        drawn = _fitted(drawn, self._size)
        for _ in range(self._due(capture_time_us) if self._in_real_time else 1):
            self._writer.write(drawn)
            self._written += 1

    def _due(self, capture_time_us: int) -> int:
        position = round((capture_time_us - self._begun_us) / 1e6 * self._fps)
        return max(0, min(position + 1 - self._written, round(_MAX_REPEATS_S * self._fps)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._writer.close()


def _pixels(image: ImageLike) -> npt.NDArray[np.uint8] | None:
    """The pixels, upright, BGR; None if they cannot be decoded here."""
    if isinstance(image, np.ndarray):
        return image
    if not isinstance(image, bytes) or not image:
        return None
    pixels = cv2.imdecode(np.frombuffer(image, dtype=np.uint8), cv2.IMREAD_COLOR)
    return None if pixels is None else np.asarray(pixels, dtype=np.uint8)


def _fitted(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Scales pixels into a width and height, with black bars where the proportions differ."""
    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    scale = min(size[0] / width, size[1] / height)
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    fitted = np.zeros((size[1], size[0], 3), np.uint8)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    scaled = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    fitted[top : top + height, left : left + width] = scaled
    return fitted
