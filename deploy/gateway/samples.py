"""Images and a video for the page to try: the demo's media, where they are installed."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_MAX_SAMPLES = 12
_THUMBNAIL_HEIGHT = 72
_THUMBNAIL_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Sample:
    """A file that the page offers."""

    path: Path
    thumbnail: bytes
    """A JPEG, 72 pixels high; of a video, its first frame."""

    @property
    def route(self) -> str:
        """Where it is served."""
        return f"/samples/{self.path.name}"

    @property
    def content_type(self) -> str:
        """Its media type, by its name."""
        return _TYPES[self.path.suffix]


def find_samples(folder: Path, max_bytes: int) -> list[Sample]:
    """Finds at most 12 images and videos, by name.

    Args:
        folder: where to look. It may be missing.
        max_bytes: what is larger is passed over, as is what cannot be decoded.
    """
    found = list(_samples(folder, max_bytes))
    return found[:_MAX_SAMPLES]


def index_of(samples: list[Sample], folder: Path) -> str:
    """What the page reads, as JSON: names, types and thumbnails, and the end of the folder's path.

    The page has no way to read the files that payloads name by path. By that end it knows which of
    them are samples.
    """
    return json.dumps(
        {
            "folder": "/".join(folder.resolve().parts[-2:]),
            "samples": [
                {
                    "name": sample.path.name,
                    "type": sample.content_type,
                    "thumbnail": "data:image/jpeg;base64,"
                    + base64.b64encode(sample.thumbnail).decode(),
                }
                for sample in samples
            ],
        }
    )


def _samples(folder: Path, max_bytes: int) -> Iterator[Sample]:
    for path in sorted(folder.glob("*")):
        is_usable = path.suffix in _TYPES and _NAME.fullmatch(path.name) and path.is_file()
        if is_usable and path.stat().st_size <= max_bytes:
            image = _first_frame(path)
            if image is not None:
                yield Sample(path, _thumbnail(image))


def _first_frame(path: Path) -> npt.NDArray[np.uint8] | None:
    """The pixels of an image or of the first frame of a video, (h, w, 3) BGR."""
    if _TYPES[path.suffix].startswith("image/"):
        return cv2.imread(str(path), cv2.IMREAD_COLOR)  # type: ignore[return-value]  # uint8 always
    video = cv2.VideoCapture(str(path))
    try:
        is_read, frame = video.read()
    finally:
        video.release()
    return frame if is_read else None  # type: ignore[return-value]  # likewise


def _thumbnail(image: npt.NDArray[np.uint8]) -> bytes:
    height, width = image.shape[:2]
    size = (max(1, round(width * _THUMBNAIL_HEIGHT / height)), _THUMBNAIL_HEIGHT)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _THUMBNAIL_QUALITY])
    return encoded.tobytes()
