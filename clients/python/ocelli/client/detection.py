"""What a found object is, in float pixels of the upright image: origin top-left, y down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, maxima exclusive. `x0, y0, x1, y1 = box` works."""

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
class OrientedBox:
    """A rectangle that may stand at an angle."""

    center_x: float
    """Distance of its centre from the left edge of the image."""
    center_y: float
    """Distance of its centre from the top edge of the image."""
    width: float
    """Length of the sides that lie along x at angle 0."""
    height: float
    """Length of the other sides."""
    angle: float
    """How far it is turned about its centre, in degrees, clockwise as seen in the image; at least
    -180 and below 180."""


@dataclass(frozen=True, slots=True)
class Keypoint:
    """A point of a found object."""

    name: str
    """What it is, such as "left_eye"; empty if the model names none."""
    x: float
    """Distance from the left edge."""
    y: float
    """Distance from the top edge."""
    score: float | None = None
    """How sure the model is that it can be seen, 0 to 1; None if it does not say."""


@dataclass(frozen=True, slots=True, eq=False)
class MaskRuns:
    """The pixels of an object, exactly, within a part of the image."""

    x_min: int
    """Left edge of that part, in whole pixels."""
    y_min: int
    """Top edge of that part."""
    width: int
    """Width of that part."""
    height: int
    """Height of that part."""
    lengths: tuple[int, ...] = field(repr=False)
    """Lengths of runs, row by row; they alternate, and the first is outside the object."""

    def pixels(self) -> npt.NDArray[np.bool_]:
        """Which pixels of the part belong to the object: bool, shape (height, width)."""
        inside = np.arange(len(self.lengths)) % 2 == 1
        return np.repeat(inside, self.lengths).reshape(self.height, self.width)


@dataclass(frozen=True, slots=True, eq=False)
class MaskPolygons:
    """The outlines of an object. A pixel within an odd number of them belongs to it."""

    polygons: tuple[npt.NDArray[np.float32], ...]
    """The corners of each: float32, shape (corners, 2), x and y. The last one joins the first."""


Mask: TypeAlias = MaskRuns | MaskPolygons
"""Which pixels of the image belong to an object."""
MaskFormat: TypeAlias = Literal["runs", "polygons"]
"""How masks are told: exactly, or as outlines, which are smaller."""


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
    keypoints: tuple[Keypoint, ...] = ()
    """Points that the model names or numbers, in its order; empty unless it finds them."""
    mask: Mask | None = None
    """Its pixels; None unless the model finds them and they were asked for."""
    oriented_box: OrientedBox | None = None
    """The box as the model turned it, `box` being the upright one around it; None unless the model
    finds oriented boxes."""
    track_id: int | None = None
    """The same for the same object within one stream; None unless the stream tracks objects."""

    def __repr__(self) -> str:
        return f"Detection({self.label or self.class_id} {self.score:.2f} {self.box!r})"
