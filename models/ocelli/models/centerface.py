"""The CenterFace face detector, from pixels to its four maps in one graph.

Faces as points (Xu et al., CenterFace: joint face detection and alignment using face as point,
2019): on a map of cells of 4 pixels, how likely a face's centre is, its size, its offset in the
cell, and five points.
"""

from collections.abc import Mapping
from pathlib import Path

import onnx
from onnx import TensorProto

from ocelli.models import published
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Graph

SIDE_PX = 640
"""The network takes any multiple of 32."""
STRIDE_PX = 4

_INPUT = "input.1"
_MAPS = {"heat": ("537", 1), "scale": ("538", 2), "offset": ("539", 2), "points": ("540", 10)}
"""The published name and the number of channels of each output."""


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the detector from `centerface.onnx`.

    The model takes `images`, uint8 `[N, 640, 640, 3]`, RGB. It gives four maps, float32
    `[N, channels, 160, 160]`: `heat`, one channel, 0 to 1; `scale`, the logarithms of height and
    width in cells; `offset`, y and x of the centre in its cell; `points`, y and x of each point as
    shares of the box.

    Args:
        files: paths by name.
    """
    graph = Graph()
    pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
    tensors = published.append(
        onnx.load(files["centerface.onnx"]),
        graph,
        {_INPUT: pixels},
        [name for name, _ in _MAPS.values()],
    )
    cells = SIDE_PX // STRIDE_PX
    model = graph.model(
        "centerface",
        [("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])],
        [
            (tensor, (name, TensorProto.FLOAT, ["N", channels, cells, cells]))
            for tensor, (name, (_, channels)) in zip(tensors, _MAPS.items(), strict=True)
        ],
    )
    return Assembled.of(model)
