"""The SSDLite-MobileNetV2 detector, from pixels to candidate boxes in one graph.

The network is MobileNetV2 with SSDLite (Sandler et al., 2018) as TensorFlow's Object Detection API
trained it on COCO. For each of 1917 anchors it gives a box relative to the anchor (Liu et al., SSD,
2016; the centre in tenths and the logarithms of the sides in fifths of it) and a logit per class.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from onnx import TensorProto

from ocelli.models import candidates, tfjs, tfjs_file
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Array, Graph
from ocelli.models.tfjs_layers import NCHW_TO_NHWC, NHWC_TO_NCHW

SIDE_PX = 300
CENTRE_SCALE = 10.0
SIDE_SCALE = 5.0
UNUSED_IDS = frozenset({12, 26, 29, 30, 45, 66, 68, 69, 71, 83})
"""Of COCO's numbers 1 to 90."""

_PREPROCESSED = "Preprocessor/sub"
_BOXES = "concat"
_LOGITS = "concat_1"
_ANCHORS = "Postprocessor/ExpandDims"


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the detector from `model.json` and the shards that it names.

    The model takes `images`, uint8 `[N, 300, 300, 3]`, RGB. It gives the 100 highest-scoring pairs
    of anchor and class of each image, highest first: `boxes`, float32 `[N, 100, 4]`, as left, top,
    right, bottom in pixels of the input, not clipped to it; `scores`, float32 `[N, 100]`, 0 to 1;
    `classes`, int32 `[N, 100]`, 0 to 79 in COCO's order. Overlapping boxes are not suppressed.

    Args:
        files: paths by name.
    """
    source = tfjs_file.read(files["model.json"])
    graph = Graph()
    pixels = graph.add("Cast", graph.transpose("images", NHWC_TO_NCHW), to=TensorProto.FLOAT)
    scaled = graph.add("Mul", pixels, graph.constant(np.array(1 / 127.5, np.float32)))
    centred = graph.add("Sub", scaled, graph.constant(np.array(1, np.float32)))
    inputs = {_PREPROCESSED: graph.transpose(centred, NCHW_TO_NHWC)}
    encodings, logits = tfjs.append(source, graph, inputs, [_BOXES, _LOGITS])
    used = np.array([number for number in range(1, 91) if number not in UNUSED_IDS])
    scores = graph.add("Sigmoid", graph.add("Gather", logits, graph.constant(used), axis=2))
    chosen = candidates.best(graph, scores, len(used))
    flat = graph.add("Reshape", encodings, graph.constant(np.array([0, -1, 4])))
    boxes = _boxes(graph, flat, chosen, source.weights[_ANCHORS][0])
    return Assembled.of(candidates.detector(graph, "ssdlite_coco80", SIDE_PX, boxes, chosen))


def _boxes(graph: Graph, encodings: str, chosen: candidates.Best, anchors: Array) -> str:
    """Decodes the boxes of the chosen anchors.

    Args:
        graph: where the nodes go.
        encodings: float32 `[N, anchors, 4]`: y, x, height, width.
        chosen: the best pairs of anchor and class.
        anchors: float32 `[anchors, 4]`: top, left, bottom, right, 0 to 1.

    Returns:
        float32 `[N, 100, 4]`: left, top, right, bottom in pixels of the input.
    """
    corners = anchors.astype(np.float64)[:, [1, 0, 3, 2]] * SIDE_PX
    sides = corners[:, 2:] - corners[:, :2]
    centres = corners[:, :2] + sides / 2

    def of_chosen(table: Array) -> str:
        constant = graph.constant(table.astype(np.float32))
        return graph.add("Gather", constant, chosen.places, axis=0)

    xy, wh = (
        graph.add(
            "Gather",
            candidates.rows(graph, encodings, chosen),
            graph.constant(np.array(columns)),
            axis=2,
        )
        for columns in ([1, 0], [3, 2])
    )
    centre = graph.add(
        "Add", of_chosen(centres), graph.add("Mul", xy, of_chosen(sides / CENTRE_SCALE))
    )
    growth = graph.add(
        "Exp", graph.add("Mul", wh, graph.constant(np.array(1 / SIDE_SCALE, np.float32)))
    )
    half = graph.add("Mul", growth, of_chosen(sides / 2))
    return graph.add(
        "Concat", graph.add("Sub", centre, half), graph.add("Add", centre, half), axis=2
    )
