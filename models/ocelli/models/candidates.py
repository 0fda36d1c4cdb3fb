"""The end that our detectors' graphs share: the best candidates of each image.

A fixed number of them leaves the model, where a head has thousands of values. Suppressing overlaps
is left to the edge, whose callers choose the limit. The edge's adapter `candidates` reads them.
"""

from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models.graph import Graph

COUNT = 100


class Best(NamedTuple):
    """The chosen pairs of place and class, highest first; tensors `[N, 100]`."""

    scores: str
    """float32."""
    places: str
    """int64: cells or anchors."""
    classes: str
    """int32."""


def best(graph: Graph, scores: str, classes: int) -> Best:
    """Picks the pairs of place and class that score highest.

    Args:
        graph: where the nodes go.
        scores: float32 `[N, places, classes]`.
        classes: how many there are.
    """
    flat = graph.add("Reshape", scores, graph.constant(np.array([0, -1])))
    top, pairs = graph.split("TopK", flat, graph.constant(np.array([COUNT])), outputs=2)
    class_count = graph.constant(np.array(classes))
    places = graph.add("Div", pairs, class_count)
    numbers = graph.add("Sub", pairs, graph.add("Mul", places, class_count))
    return Best(top, places, graph.add("Cast", numbers, to=TensorProto.INT32))


def rows(graph: Graph, values: str, chosen: Best) -> str:
    """The values of the chosen places.

    Args:
        graph: where the nodes go.
        values: `[N, places, columns]`.
        chosen: as `best` gave them.

    Returns:
        `[N, 100, columns]`.
    """
    indices = graph.add("Unsqueeze", chosen.places, graph.constant(np.array([2])))
    return graph.add("GatherND", values, indices, batch_dims=1)


def detector(graph: Graph, name: str, side_px: int, boxes: str, chosen: Best) -> onnx.ModelProto:
    """Finishes a detector.

    It takes `images`, uint8 `[N, side, side, 3]`, and gives `boxes`, float32 `[N, 100, 4]`,
    `scores`, float32 `[N, 100]`, and `classes`, int32 `[N, 100]`.

    Args:
        graph: with all nodes.
        name: of the model.
        side_px: width and height of the input.
        boxes: float32 `[N, 100, 4]`: left, top, right, bottom in pixels of the input.
        chosen: as `best` gave them.
    """
    return graph.model(
        name,
        [("images", TensorProto.UINT8, ["N", side_px, side_px, 3])],
        [
            (boxes, ("boxes", TensorProto.FLOAT, ["N", COUNT, 4])),
            (chosen.scores, ("scores", TensorProto.FLOAT, ["N", COUNT])),
            (chosen.classes, ("classes", TensorProto.INT32, ["N", COUNT])),
        ],
    )
