"""Collections, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ocelli.client.enums import number_of, word_of
from ocelli.client.region import RegionDetector, detector
from ocelli.v1 import collection_pb2

Metric: TypeAlias = Literal["cosine", "dot", "euclid"]
"""How likeness is measured: higher is nearer for cosine and dot, lower for Euclid."""
FieldType: TypeAlias = Literal["keyword", "integer", "float", "bool", "text"]
"""Type of a filterable payload field: a string compared whole, an integer, a number, true or
false, a text found by its words."""

_METRICS: Mapping[Metric, collection_pb2.Metric] = {
    "cosine": collection_pb2.METRIC_COSINE,
    "dot": collection_pb2.METRIC_DOT,
    "euclid": collection_pb2.METRIC_EUCLID,
}
_FIELD_TYPES: Mapping[FieldType, collection_pb2.FieldType] = {
    "keyword": collection_pb2.FIELD_TYPE_KEYWORD,
    "integer": collection_pb2.FIELD_TYPE_INTEGER,
    "float": collection_pb2.FIELD_TYPE_FLOAT,
    "bool": collection_pb2.FIELD_TYPE_BOOL,
    "text": collection_pb2.FIELD_TYPE_TEXT,
}


@dataclass(frozen=True, slots=True)
class Collection:
    """A named set of points of one dimension."""

    name: str
    dimension: int
    """Length of every vector."""
    metric: Metric
    fields: Mapping[str, FieldType] = field(default_factory=dict)
    """Payload fields that filters may name."""
    model: str = ""
    """Embedding model for images and texts; empty if the collection takes vectors only."""
    point_count: int | None = None
    """Points stored, where the call counts them."""
    detector: RegionDetector | None = None
    """Finds the parts of images that are stored; None: images are stored whole."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a collection."""

    alias: str
    collection: str


def metric_number(metric: Metric) -> collection_pb2.Metric:
    """Finds the contract's number of a metric."""
    return number_of(_METRICS, metric, "collection.metric")


def schema(fields: Mapping[str, FieldType]) -> list[collection_pb2.CollectionField]:
    """Packs the filterable fields."""
    return [
        collection_pb2.CollectionField(
            name=name, type=number_of(_FIELD_TYPES, kind, f"collection.fields.{name}")
        )
        for name, kind in fields.items()
    ]


def collection(message: collection_pb2.Collection, point_count: int | None = None) -> Collection:
    """Reads a collection."""
    return Collection(
        name=message.name,
        dimension=message.dimension,
        metric=word_of(_METRICS, message.metric),
        fields={found.name: word_of(_FIELD_TYPES, found.type) for found in message.fields},
        model=message.model,
        point_count=point_count,
        detector=detector(message.detector) if message.HasField("detector") else None,
    )
