"""TensorFlow.js models as they lie on disk.

A graph model is a JSON file (a TensorFlow GraphDef and a weights manifest) beside shards of raw
weights, as TensorFlow.js's converter writes them. Models whose layers are written in JavaScript
come with the manifest alone.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ocelli.models.graph import Array

Node: TypeAlias = Mapping[str, Any]


class UnsupportedGraphError(ValueError):
    """The graph holds something that we do not know how to translate."""


@dataclass(frozen=True)
class GraphModel:
    """A TensorFlow.js graph model as read from disk."""

    nodes: Sequence[Node]
    """GraphDef nodes."""
    weights: Mapping[str, Array]
    """Constants by node name; float weights as float32."""


def read(path: Path) -> GraphModel:
    """Reads a graph model.

    Args:
        path: its JSON file; the weight shards that it names lie in the same folder.

    Raises:
        UnsupportedGraphError: if the weights are stored in a way that is not known or fall short.
    """
    document = json.loads(path.read_text())
    weights = _weights(document["weightsManifest"], path.parent)
    return GraphModel(document["modelTopology"]["node"], weights)


def read_weights(path: Path) -> dict[str, Array]:
    """Reads a weights manifest that stands alone.

    Args:
        path: its JSON file; the weight shards that it names lie in the same folder.

    Returns:
        Arrays by their names; float weights as float32, those of eight bits put back to scale.

    Raises:
        UnsupportedGraphError: as `read`.
    """
    return _weights(json.loads(path.read_text()), path.parent)


def _weights(manifest: Sequence[Mapping[str, Any]], folder: Path) -> dict[str, Array]:
    weights: dict[str, Array] = {}
    for group in manifest:
        shards = b"".join((folder / Path(name).name).read_bytes() for name in group["paths"])
        weights.update(_group_weights(group["weights"], shards))
    return weights


def _group_weights(specs: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, Array]:
    weights: dict[str, Array] = {}
    offset = 0
    for spec in specs:
        name, target, quantised = spec["name"], spec["dtype"], spec.get("quantization", {})
        stored = quantised.get("dtype", target)
        scaled = "scale" in quantised and "min" in quantised
        known = {target, "uint8"} if scaled else {target, "float16"}
        if target not in {"float32", "int32"} or stored not in known:
            raise UnsupportedGraphError(f"weight {name} is {target} stored as {stored}")
        count = math.prod(spec["shape"])
        try:
            values = np.frombuffer(data, np.dtype(stored).newbyteorder("<"), count, offset)
        except ValueError as error:
            raise UnsupportedGraphError(f"weights end inside {name}") from error
        offset += values.nbytes
        if scaled:
            values = values * quantised["scale"] + quantised["min"]
        weights[name] = values.reshape(spec["shape"]).astype(target)
    if offset != len(data):
        raise UnsupportedGraphError(f"weights end at byte {offset} of {len(data)}")
    return weights
