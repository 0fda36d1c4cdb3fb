"""Checks of collections to create, and of what is to be added to them."""

from collections.abc import Mapping

from ocelli.edge.errors import invalid_field, quote
from ocelli.edge.index import limits
from ocelli.edge.index.schema import Collection, FieldType
from ocelli.edge.index.validate_text import bounded_text, collection_name


def check(collection: Collection) -> None:
    """Refuses a collection that cannot be created, with INVALID_FIELD.

    Paths: `name`, `dimension`, `fields`, `fields[0].name`, `model`.
    """
    collection_name(collection.name)
    if not 1 <= collection.dimension <= limits.MAX_DIMENSION:
        raise invalid_field(
            f"dimension is {collection.dimension}; expected 1 to {limits.MAX_DIMENSION}",
            "dimension",
        )
    check_model(collection.model)
    extended({}, collection.fields)


def check_model(model: str) -> None:
    """Refuses a model's name that is too long; "" is none. Path: `model`."""
    if model:
        bounded_text(model, limits.MAX_MODEL_NAME_CHARS, "model", what="a model name")


def extended(fields: Mapping[str, FieldType], add: Mapping[str, FieldType]) -> dict[str, FieldType]:
    """The fields of a schema and those to add; one that exists with the same type is passed over.

    Raises:
        OcelliError: INVALID_FIELD for `fields`, `fields[i].name` or `fields[i].type`, i being the
            position in `add`.
    """
    together = {**fields, **add}
    if len(together) > limits.MAX_FIELDS:
        raise invalid_field(
            f"{len(together)} fields; expected at most {limits.MAX_FIELDS}: list only those that "
            "filters name, others are stored all the same",
            "fields",
        )
    for position, (name, kind) in enumerate(add.items()):
        bounded_text(
            name,
            limits.MAX_FIELD_NAME_CHARS,
            f"fields[{position}].name",
            what="a field's name",
        )
        if fields.get(name, kind) is not kind:
            raise invalid_field(
                f"field {quote(name)} is of type {fields[name]}, which cannot be changed to {kind};"
                " leave it as it is, or add a field of another name",
                f"fields[{position}].type",
            )
    return together
