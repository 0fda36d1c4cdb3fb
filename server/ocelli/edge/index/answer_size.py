"""How large answers are, so that none is made that is too large to be sent.

Payloads count as their JSON text and vectors with 4 bytes a value. As protobuf vectors are just as
large; payloads of texts are, too, those of numbers are larger or smaller.
"""

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.index.schema import Collection

_POINT_BYTES = 16
_FIELD_BYTES = 16
_COLLECTION_BYTES = 64
"""What each takes besides its texts and its vector."""


def of_point(id_: str, payload: str | None, vector: bytes | None) -> int:
    """Bytes of a point, of which payload and vector may have been left out."""
    payload_bytes = 0 if payload is None else len(payload.encode())
    return _POINT_BYTES + len(id_.encode()) + payload_bytes + len(vector or b"")


def of_collection(collection: Collection) -> int:
    """Bytes of a collection's description."""
    found_by = collection.detector
    labels = () if found_by is None else (found_by.model, *found_by.labels)
    texts = (collection.name, collection.model, *collection.fields, *labels)
    fields_bytes = _FIELD_BYTES * len(collection.fields)
    return _COLLECTION_BYTES + fields_bytes + sum(len(text.encode()) for text in texts)


def too_large(what: str, fit: int, of: int, max_bytes: int) -> OcelliError:
    """The error in place of an answer.

    Args:
        what: what the answer consists of: "points", "hits".
        fit: how many of them one answer holds.
        of: how many there are.
        max_bytes: most bytes of an answer.
    """
    return OcelliError(
        Reason.ANSWER_TOO_LARGE,
        f"of the {of} {what} that were asked for, {fit} fit into an answer of {max_bytes} bytes; "
        "ask for fewer at once, or for no vectors or payloads",
        quota="max_message_bytes",
    )
