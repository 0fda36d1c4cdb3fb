"""Attributes of GraphDef nodes in TensorFlow.js's JSON."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocelli.models.tfjs_file import Node, UnsupportedGraphError


@dataclass(frozen=True)
class Window:
    """How a convolution or a pooling moves over an image."""

    strides: Sequence[int]
    """Down and across."""
    dilations: Sequence[int]
    """Likewise."""
    same: bool
    """Whether it pads as TensorFlow's SAME does; VALID otherwise."""


def window(node: Node) -> Window:
    """The window of a node.

    Raises:
        UnsupportedGraphError: if it is not over height and width of an NHWC tensor.
    """
    layout, padding = (_text(node["attr"][key]["s"]) for key in ("data_format", "padding"))
    if layout != "NHWC" or padding not in {"SAME", "VALID"}:
        raise UnsupportedGraphError(f"{node['name']}: layout {layout} with {padding} padding")
    return Window(spatial(node, "strides"), spatial(node, "dilations"), padding == "SAME")


def spatial(node: Node, attribute: str) -> list[int]:
    """Height and width of an attribute that has a number for each of N, H, W and C.

    Raises:
        UnsupportedGraphError: if it says anything of N or C.
    """
    listed = node["attr"].get(attribute, {}).get("list", {})
    values = [int(value) for value in listed.get("i", [])] or [1, 1, 1, 1]
    if len(values) != 4 or values[0] != 1 or values[3] != 1:
        raise UnsupportedGraphError(f"{node['name']}: {attribute} {values} is not spatial")
    return values[1:3]


def number(node: Node, attribute: str) -> float:
    """A floating-point attribute."""
    return float(node["attr"][attribute]["f"])


def flag(node: Node, attribute: str) -> bool:
    """A Boolean attribute; false if it is not there."""
    value: Mapping[str, Any] = node["attr"].get(attribute, {})
    return bool(value.get("b", False))


def mask(node: Node, attribute: str) -> int:
    """A bit mask; 0 if it is not there."""
    value: Mapping[str, Any] = node["attr"].get(attribute, {})
    return int(value.get("i", 0))


def _text(value: str | Sequence[int]) -> str:
    """A string: newer converters write base64, older ones a list of bytes."""
    raw = base64.b64decode(value) if isinstance(value, str) else bytes(value)
    return raw.decode()
