"""How a point's payload lies in the engine.

`k` is the caller's id, `p` the caller's payload as JSON text (so that any key and any number comes
back as it went in), and every field of the schema has a key of its own for its values, such as `f0`
(so that a field's name can hold dots and brackets, which the engine would read as a path).
"""

import uuid
from collections.abc import Mapping

import msgspec

from ocelli.edge.index import validate_payload
from ocelli.edge.index.embedded.engine.document import Document
from ocelli.edge.index.schema import FieldType, Scalar

KEY = "k"
PAYLOAD = "p"

_NAMESPACE = uuid.UUID("6f63656c-6c69-5eed-8000-706f696e7473")


def engine_id(key: str) -> uuid.UUID:
    """The engine takes integers and UUIDs only: a version 5 UUID (RFC 9562) of the caller's id."""
    return uuid.uuid5(_NAMESPACE, key)


class Layout:
    """The layout of one collection's payloads.

    Attributes:
        keys: where the values of each field are, by the field's name.
    """

    def __init__(self, described: Document) -> None:
        self.keys = {field.name: field.key for field in described.fields}
        self._pending = {field.name: FieldType(field.type) for field in described.pending}

    def payload(
        self, key: str, json: str, filterable: Mapping[str, list[Scalar]]
    ) -> dict[str, object]:
        """What the engine keeps: also the values of fields that are being added."""
        values = {self.keys[name]: _kept(scalars) for name, scalars in filterable.items()}
        return {KEY: key, PAYLOAD: json, **values, **self.pending_values(json)}

    def pending_values(self, json: str) -> dict[str, list[Scalar] | Scalar]:
        """The values of fields that are being added, as the engine keeps them."""
        if not self._pending:
            return {}
        found = validate_payload.filterable(msgspec.json.decode(json), self._pending)
        return {self.keys[name]: _kept(scalars) for name, scalars in found.items()}


def _kept(values: list[Scalar]) -> list[Scalar] | Scalar:
    """The values of a field as the engine keeps them: booleans as 1 and 0.

    One value goes without its list, which the engine reads in half the time and finds alike.
    """
    kept: list[Scalar] = [int(value) if isinstance(value, bool) else value for value in values]
    return kept[0] if len(kept) == 1 else kept
