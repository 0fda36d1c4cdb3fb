"""TensorFlow.js graph models as they lie on disk.

A graph model is a JSON file (a TensorFlow GraphDef and a weights manifest) beside shards of raw
weights, as TensorFlow.js's converter writes them.
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
    """GraphDef nodes, producers before consumers."""
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
    weights: dict[str, Array] = {}
    for group in document["weightsManifest"]:
        shards = b"".join((path.parent / Path(name).name).read_bytes() for name in group["paths"])
        weights.update(_group_weights(group["weights"], shards))
    return GraphModel(document["modelTopology"]["node"], weights)


def _group_weights(specs: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, Array]:
    weights: dict[str, Array] = {}
    offset = 0
    for spec in specs:
        name, target, quantised = spec["name"], spec["dtype"], spec.get("quantization")
        stored = quantised["dtype"] if quantised else target
        if target not in {"float32", "int32"} or stored not in {target, "float16"}:
            raise UnsupportedGraphError(f"weight {name} is {target} stored as {stored}")
        count = math.prod(spec["shape"])
        values = np.frombuffer(data, np.dtype(stored).newbyteorder("<"), count, offset)
        weights[name] = values.reshape(spec["shape"]).astype(target)
        offset += values.nbytes
    if offset != len(data):
        raise UnsupportedGraphError(f"weights end at byte {offset} of {len(data)}")
    return weights
