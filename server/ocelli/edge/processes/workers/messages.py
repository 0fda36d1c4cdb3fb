"""What the supervisor and a worker say to each other: one JSON document a line."""

from typing import TypeAlias, Union

import msgspec

from ocelli.edge.config import Config
from ocelli.edge.observability.family import Family


class Serve(msgspec.Struct, frozen=True, tag=True):
    """To a worker, first: how to run."""

    number: int
    config: Config


class TritonChanged(msgspec.Struct, frozen=True, tag=True):
    """To a worker: the local Triton came up or went down."""

    running: bool


class Count(msgspec.Struct, frozen=True, tag=True):
    """To a worker: tell what was counted."""


class Serving(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it takes calls."""


class Models(msgspec.Struct, frozen=True, tag=True):
    """From a worker, once Triton has answered: a line for people about each model."""

    lines: list[str]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it could not start, and why."""

    reason: str


class Counts(msgspec.Struct, frozen=True, tag=True):
    """From a worker: the answer to `Count`."""

    families: list[Family]


Order: TypeAlias = Union[Serve, TritonChanged, Count]  # noqa: UP007  # msgspec reads it at run time
Report: TypeAlias = Union[Serving, Models, Failed, Counts]  # noqa: UP007  # likewise
