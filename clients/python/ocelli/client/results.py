"""What calls return: plain frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from ocelli.client.detection import Box, Detection
from ocelli.client.errors import OcelliError
from ocelli.client.payload import PayloadValue
from ocelli.client.region import IndexedRegion
from ocelli.client.vector import FloatVector

DropReason: TypeAlias = Literal["superseded", "too_old"]
"""Why a frame was not looked at: a newer one took its place, or it grew older than
`max_frame_age_ms`."""
OverflowPolicy: TypeAlias = Literal["block", "keep_latest"]
"""What happens to frames that arrive faster than they are answered: all are looked at and the
sender waits, or the newest are looked at and older ones are answered as dropped."""

WarningReason: TypeAlias = Literal["damaged"]
"""What an image is warned of: the file is damaged or cut short, and some pixels are not what they
were."""

T = TypeVar("T")


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
class ImageWarning:
    """Something to know of an image that was used all the same."""

    reason: WarningReason
    """What it is."""
    message: str
    """The same for people: one line."""


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
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image; usually empty."""


@dataclass(frozen=True, slots=True)
class Classification:
    """A class that an image may show."""

    score: float
    """How sure the model is, 0 to 1."""
    label: str
    """Name of the class, empty if the model has no labels."""
    class_id: int
    """Number of the class, from 0."""


@dataclass(frozen=True, slots=True)
class ClassifyResult:
    """What one image shows."""

    classifications: tuple[Classification, ...]
    """The classes, best score first."""
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
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image; usually empty."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text."""

    text: str
    """What it says, in Unicode's composed form (NFC)."""
    score: float
    """How sure the model is of the text, 0 to 1."""
    corners: tuple[tuple[float, float], ...]
    """Four points x, y in pixels of the upright image, in the order of reading: where the line
    begins and ends at its top, then below that, and below where it begins."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one image says."""

    lines: tuple[TextLine, ...]
    """The lines, from top to bottom, and from left to right beside each other."""
    unread_lines: int
    """How many more places looked like text than were to be read."""
    width: int
    """Width of the upright image in pixels."""
    height: int
    """Height of the upright image in pixels."""
    model: str
    """The model that found the lines."""
    model_version: str
    """Its version in the model repository."""
    timings: Timings = field(default_factory=Timings, repr=False)
    """Where the time went."""
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image; usually empty."""

    @property
    def text(self) -> str:
        """All lines, with newlines between."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True, eq=False)
class EmbedResult:
    """The vector of one image or text."""

    vector: FloatVector
    """float32, shape (dimension,). Of length 1 (L2) unless the raw vector was asked for."""
    width: int
    """Width of the upright image in pixels, 0 for a text."""
    height: int
    """Height of the upright image in pixels, 0 for a text."""
    model: str
    """The model that looked or read. Vectors of different models can be compared only if both share
    a space; see `ModelInfo.space`."""
    model_version: str
    """Its version in the model repository."""
    timings: Timings = field(default_factory=Timings, repr=False)
    """Where the time went."""
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image; usually empty."""

    def __repr__(self) -> str:
        return (
            f"EmbedResult(vector=float32[{len(self.vector)}], width={self.width}, "
            f"height={self.height}, model={self.model!r}, model_version={self.model_version!r})"
        )


@dataclass(frozen=True, slots=True)
class StreamWindow:
    """What the server lets a stream have under way. It may change in the middle of a stream."""

    max_in_flight_frames: int
    """Frames or items that are decoded and inferred at once."""
    max_unanswered_frames: int
    """Frames or items that may be sent and not yet answered."""
    max_message_bytes: int
    """Largest message that the server reads; 0 if it does not say."""
    model: str
    """The model that answers."""
    overflow_policy: OverflowPolicy
    """What happens to frames that arrive faster than they are answered."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A frame that the server did not look at."""

    reason: DropReason
    """Why."""
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
class IndexResult:
    """A stored point, or those of an image's parts."""

    model: str
    """The model that looked."""
    model_version: str
    """Its version in the model repository."""
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image; usually empty."""
    regions: tuple[IndexedRegion, ...] = ()
    """The parts of the image that were stored, best first, if the collection has a detector."""


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The answer to one item of an indexing stream. Either result or error is set."""

    id: str
    """Id of the point."""
    result: IndexResult | None = None
    """The point is stored."""
    error: OcelliError | None = None
    """Why it is not. The stream goes on."""
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
class SearchedRegion:
    """A part of an image that was searched with."""

    box: Box
    """Where it is, in pixels of the upright image."""
    label: str
    """What the detector calls it; empty if the image named the region, or nothing was detected."""
    score: float
    """How sure the detector is, 0 to 1; 0 if `label` is empty."""
    hits: tuple[Hit, ...] = ()
    """Nearest first; only if every detection was searched with by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """The points found, nearest first. Iterates over its hits."""

    hits: tuple[Hit, ...]
    """Nearest first."""
    timings: Timings = field(repr=False)
    """Where the time went; `inference_us` is 0 unless an image or a text was embedded."""
    engine_us: int = field(repr=False)
    """Time in the vector engine, in microseconds."""
    warnings: tuple[ImageWarning, ...] = ()
    """What there is to know of the image that was searched with; usually empty."""
    regions: tuple[SearchedRegion, ...] = ()
    """The parts of the image that were searched with, if the collection has a detector; if each of
    them was by itself, they have the hits."""

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, at: int) -> Hit:
        return self.hits[at]


@dataclass(frozen=True, slots=True)
class DuplicateProgress:
    """How far a search for duplicates has come."""

    points_done: int
    """Points looked at."""
    points_total: int
    """Points to look at."""


@dataclass(frozen=True, slots=True, eq=False)
class DuplicateGroup:
    """Points that are nearly the same."""

    points: tuple[Hit, ...]
    """At least two, at most 1000 of them, by id; the score is that of the nearest other one."""
    size: int
    """Points in the group."""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answer to one of many searches. Either result or error is set."""

    result: SearchResult | None = None
    """What was found."""
    error: OcelliError | None = None
    """Why this search failed. The others are answered all the same."""
