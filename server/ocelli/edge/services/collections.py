"""Collections, filters and payloads of the contract as the edge's own, and back."""

from typing import Any

from google.protobuf import json_format, struct_pb2

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index import filters
from ocelli.edge.index.limits import MAX_FILTER_DEPTH
from ocelli.edge.index.port import Payload
from ocelli.edge.index.schema import Collection, FieldType, Metric, Scalar
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
}
_FIELD_TYPE_VALUES = {ours: theirs for theirs, ours in _FIELD_TYPES.items()}

_GROUPS: dict[str, type[filters.AllOf | filters.AnyOf | filters.NoneOf]] = {
    "all_of": filters.AllOf,
    "any_of": filters.AnyOf,
    "none_of": filters.NoneOf,
}


def read_collection(message: collection_pb2.Collection) -> Collection:
    """The collection of a request, as sent.

    Raises:
        OcelliError: INVALID_FIELD.
    """
    metric = _METRICS.get(message.metric)
    if metric is None:
        raise _invalid("collection.metric", f"metric is {message.metric}; expected a Metric")
    fields: dict[str, FieldType] = {}
    for position, field in enumerate(message.fields):
        field_type = _FIELD_TYPES.get(field.type)
        path = f"collection.fields[{position}]"
        if field_type is None:
            raise _invalid(
                f"{path}.type",
                f"type of field {field.name!r} is {field.type}; expected KEYWORD, INTEGER, FLOAT "
                "or BOOL",
            )
        if field.name in fields:
            raise _invalid(f"{path}.name", f"field {field.name!r} is listed twice; list it once")
        fields[field.name] = field_type
    return Collection(
        name=message.name,
        dimension=message.dimension,
        metric=metric,
        fields=fields,
        model=message.model,
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
    )


def image_model(collection: Collection) -> str:
    """Name of the model that embeds images for a collection.

    Raises:
        OcelliError: COLLECTION_HAS_NO_MODEL.
    """
    if not collection.model:
        raise OcelliError(
            Reason.COLLECTION_HAS_NO_MODEL,
            f"collection {collection.name!r} has no embedding model, so it takes vectors only; "
            "send vectors, or create one with a model",
            resource=("collection", collection.name),
        )
    return collection.model


def read_payload(message: struct_pb2.Struct) -> Payload:
    """A payload as plain Python values; numbers are floats, as JSON has them."""
    payload: Payload = json_format.MessageToDict(message)
    return payload


def payload_message(payload: Payload) -> struct_pb2.Struct:
    """A payload as the contract has it."""
    message = struct_pb2.Struct()
    message.update(payload)
    return message


def read_filter(
    message: collection_pb2.Filter, path: str = "filter", depth: int = 1
) -> filters.Filter:
    """The filter of a request.

    Raises:
        OcelliError: INVALID_FIELD, with the path of the offending part.
    """
    if depth > MAX_FILTER_DEPTH:
        raise _invalid(path, f"the filter is nested deeper than {MAX_FILTER_DEPTH}; flatten it")
    condition = message.WhichOneof("condition")
    if condition is None:
        raise _invalid(path, "the filter has no condition; set equals, one_of, range or a group")
    body: Any = getattr(message, condition)
    path = f"{path}.{condition}"
    match condition:
        case "equals":
            return filters.Equals(body.field, _scalar(body.value, f"{path}.value"))
        case "one_of":
            return filters.OneOf(
                body.field,
                tuple(_scalar(v, f"{path}.values[{i}]") for i, v in enumerate(body.values)),
            )
        case "range":
            bounds = {
                bound: getattr(body, bound)
                for bound in ("gt", "gte", "lt", "lte")
                if body.HasField(bound)
            }
            return filters.Range(field=body.field, **bounds)
    group = _GROUPS[condition]
    return group(
        tuple(
            read_filter(part, f"{path}.filters[{position}]", depth + 1)
            for position, part in enumerate(body.filters)
        )
    )


def _scalar(value: struct_pb2.Value, path: str) -> Scalar:
    kind = value.WhichOneof("kind")
    if kind not in ("string_value", "number_value", "bool_value"):
        raise _invalid(path, "a filter's value is a string, a number or a boolean; set one of them")
    scalar: Scalar = getattr(value, kind)
    return scalar


def _invalid(field: str, message: str) -> OcelliError:
    return OcelliError(Reason.INVALID_FIELD, message, field=field)
