"""Points as documents and back."""

import hashlib
from collections.abc import Mapping

import msgspec
import numpy as np

from ocelli.edge.index import answer_size, validate_payload
from ocelli.edge.index.opensearch.filter_query import comparable
from ocelli.edge.index.opensearch.mapping import column
from ocelli.edge.index.points import Payload, Record, Vector
from ocelli.edge.index.port import CheckedPoint
from ocelli.edge.index.schema import FieldType, Metric, Scalar
from ocelli.edge.index.validate_payload import CheckedPayload


class Source(msgspec.Struct, frozen=True):
    """What is read of a document."""

    p: str | None = None
    v: list[float] | None = None


def position(id_: str) -> bytes:
    """Where a point stands in lists, 16 bytes."""
    return hashlib.sha256(id_.encode()).digest()[:16]


def new(
    point: CheckedPoint,
    metric: Metric,
    fields: Mapping[str, FieldType],
    pending: Mapping[str, FieldType],
) -> dict[str, object]:
    """The document of a point.

    Args:
        point: what to store.
        metric: of the collection.
        fields: the schema's.
        pending: fields that are being added to it.
    """
    return {
        "v": _stored(point.vector, metric).tolist(),
        "k": position(point.id).hex(),
        "p": point.payload.json,
        "w": written({**fields, **pending}),
        **_values(point.payload.filterable),
        **_values(found_in(point.payload.json, pending)),
    }


def changed(
    payload: CheckedPayload, fields: Mapping[str, FieldType], pending: Mapping[str, FieldType]
) -> dict[str, object]:
    """What a change of the payload changes of a document; arguments as in `new`."""
    return {
        "p": payload.json,
        "w": written({**fields, **pending}),
        **{column(name): None for name in (*fields, *pending)},
        **_values(payload.filterable),
        **_values(found_in(payload.json, pending)),
    }


def rewritten(json: str, fields: Mapping[str, FieldType]) -> dict[str, object]:
    """What a document gets that was written with other fields, by its payload."""
    return {"w": written(fields), **_values(found_in(json, fields))}


def written(fields: Mapping[str, FieldType]) -> str:
    """Names a set of fields."""
    return hashlib.sha256(msgspec.json.encode(sorted(fields.items()))).hexdigest()[:16]


def found_in(json: str, fields: Mapping[str, FieldType]) -> dict[str, list[Scalar]]:
    """The values of fields in a payload."""
    return validate_payload.filterable(msgspec.json.decode(json), fields) if fields else {}


def source_fields(*, with_payload: bool, with_vectors: bool) -> list[str]:
    """What to ask for."""
    return ["p"] * with_payload + ["v"] * with_vectors


def record(id_: str, source: Source) -> Record:
    """A point that was read."""
    return Record(id=id_, payload=payload(source), vector=vector(source))


def payload(source: Source) -> Payload | None:
    """The payload, if it was asked for."""
    return None if source.p is None else msgspec.json.decode(source.p)


def vector(source: Source) -> Vector | None:
    """The vector, if it was asked for."""
    return None if source.v is None else np.array(source.v, "<f4")


def size_bytes(id_: str, source: Source) -> int:
    """How much of an answer a point takes."""
    vector_bytes = 0 if source.v is None else 4 * len(source.v)
    return answer_size.of_point(id_, source.p, None) + vector_bytes


def _values(found: Mapping[str, list[Scalar]]) -> dict[str, object]:
    return {column(name): [comparable(value) for value in some] for name, some in found.items()}


def _stored(vector: Vector, metric: Metric) -> Vector:
    if metric is not Metric.COSINE:
        return vector
    length = np.linalg.norm(vector.astype(np.float64))
    return (vector / length).astype("<f4")
