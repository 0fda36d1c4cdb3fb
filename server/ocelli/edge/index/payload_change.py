"""Changes of stored payloads."""

from typing import TypeAlias, Union

import msgspec

from ocelli.edge.index.points import Payload


class Merge(msgspec.Struct, frozen=True, tag="merge"):
    """Sets these keys of the outermost level, and leaves others as they are."""

    payload: Payload


class Replace(msgspec.Struct, frozen=True, tag="replace"):
    """Puts this in place of the payload."""

    payload: Payload


class DeleteKeys(msgspec.Struct, frozen=True, tag="delete_keys"):
    """Takes these keys of the outermost level away."""

    keys: tuple[str, ...]
    """1 to 100."""


PayloadChange: TypeAlias = Union[Merge, Replace, DeleteKeys]  # noqa: UP007  # read by msgspec
