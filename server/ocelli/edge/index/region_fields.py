"""What the index keeps of each part of an image, in collections that have a detector."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.index import limits
from ocelli.edge.index.filters import Equals
from ocelli.edge.index.points import Payload
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validate_text import utf8_bytes

_IMAGE_ID = "image_id"
FIELDS: Mapping[str, FieldType] = MappingProxyType(
    {
        _IMAGE_ID: FieldType.KEYWORD,
        "label": FieldType.KEYWORD,
        "score": FieldType.FLOAT,
        "x_min": FieldType.FLOAT,
        "y_min": FieldType.FLOAT,
        "x_max": FieldType.FLOAT,
        "y_max": FieldType.FLOAT,
    }
)
"""Fields of the schema of every such collection. Boxes are in pixels of the upright image."""

_MAX_IMAGE_ID_BYTES = limits.MAX_ID_BYTES - 6
"""A region's id is longer by a sign and its number."""


def extended(collection: Collection) -> Collection:
    """The collection with those fields in its schema.

    Raises:
        OcelliError: INVALID_FIELD, at `fields[i].type`: it has a field of such a name and another
            type.
    """
    for position, (name, kind) in enumerate(collection.fields.items()):
        if FIELDS.get(name, kind) is not kind:
            raise invalid_field(
                f"field {quote(name)} is of type {kind}, but the detector's is {FIELDS[name]}; "
                "name yours otherwise",
                f"fields[{position}].type",
            )
    return msgspec.structs.replace(collection, fields={**collection.fields, **FIELDS})


def check_image(id_: str, payload: Payload) -> None:
    """Refuses an image whose parts could not be stored.

    Raises:
        OcelliError: INVALID_FIELD, at `id` or `payload.label`.
    """
    size_bytes = utf8_bytes(id_, "id")
    if not 1 <= size_bytes <= _MAX_IMAGE_ID_BYTES:
        raise invalid_field(
            f"an image's id of {size_bytes} bytes; expected 1 to {_MAX_IMAGE_ID_BYTES} bytes of "
            "UTF-8, for those of its regions are longer",
            "id",
        )
    taken = next((name for name in payload if name in FIELDS), None)
    if taken is not None:
        raise invalid_field(
            f"{quote(taken)} is what the collection keeps of each region; name yours otherwise",
            f"payload.{taken}",
        )


def region_id(image_id: str, number: int) -> str:
    """Id of the point of a region."""
    return f"{image_id}#{number}"


def of_image(image_id: str) -> Equals:
    """What finds all regions of an image."""
    return Equals(_IMAGE_ID, image_id)


def payload(
    image_id: str, label: str, score: float, box: tuple[float, float, float, float]
) -> Payload:
    """What is known of a region; the box as x_min, y_min, x_max, y_max."""
    return dict(zip(FIELDS, (image_id, label, score, *box), strict=True))
