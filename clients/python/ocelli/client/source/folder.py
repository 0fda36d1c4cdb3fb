"""The images of a folder as frames."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from ocelli.client.errors import image_error
from ocelli.client.image import Frame
from ocelli.client.source.base import Source, SourceFrame
from ocelli.client.source.source_uri import SourceUri

DEFAULT_FPS = 5.0

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".bmp", ".tif", ".tiff"}
_NUMBER = re.compile(r"(\d+)")


class FolderSource(Source):
    """All images in a folder and the folders in it, `2.jpg` before `10.jpg`, as they stand.

    Args:
        uri: the folder.
        fps: how many of them make a second.

    Raises:
        ImageError: there are none.
    """

    def __init__(self, uri: SourceUri, *, fps: float = DEFAULT_FPS) -> None:
        self.name = uri.name
        self.fps = fps
        self._folder = Path(uri.target)
        self._files = sorted(
            (
                path
                for path in self._folder.rglob("*")
                if path.suffix.lower() in _SUFFIXES and path.is_file()
            ),
            key=_in_counting_order,
        )
        self.frame_count = len(self._files)
        if not self._files:
            raise image_error(
                f"there are no images in {uri.target} (looked for {', '.join(sorted(_SUFFIXES))})"
            )

    def frames(self) -> Iterator[SourceFrame]:
        """Yields the files' bytes; see `Source.frames`.

        A file that cannot be read goes as a path, so that its answer tells why.
        """
        for number, path in enumerate(self._files):
            try:
                image: bytes | Path = path.read_bytes()
            except OSError:
                image = path
            frame = Frame(image, frame_id=number, capture_time_us=round(number * 1e6 / self.fps))
            yield SourceFrame(frame, time.monotonic(), path.relative_to(self._folder).as_posix())


def _in_counting_order(path: Path) -> list[tuple[int, str]]:
    # Pieces alternate between text and digits; the length of the digits decides before they do.
    return [
        (len(piece.lstrip("0")), piece.lstrip("0")) if position % 2 else (0, piece.lower())
        for position, piece in enumerate(_NUMBER.split(path.as_posix()))
    ]
