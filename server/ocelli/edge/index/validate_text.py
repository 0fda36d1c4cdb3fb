"""Checks of names and other texts: their length, and that they are Unicode."""

import re

from ocelli.edge.errors import invalid_field, quote

_COLLECTION_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def utf8_bytes(text: str, field: str) -> int:
    """Length in UTF-8; INVALID_FIELD for a text with lone surrogates."""
    try:
        return len(text.encode())
    except UnicodeEncodeError as error:
        raise invalid_field(f"{quote(text)} is not valid Unicode", field) from error


def bounded_text(text: str, max_chars: int, field: str, *, what: str) -> None:
    """Refuses a text that is empty or too long; `what` names it in the message."""
    utf8_bytes(text, field)
    if not 1 <= len(text) <= max_chars:
        raise invalid_field(f"{what} has {len(text)} characters; expected 1 to {max_chars}", field)


def collection_name(name: str, field: str = "name") -> None:
    """Refuses a name that no collection can have."""
    if not _COLLECTION_NAME.fullmatch(name):
        raise invalid_field(
            f"{quote(name)} is not a collection name; expected 1 to 63 of a-z, 0-9, '-' and '_', "
            "not beginning with '-' or '_'",
            field,
        )
