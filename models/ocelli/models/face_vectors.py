"""The face embedder of dlib, from pixels to a vector in one graph.

A residual network of 29 layers (He et al., 2016) that Davis King trained so that faces of one
person lie within a ball of radius 0.6 (dlib's `dnn_face_recognition_ex.cpp`, 2017). Its layers are
written out here, as its package holds weights alone.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from ocelli.models import tfjs_file
from ocelli.models.assembled import Assembled
from ocelli.models.graph import Array, Graph

SIDE_PX = 150
DIMENSION = 128
MEAN_RGB = (122.782, 117.001, 104.298)
SCALE = 256.0

TEMPLATE_PX = {
    "right_eye": (47.6, 46.6),
    "left_eye": (100.5, 46.6),
    "nose": (74.0, 76.6),
    "right_mouth": (50.4, 103.0),
    "left_mouth": (97.6, 103.0),
}
"""Where the points of an upright face lie in the input, x and y; the sides are the person's own.

From dlib's mean face (`get_face_chip_details` with a padding of a quarter), as the network was
trained: the middle of each eye, the tip of the nose, the corners of the mouth.
"""

_BLOCKS = (
    *(("conv32_1", 0), ("conv32_2", 0), ("conv32_3", 0)),
    *(("conv64_down", 35), ("conv64_1", 0), ("conv64_2", 0), ("conv64_3", 0)),
    *(("conv128_down", 17), ("conv128_1", 0), ("conv128_2", 0)),
    *(("conv256_down", 8), ("conv256_1", 0), ("conv256_2", 0), ("conv256_down_out", 4)),
)
"""Names of the residual blocks, and the side of what goes into those that halve it; else 0."""


def assemble(files: Mapping[str, Path]) -> Assembled:
    """Assembles the embedder from `face_recognition_model-weights_manifest.json` and its shard.

    The model takes `images`, uint8 `[N, 150, 150, 3]`, RGB, faces placed as `TEMPLATE_PX` says, and
    gives `embedding`, float32 `[N, 128]`, not normalised.

    Args:
        files: paths by name.
    """
    weights = tfjs_file.read_weights(files["face_recognition_model-weights_manifest.json"])
    return _Network(Graph(), weights).build()


class _Network:
    def __init__(self, graph: Graph, weights: Mapping[str, Array]) -> None:
        self._graph = graph
        self._weights = weights

    def build(self) -> Assembled:
        graph = self._graph
        pixels = graph.add("Cast", graph.transpose("images", (0, 3, 1, 2)), to=TensorProto.FLOAT)
        mean = graph.constant(np.array(MEAN_RGB, np.float32).reshape(3, 1, 1))
        centred = graph.add("Sub", pixels, mean)
        x = graph.add("Div", centred, graph.constant(np.array(SCALE, np.float32)))
        x = graph.add("Relu", self._conv(x, "conv32_down", stride=2))
        x = graph.add("MaxPool", x, kernel_shape=(3, 3), strides=(2, 2))
        for name, side_px in _BLOCKS:
            x = self._halving_block(x, name, side_px) if side_px else self._block(x, name)
        pooled = graph.add("Flatten", graph.add("GlobalAveragePool", x))
        vector = graph.add("MatMul", pooled, graph.constant(self._weights["fc"]))
        model = graph.model(
            "face_vectors",
            [("images", TensorProto.UINT8, ["N", SIDE_PX, SIDE_PX, 3])],
            [(vector, ("embedding", TensorProto.FLOAT, ["N", DIMENSION]))],
        )
        return Assembled.of(model)

    def _block(self, x: str, name: str) -> str:
        """Two convolutions, and what they were made of added."""
        y = self._graph.add("Relu", self._conv(x, f"{name}/conv1"))
        y = self._conv(y, f"{name}/conv2")
        return self._graph.add("Relu", self._graph.add("Add", x, y))

    def _halving_block(self, x: str, name: str, side_px: int) -> str:
        """The same at half the size.

        Both sides are filled up with zeros: channels where there are more of them now, and the last
        row and column, which a convolution without padding does not reach if the size is even.
        """
        y = self._graph.add("Relu", self._conv(x, f"{name}/conv1", stride=2))
        y = self._conv(y, f"{name}/conv2")
        missing_px = side_px // 2 - ((side_px - 3) // 2 + 1)
        y = self._padded(y, pixels=missing_px)
        x = self._graph.add("AveragePool", x, kernel_shape=(2, 2), strides=(2, 2))
        before, after = self._weights[f"{name}/conv1/conv/filters"].shape[2:]
        x = self._padded(x, channels=after - before)
        return self._graph.add("Relu", self._graph.add("Add", x, y))

    def _padded(self, x: str, *, channels: int = 0, pixels: int = 0) -> str:
        """Zeros behind the channels, the rows and the columns."""
        if channels == pixels == 0:
            return x
        pads = np.array([0, 0, 0, 0, 0, channels, pixels, pixels])
        return self._graph.add("Pad", x, self._graph.constant(pads))

    def _conv(self, x: str, name: str, *, stride: int = 1) -> str:
        """A convolution, its bias, and a scale and shift of each channel, folded into one."""
        kernel, bias, scale, shift = (
            self._weights[f"{name}/{part}"].astype(np.float64)
            for part in ("conv/filters", "conv/bias", "scale/weights", "scale/biases")
        )
        scaled: NDArray[np.float64] = (kernel * scale).transpose(3, 2, 0, 1)
        return self._graph.add(
            "Conv",
            x,
            self._graph.constant(scaled.astype(np.float32)),
            self._graph.constant((bias * scale + shift).astype(np.float32)),
            kernel_shape=scaled.shape[2:],
            strides=(stride, stride),
            auto_pad="VALID" if stride > 1 else "SAME_UPPER",
        )
