"""The NanoDet-g detector, from pixels to candidate boxes in one graph.

The head follows Generalized Focal Loss (Li et al., 2020): for every cell of three feature maps a
score per class, and for each side of the box a distribution over whole multiples of the stride
whose mean is the distance of that side from the cell's centre.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models import tfjs, tfjs_file
from ocelli.models.graph import Graph

SIDE_PX = 416
STRIDES_PX = (8, 16, 32)
CLASSES = 80
BINS = 11
CANDIDATES = 100
MEAN_BGR = (103.53, 116.28, 123.675)
STD_BGR = (57.375, 57.12, 58.395)

_PLACEHOLDER = "input_1"
_SCORES = ("Identity", "Identity_1", "Identity_2")
_DISTANCES = ("Identity_3", "Identity_4", "Identity_5")


def assemble(folder: Path) -> onnx.ModelProto:
    """Assembles the detector from `nanodet.json` and `nanodet.bin`.

    The model takes `images`, uint8 `[N, 416, 416, 3]`, BGR. It gives the 100 highest-scoring
    pairs of cell and class of each image, highest first: `boxes`, float32 `[N, 100, 4]`, as left,
    top, right, bottom in pixels of the input, not clipped to it; `scores`, float32 `[N, 100]`,
    0 to 1; `classes`, int32 `[N, 100]`. Overlapping boxes are not suppressed.

    Args:
        folder: where the two files lie.
    """
    graph = Graph()
    pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
    mean = graph.constant(np.array(MEAN_BGR, np.float32).reshape(1, 3, 1, 1))
    std = graph.constant(np.array(STD_BGR, np.float32).reshape(1, 3, 1, 1))
    normalised = graph.add("Div", graph.add("Sub", pixels, mean), std)
    heads = tfjs.append(
        tfjs_file.read(folder / "nanodet.json"),
        graph,
        {_PLACEHOLDER: normalised},
        _SCORES + _DISTANCES,
    )
    scores = graph.add("Concat", *heads[:3], axis=1)
    distances = graph.add("Concat", *heads[3:], axis=1)
    top_scores, cells, classes = _best(graph, scores)
    boxes = _boxes(graph, distances, cells)
    batch = "N"
    return graph.model(
        "nanodet_coco80",
        [("images", TensorProto.UINT8, [batch, SIDE_PX, SIDE_PX, 3])],
        [
            (boxes, ("boxes", TensorProto.FLOAT, [batch, CANDIDATES, 4])),
            (top_scores, ("scores", TensorProto.FLOAT, [batch, CANDIDATES])),
            (classes, ("classes", TensorProto.INT32, [batch, CANDIDATES])),
        ],
    )


def _best(graph: Graph, scores: str) -> tuple[str, str, str]:
    """Picks pairs of cell and class, as upstream does before it suppresses overlaps.

    Args:
        graph: where the nodes go.
        scores: float32 `[N, cells, classes]`.

    Returns:
        Scores float32, cell numbers int64 and class numbers int32, each `[N, candidates]`.
    """
    flat = graph.add("Reshape", scores, graph.constant(np.array([0, -1])))
    top, pairs = graph.split("TopK", flat, graph.constant(np.array([CANDIDATES])), outputs=2)
    class_count = graph.constant(np.array(CLASSES))
    cells = graph.add("Div", pairs, class_count)
    classes = graph.add("Sub", pairs, graph.add("Mul", cells, class_count))
    return top, cells, graph.add("Cast", classes, to=TensorProto.INT32)


def _boxes(graph: Graph, distances: str, cells: str) -> str:
    """Decodes the boxes of the chosen cells.

    Args:
        graph: where the nodes go.
        distances: logits, float32 `[N, cells, 4 * bins]`; sides left, top, right, bottom.
        cells: int64 `[N, candidates]`.

    Returns:
        float32 `[N, candidates, 4]`.
    """
    rows = graph.add("Unsqueeze", cells, graph.constant(np.array([2])))
    chosen = graph.add("GatherND", distances, rows, batch_dims=1)
    logits = graph.add("Reshape", chosen, graph.constant(np.array([0, 0, 4, BINS])))
    bins = graph.constant(np.arange(BINS, dtype=np.float32).reshape(BINS, 1))
    means = graph.add("MatMul", graph.add("Softmax", logits, axis=-1), bins)
    means = graph.add("Squeeze", means, graph.constant(np.array([3])))
    centres, outwards = _cells()
    origin = graph.add("Gather", graph.constant(centres), cells, axis=0)
    scale = graph.add("Gather", graph.constant(outwards), cells, axis=0)
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
