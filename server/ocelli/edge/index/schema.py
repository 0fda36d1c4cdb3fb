"""What a collection is: its dimension, its metric and the payload fields that filters may name."""

from enum import StrEnum
from typing import TypeAlias, Union

import msgspec

Scalar: TypeAlias = str | int | float | bool
Json: TypeAlias = Union[Scalar, list["Json"], dict[str, "Json"], None]  # noqa: UP007  # a string cannot be or-ed


class Metric(StrEnum):
    """How likeness of two vectors is measured, and so what a score means."""

    COSINE = "cosine"
    """Cosine of the angle, -1 to 1, higher is nearer. Vectors are stored scaled to length 1."""
    DOT = "dot"
    """Dot product, higher is nearer."""
    EUCLID = "euclid"
    """Euclidean distance, lower is nearer."""


class FieldType(StrEnum):
    """Type of a filterable payload field; a list of values of the type is allowed too."""

    KEYWORD = "keyword"
    """A string, compared whole."""
    INTEGER = "integer"
    """A whole number of at most 53 bits; 3.0 counts as 3, since JSON has one kind of number."""
    FLOAT = "float"
    """A finite number."""
    BOOL = "bool"
    """True or false."""
    TEXT = "text"
    """A text, found by its words; engines get the words, as a list, and treat each as a keyword."""


class RegionDetector(msgspec.Struct, frozen=True, kw_only=True):
    """What finds the parts of an image that are embedded and stored by themselves."""

    model: str
    """Detection model."""
    labels: tuple[str, ...] = ()
    """Labels to keep; none for all."""
    min_score: float | None = None
    """Lowest score to keep, 0 to 1; None for the model's own threshold."""
    min_size_px: float = 0.0
    """Shortest side to keep, in pixels of the upright image."""
    max_regions: int = 16
    """Most regions of an image, best first."""
    margin: float = 0.0
    """What is added to every side of a region, as a share of its width and height."""


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of points of one dimension."""

    name: str
    """`[a-z0-9][a-z0-9_-]{0,62}`."""
    dimension: int
    """Length of every vector, 1 to 65536."""
    metric: Metric = Metric.COSINE
    fields: dict[str, FieldType] = {}
    """Payload fields that filters may name, by name."""
    model: str = ""
    """Embedding model that turns images into vectors for this collection; "" for none."""
    detector: RegionDetector | None = None
    """Finds the parts of images that are stored; None: images are stored whole."""
