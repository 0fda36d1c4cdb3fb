"""The BlazeFace face detector, from pixels to its anchors in one graph.

A face detector for mobile GPUs (Bazarevsky et al., BlazeFace: sub-millisecond neural face detection
on mobile GPUs, 2019), here MediaPipe's for the back camera.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ocelli.models import published
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Graph

SIDE_PX = 256
ANCHORS = 896
VALUES = 16

_INPUT = "input:0"
_VALUES = ("Identity_2:0", "Identity_3:0")
_LOGITS = ("Identity:0", "Identity_1:0")


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the detector from `face_detection_back_256x256_barracuda.onnx`.

    The model takes `images`, uint8 `[N, 256, 256, 3]`, RGB. It gives for 512 anchors in cells of 16
    pixels and 384 in cells of 32 `values`, float32 `[N, 896, 16]`: centre x and y, width, height
    and six points, in pixels of the input from the anchor's centre; and `logits`, float32
    `[N, 896, 1]`.

    Args:
        files: paths by name.
    """
    graph = Graph()
    pixels = graph.add("Cast", "images", to=TensorProto.FLOAT)
    scaled = graph.add("Mul", pixels, graph.constant(np.array(1 / 127.5, np.float32)))
    centred = graph.add("Sub", scaled, graph.constant(np.array(1, np.float32)))
    source = _any_batch(onnx.load(files["face_detection_back_256x256_barracuda.onnx"]))
    tensors = published.append(source, graph, {_INPUT: centred}, _VALUES + _LOGITS)
    values, logits = (graph.add("Concat", *pair, axis=1) for pair in (tensors[:2], tensors[2:]))
    model = graph.model(
        "blazeface",
        [("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])],
        [
            (values, ("values", TensorProto.FLOAT, ["N", ANCHORS, VALUES])),
            (logits, ("logits", TensorProto.FLOAT, ["N", ANCHORS, 1])),
        ],
    )
    return Assembled.of(model)


def _any_batch(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy that takes any batch.

    The source is frozen to a batch of one by reshapes to `[1, …]`, and by the zeros of that batch
    that it puts behind the channels where a layer adds some.
    """
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    arrays = {one.name: numpy_helper.to_array(one) for one in copy.graph.initializer}
    zeros = {
        node.output[0]: arrays[node.input[0]]
        for node in copy.graph.node
        if node.op_type == "ConstantOfShape"
    }
    reshapes = {node.input[1] for node in copy.graph.node if node.op_type == "Reshape"}
    for tensor in copy.graph.initializer:
        if tensor.name in reshapes:
            shape = arrays[tensor.name].copy()
            shape[0] = 0
            tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))
    for node in copy.graph.node:
        if node.op_type == "Concat" and node.input[-1] in zeros:
            padding = f"{node.output[0]}_padding"
            pads = np.array([0, 0, 0, 0, 0, zeros[node.input[-1]][1], 0, 0])
            copy.graph.initializer.append(numpy_helper.from_array(pads, padding))
            node.CopyFrom(helper.make_node("Pad", [node.input[0], padding], node.output))
    return copy
