"""What every source offers."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ocelli.client.image import Frame


@dataclass(frozen=True, slots=True, eq=False)
class SourceFrame:
    """A frame and its origin."""

    frame: Frame
    """The image: uint8 **BGR** pixels of shape (H, W, 3), or the bytes of an image file.

    `frame_id` counts from 0 what the source read, so it skips what was dropped. `capture_time_us`
    is the time since the beginning of a recording, and for a live source since 1970."""
    read_s: float
    """When it was read, by `time.monotonic`."""
    name: str = ""
    """Name of the file in its folder; empty for sources that are no folders."""


class Source(ABC):
    """A row of frames that has an end, or is live."""

    name: str
    """What to call it; passwords are left out."""
    live: bool = False
    """It shows what happens now: whoever does not keep up misses frames."""
    fps: float
    """Frames per second, as the source says or as it was told."""
    frame_count: int
    """Frames it has, as it estimates them; 0 if it does not know."""

    @property
    def dropped(self) -> int:
        """Frames that were read and, being superseded by newer ones, never given out."""
        return 0

    @abstractmethod
    def frames(self) -> Iterator[SourceFrame]:
        """Yields the frames in order. To be called once.

        Raises:
            ImageError: the source failed, or sent nothing for longer than allowed.
        """

    def close(self) -> None:  # noqa: B027  most sources hold nothing that is to be let go
        """Lets go of the device or connection; ends `frames` in any thread."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
