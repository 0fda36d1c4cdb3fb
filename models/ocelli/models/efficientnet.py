"""EfficientNet-Lite, from pixels to a feature vector or to the classes of ImageNet in one graph.

The architecture is EfficientNet (Tan and Le, 2019) without squeeze-and-excitation and with ReLU6,
as published under the name EfficientNet-Lite; padding follows TensorFlow's SAME.
"""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from onnx import TensorProto

from ocelli.models import imagenet, pth
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Array, Graph, ValueInfo

DIMENSION = 1280
PIXEL_MEAN = 127.0
PIXEL_SCALE = 128.0
BATCH_NORM_EPSILON = 1e-3


class Variant(NamedTuple):
    """One of the family; the weights tell the width of its layers."""

    name: str
    checkpoint: str
    """Name of its file."""
    side_px: int
    """Width and height of the input."""
    depth: float
    """Factor of the repeats of each stage but the first and the last."""


LITE0 = Variant("efficientnet_lite0", "efficientnet-lite0-57934424.pth", 224, 1.0)
LITE2 = Variant("efficientnet_lite2", "efficientnet-lite2-9656183e.pth", 260, 1.2)

NAMES = "imagenet_classes.js"
"""Name of the file that lists the classes."""


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


def assemble_embedder(variant: Variant, files: Mapping[str, Path]) -> Assembled:
    """Assembles the network without its classifier.

    The model takes `images`, uint8 `[N, side, side, 3]`, RGB, and gives `embedding`, float32
    `[N, 1280]`: the pooled features in front of the classifier, not normalised.

    Args:
        variant: which network.
        files: the checkpoint's path by its name.
    """
    network = Network(Graph(), variant, files)
    graph = network.graph
    output: ValueInfo = ("embedding", TensorProto.FLOAT, ["N", DIMENSION])
    return Assembled.of(
        graph.model(variant.name, [network.images], [(network.embedding(), output)])
    )


def assemble_classifier(variant: Variant, files: Mapping[str, Path]) -> Assembled:
    """Assembles the network with its classifier.

    The model takes `images`, uint8 `[N, side, side, 3]`, RGB, and gives `probabilities`, float32
    `[N, 1000]`, which add up to 1.

    Args:
        variant: which network.
        files: paths of the checkpoint and of the list of classes by their names.
    """
    network = Network(Graph(), variant, files)
    graph = network.graph
    scores = network.probabilities(network.embedding())
    output: ValueInfo = ("probabilities", TensorProto.FLOAT, ["N", imagenet.CLASSES])
    model = graph.model(f"{variant.name}_classes", [network.images], [(scores, output)])
    return Assembled.of(model, labels=[names[0] for names in imagenet.read(files[NAMES])])


class Network:
    """The network in a graph under construction.

    Args:
        graph: where its nodes go.
        variant: which network.
        files: the checkpoint's path by its name.
    """

    def __init__(self, graph: Graph, variant: Variant, files: Mapping[str, Path]) -> None:
        self.graph = graph
        self._variant = variant
        self._weights: Mapping[str, Array] = pth.read(files[variant.checkpoint])
        self._limits = [graph.constant(np.array(limit, np.float32)) for limit in (0, 6)]

    @property
    def images(self) -> ValueInfo:
        """The input, uint8 `[N, side, side, 3]`, RGB."""
        side = self._variant.side_px
        return ("images", TensorProto.UINT8, ["N", side, side, 3])

    def embedding(self) -> str:
        """Appends all layers but the classifier; gives float32 `[N, 1280]`."""
        graph = self.graph
        pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
        centred = graph.add("Sub", pixels, graph.constant(np.array(PIXEL_MEAN, np.float32)))
        x = graph.add("Div", centred, graph.constant(np.array(PIXEL_SCALE, np.float32)))
        x = self._relu6(self._conv(x, "_conv_stem", "_bn0", stride=2))
        for block, (stage, first) in enumerate(_blocks(self._variant.depth)):
            y = self._block(x, f"_blocks.{block}.", stage, first=first)
            x = y if first else graph.add("Add", x, y)
        x = self._relu6(self._conv(x, "_conv_head", "_bn1"))
        return graph.add("Flatten", graph.add("GlobalAveragePool", x))

    def probabilities(self, embedding: str) -> str:
        """Appends the classifier; gives float32 `[N, 1000]`, which add up to 1."""
        graph = self.graph
        weight, bias = (graph.constant(self._weights[f"_fc.{part}"]) for part in ("weight", "bias"))
        return graph.add("Softmax", graph.add("Gemm", embedding, weight, bias, transB=1), axis=1)

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
        return self.graph.add(
            "Conv",
            x,
            self.graph.constant((kernel * scale[:, None, None, None]).astype(np.float32)),
            self.graph.constant((shift - mean * scale).astype(np.float32)),
            kernel_shape=kernel.shape[2:],
            strides=(stride, stride),
            group=kernel.shape[0] if depthwise else 1,
            auto_pad="SAME_UPPER",
        )

    def _relu6(self, x: str) -> str:
        return self.graph.add("Clip", x, *self._limits)


def _blocks(depth: float) -> Iterator[tuple[_Stage, bool]]:
    """Each block: its stage, and whether it is the first of it."""
    for stage in _STAGES:
        fixed = stage in {_STAGES[0], _STAGES[-1]}
        for repeat in range(stage.repeats if fixed else math.ceil(depth * stage.repeats)):
            yield stage, repeat == 0
