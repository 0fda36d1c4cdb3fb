"""Changes of stored payloads."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias, Union, assert_never

import msgspec

from ocelli.edge.errors import invalid_field
from ocelli.edge.index import limits, validate_payload
from ocelli.edge.index.schema import Collection
from ocelli.edge.index.validate_payload import CheckedPayload
from ocelli.edge.index.validate_text import utf8_bytes

_Payload: TypeAlias = dict[str, Any]
"""JSON; msgspec cannot follow the recursion of `Json`."""


class Merge(msgspec.Struct, frozen=True, tag="merge"):
    """Sets these keys of the outermost level, and leaves others as they are."""

    payload: _Payload


class Replace(msgspec.Struct, frozen=True, tag="replace"):
    """Puts this in place of the payload."""

    payload: _Payload


class DeleteKeys(msgspec.Struct, frozen=True, tag="delete_keys"):
    """Takes these keys of the outermost level away."""

    keys: tuple[str, ...]
    """1 to 100."""


PayloadChange: TypeAlias = Union[Merge, Replace, DeleteKeys]  # noqa: UP007  # read by msgspec


def check(change: PayloadChange, within: Collection) -> None:
    """Refuses a change that no payload could take.

    Raises:
        OcelliError: INVALID_FIELD or FIELD_NOT_IN_SCHEMA. Paths: `merge`, `merge.word`, `replace`,
            `replace.word`, `delete_keys.keys`, `delete_keys.keys[0]`.
    """
    match change:
        case Merge(payload):
            validate_payload.check(payload, within, "merge")
        case Replace(payload):
            validate_payload.check(payload, within, "replace")
        case DeleteKeys(keys):
            if not 1 <= len(keys) <= limits.MAX_DELETED_KEYS:
                raise invalid_field(
                    f"{len(keys)} keys; expected 1 to {limits.MAX_DELETED_KEYS} in a call",
                    "delete_keys.keys",
                )
            for position, key in enumerate(keys):
                utf8_bytes(key, f"delete_keys.keys[{position}]")


def applied(change: PayloadChange, within: Collection) -> Callable[[str], CheckedPayload]:
    """The change as a function from a stored payload, as JSON text, to the changed one.

    A value of another type than its field's, stored before the field was in the schema, counts as
    none and is no reason to refuse.

    Args:
        change: what to do; `check` has passed it.
        within: the collection as it is now.

    Returns:
        A function that raises `OcelliError` if the result breaks the schema or is too large. Paths:
        `merge`, `merge.word`.

    Raises:
        OcelliError: no payload can take the change; see `check`.
    """
    match change:
        case Merge():
            return partial(_merged, change, within)
        case Replace(payload):
            replaced = validate_payload.check(payload, within, "replace")
            return lambda _: replaced
        case DeleteKeys():
            return partial(_without, change, within)
        case _:
            assert_never(change)


def _merged(change: Merge, within: Collection, json: str) -> CheckedPayload:
    payload = {**msgspec.json.decode(json), **change.payload}
    return CheckedPayload(
        validate_payload.encode(payload, "merge"),
        validate_payload.filterable(payload, within.fields, "merge", strict=change.payload.keys()),
    )


def _without(change: DeleteKeys, within: Collection, json: str) -> CheckedPayload:
    payload = msgspec.json.decode(json)
    for key in change.keys:
        payload.pop(key, None)
    return CheckedPayload(
        validate_payload.encode(payload, "delete_keys"),
        validate_payload.filterable(payload, within.fields),
    )
