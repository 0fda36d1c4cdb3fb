"""The messages between the supervisor and a worker, each a JSON document on a line."""

from typing import Any, TypeAlias, Union

import msgspec

from ocelli.edge.observability.family import Family


class Serve(msgspec.Struct, frozen=True, tag=True):
    """To a worker, first: its number and the fields of its `Config`."""

    number: int
    config: dict[str, Any]


class TritonChanged(msgspec.Struct, frozen=True, tag=True):
    """To a worker: the local Triton came up or went down."""

    running: bool


class ModelLoaded(msgspec.Struct, frozen=True, tag=True):
    """To and from a worker: another worker, or this one, had Triton load a model anew."""

    name: str


class Collect(msgspec.Struct, frozen=True, tag=True):
    """To a worker: send the metrics."""


class Serving(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it takes calls."""


class Models(msgspec.Struct, frozen=True, tag=True):
    """From a worker, once Triton has answered: a line for people about each model."""

    lines: list[str]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it could not start, and why."""

    reason: str


class Metrics(msgspec.Struct, frozen=True, tag=True):
    """From a worker: the answer to `Collect`."""

    families: list[Family]


Order: TypeAlias = Union[Serve, TritonChanged, ModelLoaded, Collect]  # noqa: UP007  # msgspec reads it at run time
Report: TypeAlias = Union[Serving, Models, Failed, ModelLoaded, Metrics]  # noqa: UP007  # likewise
