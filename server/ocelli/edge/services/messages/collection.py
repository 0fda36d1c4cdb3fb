"""Collections of the contract as the edge's own, and back."""

from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.index.schema import Collection, FieldType, Metric
from ocelli.edge.services.messages.region import detector_message, read_detector
from ocelli.v1 import collection_pb2

_METRICS = {
    collection_pb2.METRIC_UNSPECIFIED: Metric.COSINE,
    collection_pb2.METRIC_COSINE: Metric.COSINE,
    collection_pb2.METRIC_DOT: Metric.DOT,
    collection_pb2.METRIC_EUCLID: Metric.EUCLID,
}
_METRIC_VALUES = {
    Metric.COSINE: collection_pb2.METRIC_COSINE,
    Metric.DOT: collection_pb2.METRIC_DOT,
    Metric.EUCLID: collection_pb2.METRIC_EUCLID,
}
_FIELD_TYPES = {
    collection_pb2.FIELD_TYPE_KEYWORD: FieldType.KEYWORD,
    collection_pb2.FIELD_TYPE_INTEGER: FieldType.INTEGER,
    collection_pb2.FIELD_TYPE_FLOAT: FieldType.FLOAT,
    collection_pb2.FIELD_TYPE_BOOL: FieldType.BOOL,
    collection_pb2.FIELD_TYPE_TEXT: FieldType.TEXT,
}
_FIELD_TYPE_VALUES = {ours: theirs for theirs, ours in _FIELD_TYPES.items()}


def read_collection(message: collection_pb2.Collection) -> Collection:
    """The collection of a request, as sent.

    Raises:
        OcelliError: INVALID_FIELD.
    """
    metric = _METRICS.get(message.metric)
    if metric is None:
        raise invalid_field(f"metric is {message.metric}; expected a Metric", "collection.metric")
    fields: dict[str, FieldType] = {}
    for position, field in enumerate(message.fields):
        field_type = _FIELD_TYPES.get(field.type)
        path = f"collection.fields[{position}]"
        if field_type is None:
            raise invalid_field(
                f"type of field {quote(field.name)} is {field.type}; expected KEYWORD, INTEGER, "
                "FLOAT, BOOL or TEXT",
                f"{path}.type",
            )
        if field.name in fields:
            raise invalid_field(
                f"field {quote(field.name)} is listed twice; list it once", f"{path}.name"
            )
        fields[field.name] = field_type
    return Collection(
        name=message.name,
        dimension=message.dimension,
        metric=metric,
        fields=fields,
        model=message.model,
        detector=read_detector(message.detector) if message.HasField("detector") else None,
    )


def collection_message(collection: Collection) -> collection_pb2.Collection:
    """A collection as the contract has it."""
    return collection_pb2.Collection(
        name=collection.name,
        dimension=collection.dimension,
        metric=_METRIC_VALUES[collection.metric],
        fields=[
            collection_pb2.CollectionField(name=name, type=_FIELD_TYPE_VALUES[field_type])
            for name, field_type in collection.fields.items()
        ],
        model=collection.model,
        detector=None if collection.detector is None else detector_message(collection.detector),
    )
