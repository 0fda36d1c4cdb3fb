"""The EfficientNet-Lite0 embedder, from pixels to a feature vector in one graph.

The architecture is EfficientNet-B0 (Tan and Le, 2019) without squeeze-and-excitation and with
ReLU6, as published under the name EfficientNet-Lite; padding follows TensorFlow's SAME.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto

from ocelli.models import pth
from ocelli.models.graph import Array, Graph

SIDE_PX = 224
DIMENSION = 1280
PIXEL_MEAN = 127.0
PIXEL_SCALE = 128.0
BATCH_NORM_EPSILON = 1e-3


class _Stage(NamedTuple):
    repeats: int
    kernel: int
    stride: int
    expands: bool


_STAGES = (
    _Stage(1, 3, 1, expands=False),
    _Stage(2, 3, 2, expands=True),
    _Stage(2, 5, 2, expands=True),
    _Stage(3, 3, 2, expands=True),
    _Stage(3, 5, 1, expands=True),
    _Stage(4, 5, 2, expands=True),
    _Stage(1, 3, 1, expands=True),
)


def assemble(folder: Path) -> onnx.ModelProto:
    """Assembles the embedder from `efficientnet-lite0-57934424.pth`.

    The model takes `images`, uint8 `[N, 224, 224, 3]`, RGB, and gives `embedding`, float32
    `[N, 1280]`: the pooled features in front of the classifier, not normalised. The classifier
    itself is left out.

    Args:
        folder: where the checkpoint lies.
    """
    network = _Network(Graph(), pth.read(folder / "efficientnet-lite0-57934424.pth"))
    return network.build()


class _Network:
    def __init__(self, graph: Graph, weights: Mapping[str, Array]) -> None:
        self._graph = graph
        self._weights = weights
        self._limits = [graph.constant(np.array(limit, np.float32)) for limit in (0, 6)]

    def build(self) -> onnx.ModelProto:
        graph = self._graph
        pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
        centred = graph.add("Sub", pixels, graph.constant(np.array(PIXEL_MEAN, np.float32)))
        x = graph.add("Div", centred, graph.constant(np.array(PIXEL_SCALE, np.float32)))
        x = self._relu6(self._conv(x, "_conv_stem", "_bn0", stride=2))
        block = 0
        for stage in _STAGES:
            for repeat in range(stage.repeats):
                y = self._block(x, f"_blocks.{block}.", stage, first=repeat == 0)
                x = y if repeat == 0 else graph.add("Add", x, y)
                block += 1
        x = self._relu6(self._conv(x, "_conv_head", "_bn1"))
        embedding = graph.add("Flatten", graph.add("GlobalAveragePool", x))
        return graph.model(
            "efficientnet_lite0",
            [("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])],
            [(embedding, ("embedding", TensorProto.FLOAT, ["N", DIMENSION]))],
        )

    def _block(self, x: str, prefix: str, stage: _Stage, *, first: bool) -> str:
        if stage.expands:
            x = self._relu6(self._conv(x, prefix + "_expand_conv", prefix + "_bn0"))
        stride = stage.stride if first else 1
        depthwise = prefix + "_depthwise_conv"
        x = self._relu6(self._conv(x, depthwise, prefix + "_bn1", stride=stride, depthwise=True))
        return self._conv(x, prefix + "_project_conv", prefix + "_bn2")

    def _conv(
        self, x: str, conv: str, norm: str, *, stride: int = 1, depthwise: bool = False
    ) -> str:
        """A convolution with its batch normalisation folded into weights and bias."""
        kernel = self._weights[f"{conv}.weight"].astype(np.float64)
        gain, shift, mean, variance = (
            self._weights[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / np.sqrt(variance + BATCH_NORM_EPSILON)
        return self._graph.add(
            "Conv",
            x,
            self._graph.constant((kernel * scale[:, None, None, None]).astype(np.float32)),
            self._graph.constant((shift - mean * scale).astype(np.float32)),
            kernel_shape=kernel.shape[2:],
            strides=(stride, stride),
            group=kernel.shape[0] if depthwise else 1,
            auto_pad="SAME_UPPER",
        )

    def _relu6(self, x: str) -> str:
        return self._graph.add("Clip", x, *self._limits)
