"""TensorFlow's layers on images, [N, H, W, C], as ONNX nodes on [N, C, H, W].

Each layer gives its result back as [N, H, W, C]. The transposes between two layers cancel, so that
few remain in the graph.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocelli.models.graph import Array, Attribute, Graph
from ocelli.models.tfjs_node import Window

NHWC_TO_NCHW = (0, 3, 1, 2)
NCHW_TO_NHWC = (0, 2, 3, 1)

_NO_PADS = [0, 0, 0, 0]


@dataclass(frozen=True)
class _Convolution:
    """What made a tensor, kept so that a scale or a bias behind it can be folded in.

    Attributes:
        source: the tensor that it reads, [N, C, H, W].
        kernel: [out, in, height, width].
        bias: [out].
        attributes: of the ONNX node.
    """

    source: str
    kernel: NDArray[np.float64]
    bias: NDArray[np.float64] | None
    attributes: Mapping[str, Attribute]


class Layers:
    """Appends layers to a graph under construction."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._padded: dict[str, tuple[str, float, list[int]]] = {}
        self._convolutions: dict[str, _Convolution] = {}

    def conv(self, tensor: str, kernel: Array, window: Window) -> str:
        """A convolution without a bias.

        Args:
            tensor: [N, H, W, in].
            kernel: [height, width, in, out].
            window: how it moves.
        """
        return self._convolve(tensor, kernel.transpose(3, 2, 0, 1), window, group=1)

    def depthwise(self, tensor: str, kernel: Array, window: Window) -> str:
        """A convolution of each channel by itself.

        Args:
            tensor: [N, H, W, C].
            kernel: [height, width, C, multiplier].
            window: how it moves.
        """
        height, width, channels, multiplier = kernel.shape
        filters = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        return self._convolve(tensor, filters, window, group=channels)

    def affine(self, tensor: str, scale: Array | None, shift: Array | None) -> str:
        """Multiplies and then adds along the channels; folded into a convolution before it.

        Args:
            tensor: [N, H, W, C], or any tensor whose last axis is C.
            scale: [C]; None for 1.
            shift: [C]; None for 0.
        """
        if tensor in self._convolutions:
            return self._folded(self._convolutions[tensor], scale, shift)
        channels_first = self._graph.origin(tensor)[1] == NCHW_TO_NHWC
        for op, values in (("Mul", scale), ("Add", shift)):
            if values is None:
                continue
            floats = values.astype(np.float32)
            if channels_first:
                source = self._graph.transpose(tensor, NHWC_TO_NCHW)
                constant = self._graph.constant(floats.reshape(-1, 1, 1))
                tensor = self._graph.transpose(self._graph.add(op, source, constant), NCHW_TO_NHWC)
            else:
                tensor = self._graph.add(op, tensor, self._graph.constant(floats))
        return tensor

    def elementwise(self, op: str, tensors: Sequence[str], *more: str, **attributes: float) -> str:
        """An operation on each element, done in front of a transpose that made all its operands.

        Args:
            op: the ONNX operation.
            tensors: of one shape.
            more: inputs that follow them and are scalars.
            attributes: of the ONNX node.
        """
        sources, orders = zip(*(self._graph.origin(tensor) for tensor in tensors), strict=True)
        if len(set(orders)) != 1:
            return self._graph.add(op, *tensors, *more, **attributes)
        return self._graph.transpose(self._graph.add(op, *sources, *more, **attributes), orders[0])

    def pad(self, tensor: str, widths: NDArray[np.int64], value: float) -> str:
        """Pads with a constant.

        Args:
            tensor: of any rank.
            widths: before and after each axis, [rank, 2].
            value: what it is padded with.
        """
        result = self._graph.add(
            "Pad",
            tensor,
            self._graph.constant(widths.T.reshape(-1)),
            self._graph.constant(np.array(value, np.float32)),
        )
        if len(widths) == 4 and not widths[:2].any():
            self._padded[result] = (tensor, value, widths[2:].T.reshape(-1).tolist())
        return result

    def max_pool(self, tensor: str, sides: Sequence[int], window: Window) -> str:
        """The largest of each window.

        Args:
            tensor: [N, H, W, C].
            sides: height and width of the window.
            window: how it moves.
        """
        source, places = self._placed(tensor, window, padding=-math.inf)
        result = self._graph.add(
            "MaxPool", source, kernel_shape=sides, strides=window.strides, **places
        )
        return self._graph.transpose(result, NCHW_TO_NHWC)

    def resize(self, tensor: str, size: NDArray[np.int64]) -> str:
        """Linear interpolation between pixel centres.

        Args:
            tensor: [N, H, W, C].
            size: the new H and W.
        """
        source = self._graph.transpose(tensor, NHWC_TO_NCHW)
        batch_channels = self._graph.add("Shape", source, start=0, end=2)
        result = self._graph.add(
            "Resize",
            source,
            "",
            "",
            self._graph.add("Concat", batch_channels, self._graph.constant(size), axis=0),
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        return self._graph.transpose(result, NCHW_TO_NHWC)

    def _convolve(self, tensor: str, filters: Array, window: Window, *, group: int) -> str:
        source, places = self._placed(tensor, window, padding=0.0)
        attributes: dict[str, Attribute] = {
            "kernel_shape": filters.shape[2:],
            "strides": window.strides,
            "dilations": window.dilations,
            "group": group,
            **places,
        }
        return self._emit(_Convolution(source, filters.astype(np.float64), None, attributes))

    def _folded(self, made: _Convolution, scale: Array | None, shift: Array | None) -> str:
        kernel, bias = made.kernel, made.bias
        if scale is not None:
            factor = scale.astype(np.float64)
            kernel = kernel * factor.reshape(-1, 1, 1, 1)
            bias = None if bias is None else bias * factor
        if shift is not None:
            added = shift.astype(np.float64)
            bias = added if bias is None else bias + added
        return self._emit(replace(made, kernel=kernel, bias=bias))

    def _emit(self, made: _Convolution) -> str:
        operands = [self._graph.constant(made.kernel.astype(np.float32))]
        if made.bias is not None:
            operands.append(self._graph.constant(made.bias.astype(np.float32)))
        result = self._graph.add("Conv", made.source, *operands, **made.attributes)
        nhwc = self._graph.transpose(result, NCHW_TO_NHWC)
        self._convolutions[nhwc] = made
        return nhwc

    def _placed(
        self, tensor: str, window: Window, *, padding: float
    ) -> tuple[str, dict[str, Attribute]]:
        """The tensor as [N, C, H, W], and the attributes that say how it is padded.

        A padding of its own with the value that the layer itself pads with is looked through.
        """
        source = self._graph.transpose(tensor, NHWC_TO_NCHW)
        if window.same:
            return source, {"auto_pad": "SAME_UPPER"}
        before, value, pads = self._padded.get(source, (source, padding, _NO_PADS))
        return (before, {"pads": pads}) if value == padding else (source, {"pads": _NO_PADS})
