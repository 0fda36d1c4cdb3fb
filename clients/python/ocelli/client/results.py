"""What calls return: plain frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from ocelli.client.errors import OcelliError
from ocelli.client.payload import PayloadValue

FloatVector = npt.NDArray[np.float32]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in float pixels of the upright image.

    Origin top-left, x to the right, y down, maxima exclusive. `x0, y0, x1, y1 = box` works.
    """

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def __iter__(self) -> Iterator[float]:
        return iter((self.x_min, self.y_min, self.x_max, self.y_max))

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.x_max - self.x_min

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.y_max - self.y_min

    def __repr__(self) -> str:
        return f"Box({self.x_min:.1f}, {self.y_min:.1f}, {self.x_max:.1f}, {self.y_max:.1f})"


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time of one image went, as the server measured it, in microseconds."""

    decode_us: int = 0
    """Reading the header, decoding, orienting and resizing."""
    queue_us: int = 0
    """Waiting for a decoding thread."""
    inference_us: int = 0
    """From handing the tensor to Triton to having its answer."""
    postprocess_us: int = 0
    """Turning the model's outputs into the answer."""
    total_us: int = 0
    """From the arrival of the message to the answer."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One found object."""

    box: Box
    """Where it is, in pixels of the upright image."""
    score: float
    """How sure the model is, 0 to 1."""
    label: str
    """Name of the class, empty if the model has no labels."""
    class_id: int
    """Number of the class, from 0."""

    def __repr__(self) -> str:
        return f"Detection({self.label or self.class_id} {self.score:.2f} {self.box!r})"


@dataclass(frozen=True, slots=True)
class DetectResult:
    """What was found in one image."""

    detections: tuple[Detection, ...]
    """The objects, best score first."""
    width: int
    """Width of the upright image in pixels."""
    height: int
    """Height of the upright image in pixels."""
    model: str
    """The model that looked."""
    model_version: str
    """Its version in the model repository."""
    timings: Timings = field(default_factory=Timings, repr=False)
    """Where the time went."""


@dataclass(frozen=True, slots=True, eq=False)
class EmbedResult:
    """The vector of one image."""

    vector: FloatVector
    """float32, shape (dimension,). Of length 1 (L2) unless the raw vector was asked for."""
    width: int
    """Width of the upright image in pixels."""
    height: int
    """Height of the upright image in pixels."""
    model: str
    """The model that looked. Vectors of different models cannot be compared."""
    model_version: str
    """Its version in the model repository."""
    timings: Timings = field(default_factory=Timings, repr=False)
    """Where the time went."""

    def __repr__(self) -> str:
        return (
            f"EmbedResult(vector=float32[{len(self.vector)}], width={self.width}, "
            f"height={self.height}, model={self.model!r}, model_version={self.model_version!r})"
        )


@dataclass(frozen=True, slots=True)
class Dropped:
    """A frame that the server did not look at."""

    reason: Literal["superseded", "too_old"]
    """A newer frame took its place, or it grew older than `max_frame_age_ms`."""
    age_us: int
    """How old it was, in microseconds since it arrived."""


@dataclass(frozen=True, slots=True)
class FrameAnswer(Generic[T]):
    """The answer to one frame of a stream. Exactly one of result, error, dropped is set."""

    frame_id: int
    """As sent."""
    capture_time_us: int
    """As sent."""
    result: T | None = None
    """What was found."""
    error: OcelliError | None = None
    """Why this frame failed. The stream goes on."""
    dropped: Dropped | None = None
    """Why this frame was not looked at. The stream goes on."""


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The answer to one image of an indexing stream."""

    id: str
    """Id of the point."""
    error: OcelliError | None = None
    """Why this image was not stored, or None if it was."""
    timings: Timings = field(default_factory=Timings, repr=False)
    """Where the time went."""


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """One found point."""

    id: str
    """Its id."""
    score: float
    """How near it is, in the collection's metric."""
    payload: dict[str, PayloadValue]
    """What is known of it; empty if it was to be left out."""
    vector: FloatVector | None = field(default=None, repr=False)
    """float32, shape (dimension,), if it was asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """The points found, nearest first. Iterates over its hits."""

    hits: tuple[Hit, ...]
    """Nearest first."""
    timings: Timings = field(repr=False)
    """Where the time went; `inference_us` is 0 unless an image was embedded."""
    engine_us: int = field(repr=False)
    """Time in the vector engine, in microseconds."""

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, at: int) -> Hit:
        return self.hits[at]
