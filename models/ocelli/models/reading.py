"""The models of PP-OCR that read text: where lines are, which way up they stand, what they say.

Published: a differentiable-binarization detector (Liao et al., Real-time Scene Text Detection with
Differentiable Binarization, 2020), a classifier of 0° and 180°, and a recogniser whose sequence of
classes is read as by connectionist temporal classification (Graves et al., 2006). All see
blue, green and red from -1 to 1.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models import published
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Graph

LINE_HEIGHT_PX = 48
DIRECTION_WIDTH_PX = 192
_DETECTOR = "PP-OCRv6_det_small.onnx"
_RECOGNISER = "PP-OCRv6_rec_small.onnx"
_DIRECTIONS = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_CHARACTERS = "character"


def assemble_detector(files: Mapping[str, Path]) -> Assembled:
    """Assembles the detector of lines.

    The model takes `images`, uint8 `[N, H, W, 3]`, RGB, sides that are multiples of 32. It gives
    `text`, uint8 `[N, H, W]`: how likely each pixel lies in the core of a line, in 255ths.
    """
    graph = Graph()
    (maps,) = _appended(graph, onnx.load(files[_DETECTOR]))
    probability = graph.add("Squeeze", maps, graph.constant(np.array([1])))
    scaled = graph.add("Mul", probability, graph.constant(np.array(255, np.float32)))
    text = graph.add("Cast", graph.add("Round", scaled), to=TensorProto.UINT8)
    model = graph.model(
        "text_lines",
        [("images", TensorProto.UINT8, ["N", "H", "W", 3])],
        [(text, ("text", TensorProto.UINT8, ["N", "H", "W"]))],
    )
    return Assembled.of(model)


def assemble_directions(files: Mapping[str, Path]) -> Assembled:
    """Assembles the classifier of directions.

    The model takes `images`, uint8 `[N, 48, 192, 3]`, RGB: lines from their left, grey where they
    are shorter. It gives `probabilities`, float32 `[N, 2]`: of 0° and of 180°.
    """
    graph = Graph()
    (probabilities,) = _appended(graph, onnx.load(files[_DIRECTIONS]))
    model = graph.model(
        "text_directions",
        [("images", TensorProto.UINT8, ["N", LINE_HEIGHT_PX, DIRECTION_WIDTH_PX, 3])],
        [(probabilities, ("probabilities", TensorProto.FLOAT, ["N", 2]))],
    )
    return Assembled.of(model)


def assemble_recogniser(files: Mapping[str, Path]) -> Assembled:
    """Assembles the recogniser, whose labels are its characters.

    The model takes `images`, uint8 `[N, 48, W, 3]`, RGB: lines, grey to their right. For each of T
    steps of 8 pixels it gives the class that is likeliest, `classes`, int32 `[N, T]`, and how
    likely that is, `probabilities`, float32 `[N, T]`. Class 0 is none; then the labels follow, and
    after them the space.
    """
    source = onnx.load(files[_RECOGNISER])
    characters = next(each.value for each in source.metadata_props if each.key == _CHARACTERS)
    graph = Graph()
    (steps,) = _appended(graph, source)
    best = graph.add("ArgMax", steps, axis=2, keepdims=0)
    probabilities = graph.add("ReduceMax", steps, axes=[2], keepdims=0)
    model = graph.model(
        "text_recogniser",
        [("images", TensorProto.UINT8, ["N", LINE_HEIGHT_PX, "W", 3])],
        [
            (
                graph.add("Cast", best, to=TensorProto.INT32),
                ("classes", TensorProto.INT32, ["N", "T"]),
            ),
            (probabilities, ("probabilities", TensorProto.FLOAT, ["N", "T"])),
        ],
    )
    return Assembled.of(model, labels=characters.split("\n"))


def _appended(graph: Graph, source: onnx.ModelProto) -> list[str]:
    """A published model behind `images`, uint8 NHWC RGB, as it wants them."""
    planes = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
    reversed_planes = graph.add("Gather", planes, graph.constant(np.array([2, 1, 0])), axis=1)
    scaled = graph.add("Mul", reversed_planes, graph.constant(np.array(2 / 255, np.float32)))
    seen = graph.add("Sub", scaled, graph.constant(np.array(1, np.float32)))
    output = source.graph.output[0].name
    return published.append(source, graph, {source.graph.input[0].name: seen}, [output])
