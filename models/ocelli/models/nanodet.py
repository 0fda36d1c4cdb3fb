"""The NanoDet-g detector, from pixels to candidate boxes in one graph.

The head follows Generalized Focal Loss (Li et al., 2020): for every cell of three feature maps a
score per class, and for each side of the box a distribution over whole multiples of the stride
whose mean is the distance of that side from the cell's centre.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from onnx import TensorProto

from ocelli.models import candidates, tfjs, tfjs_file
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Graph

SIDE_PX = 416
STRIDES_PX = (8, 16, 32)
CLASSES = 80
BINS = 11
MEAN_BGR = (103.53, 116.28, 123.675)
STD_BGR = (57.375, 57.12, 58.395)

_PLACEHOLDER = "input_1"
_SCORES = ("Identity", "Identity_1", "Identity_2")
_DISTANCES = ("Identity_3", "Identity_4", "Identity_5")


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the detector from `nanodet.json` and `nanodet.bin`.

    The model takes `images`, uint8 `[N, 416, 416, 3]`, BGR. It gives the 100 highest-scoring
    pairs of cell and class of each image, highest first: `boxes`, float32 `[N, 100, 4]`, as left,
    top, right, bottom in pixels of the input, not clipped to it; `scores`, float32 `[N, 100]`,
    0 to 1; `classes`, int32 `[N, 100]`. Overlapping boxes are not suppressed.

    Args:
        files: paths by name.
    """
    graph = Graph()
    pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
    mean = graph.constant(np.array(MEAN_BGR, np.float32).reshape(1, 3, 1, 1))
    std = graph.constant(np.array(STD_BGR, np.float32).reshape(1, 3, 1, 1))
    normalised = graph.add("Div", graph.add("Sub", pixels, mean), std)
    heads = tfjs.append(
        tfjs_file.read(files["nanodet.json"]),
        graph,
        {_PLACEHOLDER: normalised},
        _SCORES + _DISTANCES,
    )
    scores = graph.add("Concat", *heads[:3], axis=1)
    distances = graph.add("Concat", *heads[3:], axis=1)
    chosen = candidates.best(graph, scores, CLASSES)
    boxes = _boxes(graph, distances, chosen)
    return Assembled.of(candidates.detector(graph, "nanodet_coco80", SIDE_PX, boxes, chosen))


def _boxes(graph: Graph, distances: str, chosen: candidates.Best) -> str:
    """Decodes the boxes of the chosen cells.

    Args:
        graph: where the nodes go.
        distances: logits, float32 `[N, cells, 4 * bins]`; sides left, top, right, bottom.
        chosen: the best pairs of cell and class.

    Returns:
        float32 `[N, 100, 4]`.
    """
    rows = candidates.rows(graph, distances, chosen)
    logits = graph.add("Reshape", rows, graph.constant(np.array([0, 0, 4, BINS])))
    bins = graph.constant(np.arange(BINS, dtype=np.float32).reshape(BINS, 1))
    means = graph.add("MatMul", graph.add("Softmax", logits, axis=-1), bins)
    means = graph.add("Squeeze", means, graph.constant(np.array([3])))
    centres, outwards = _cells()
    origin = graph.add("Gather", graph.constant(centres), chosen.places, axis=0)
    scale = graph.add("Gather", graph.constant(outwards), chosen.places, axis=0)
    return graph.add("Add", origin, graph.add("Mul", means, scale))


def _cells() -> tuple[np.ndarray, np.ndarray]:
    """Centre (x, y, x, y) and signed stride (-, -, +, +) of every cell, `[cells, 4]`, in pixels."""
    centres, outwards = [], []
    for stride in STRIDES_PX:
        along = (np.arange(SIDE_PX // stride, dtype=np.float32) + 0.5) * stride
        x, y = (axis.reshape(-1) for axis in np.meshgrid(along, along))
        centres.append(np.stack([x, y, x, y], axis=1))
        sides = np.array([-stride, -stride, stride, stride], np.float32)
        outwards.append(np.broadcast_to(sides, (len(x), 4)))
    return np.concatenate(centres), np.concatenate(outwards)
