"""Translating graph models: each operation by a small graph, and what is refused."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto

from ocelli.models import tfjs, tfjs_file
from ocelli.models.graph import Graph
from ocelli.models.tfjs_file import GraphModel, UnsupportedGraphError

PIXELS = np.arange(2 * 6 * 8 * 3, dtype=np.float32).reshape(2, 6, 8, 3) / 100 - 1
SPATIAL = {"s": base64.b64encode(b"NHWC").decode()}
VALID = {"s": base64.b64encode(b"VALID").decode()}
HALF_PIXEL = {"half_pixel_centers": {"b": True}, "align_corners": {"b": False}}


def integers(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


CONV = {
    "data_format": SPATIAL,
    "padding": VALID,
    "strides": integers(1, 2, 2, 1),
    "dilations": integers(1, 1, 1, 1),
}


def node(name: str, op: str, *inputs: str, **attributes: object) -> dict[str, Any]:
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


def run(
    nodes: Sequence[Mapping[str, Any]], outputs: Sequence[str], **weights: NDArray[Any]
) -> list[NDArray[Any]]:
    """Translates nodes that read the placeholder `x` and runs them on `PIXELS`."""
    constants = [node(name, "Const") for name in weights]
    model = GraphModel([node("x", "Placeholder"), *constants, *nodes], weights)
    graph = Graph()
    tensors = tfjs.append(model, graph, {"x": "pixels"}, outputs)
    proto = graph.model(
        "test",
        [("pixels", TensorProto.FLOAT, ["N", 6, 8, 3])],
        [(t, (f"out{i}", TensorProto.FLOAT, ["?"] * 4)) for i, t in enumerate(tensors)],
    )
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    return list(session.run(None, {"pixels": PIXELS}))


def test_convolution_with_bias_and_padding() -> None:
    rng = np.random.default_rng(0)
    kernel, bias = rng.normal(size=(3, 3, 3, 5)).astype(np.float32), np.arange(5, dtype=np.float32)
    widths = np.array([[0, 0], [0, 0], [1, 1], [2, 0]])
    (found,) = run(
        [
            node("to_nchw", "Transpose", "x", "first"),
            node("padded", "Pad", "to_nchw", "widths"),
            node("to_nhwc", "Transpose", "padded", "last"),
            node("conv", "Conv2D", "to_nhwc", "kernel", **CONV),
            node("sum", "Add", "conv", "bias"),
        ],
        ["sum"],
        first=np.array([0, 3, 1, 2]),
        last=np.array([0, 2, 3, 1]),
        widths=widths,
        kernel=kernel,
        bias=bias,
    )
    padded = np.pad(PIXELS, [(0, 0), (1, 1), (2, 0), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))[:, ::2, ::2]
    expected = np.einsum("nyxcij,ijco->nyxo", windows, kernel) + bias
    np.testing.assert_allclose(found, expected, atol=1e-4)


SAME = CONV | {"padding": {"s": list(b"SAME")}, "data_format": {"s": list(b"NHWC")}}


def same(images: NDArray[Any], kernel: NDArray[Any], stride: int) -> NDArray[Any]:
    """Windows of TensorFlow's SAME, [N, H, W, C, kernel, kernel]; odd padding goes after."""
    side = len(kernel)
    widths = [(0, 0)]
    for size in images.shape[1:3]:
        total = max((-(-size // stride) - 1) * stride + side - size, 0)
        widths.append((total // 2, total - total // 2))
    padded = np.pad(images, [*widths, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), (1, 2))
    return windows[:, ::stride, ::stride]


def test_a_depthwise_convolution_with_batch_normalisation_and_relu6() -> None:
    rng = np.random.default_rng(1)
    kernel = rng.normal(size=(3, 3, 3, 1)).astype(np.float32)
    gain, shift, mean = (rng.normal(size=3).astype(np.float32) for _ in range(3))
    variance = rng.uniform(0.1, 2, 3).astype(np.float32)
    (found,) = run(
        [
            node("deep", "DepthwiseConv2dNative", "x", "kernel", **SAME),
            node(
                "norm",
                "FusedBatchNorm",
                *("deep", "gain", "shift", "mean", "variance"),
                epsilon={"f": 0.001},
            ),
            node("clipped", "Relu6", "norm"),
        ],
        ["clipped"],
        kernel=kernel,
        gain=gain,
        shift=shift,
        mean=mean,
        variance=variance,
    )
    convolved = np.einsum("nyxcij,ijc->nyxc", same(PIXELS, kernel, 2), kernel[..., 0])
    expected = (convolved - mean) / np.sqrt(variance + 0.001) * gain + shift
    np.testing.assert_allclose(found, np.clip(expected, 0, 6), atol=1e-4)


def test_scales_and_shifts_along_channels_in_either_order() -> None:
    rng = np.random.default_rng(2)
    kernel = rng.normal(size=(1, 1, 3, 3)).astype(np.float32)
    scale, bias = np.array([2, 3, 4], np.float32), np.array([5, 6, 7], np.float32)
    (found,) = run(
        [
            node("conv", "Conv2D", "x", "kernel", **SAME | {"strides": integers(1, 1, 1, 1)}),
            node("scaled", "Mul", "scale", "conv"),
            node("first", "Add", "bias", "scaled"),
            node("twice", "AddN", "first", "scaled", "scaled"),
            node("last", "BiasAdd", "twice", "bias"),
        ],
        ["last"],
        kernel=kernel,
        scale=scale,
        bias=bias,
    )
    scaled = np.einsum("nyxi,io->nyxo", PIXELS, kernel[0, 0]) * scale
    np.testing.assert_allclose(found, 3 * scaled + 2 * bias, atol=1e-4)


def test_batch_normalisation_behind_no_convolution() -> None:
    gain, shift, mean = (
        np.array(values, np.float32) for values in ([1, 2, 3], [4, 5, 6], [0, 1, 2])
    )
    (found,) = run(
        [node("norm", "FusedBatchNorm", "x", "gain", "shift", "mean", "gain", epsilon={"f": 0})],
        ["norm"],
        gain=gain,
        shift=shift,
        mean=mean,
    )
    np.testing.assert_allclose(found, (PIXELS - mean) * np.sqrt(gain) + shift, atol=1e-5)


def test_what_lies_before_the_inputs_is_left_out() -> None:
    model = GraphModel([node("y", "Relu6", "odd"), node("odd", "Einsum", "x")], {})
    graph = Graph()
    (tensor,) = tfjs.append(model, graph, {"odd": "pixels"}, ["y"])
    assert tensor.startswith("clip")


def test_a_loop_is_refused() -> None:
    nodes = [node("y", "Relu6", "z"), node("z", "Relu6", "y")]
    with pytest.raises(UnsupportedGraphError, match="needs itself"):
        tfjs.append(GraphModel(nodes, {}), Graph(), {}, ["y"])


def test_pooling_over_a_padding_of_minus_infinity() -> None:
    (found,) = run(
        [
            node("padded", "PadV2", "x", "widths", "value"),
            node("pooled", "MaxPool", "padded", ksize=integers(1, 3, 3, 1), **CONV),
        ],
        ["pooled"],
        widths=np.array([[0, 0], [1, 1], [1, 1], [0, 0]]),
        value=np.array(-np.inf, np.float32),
    )
    padded = np.pad(PIXELS, [(0, 0), (1, 1), (1, 1), (0, 0)], constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))[:, ::2, ::2]
    np.testing.assert_array_equal(found, windows.max((-2, -1)))


def test_a_padding_that_a_convolution_does_not_share_is_kept() -> None:
    (found,) = run(
        [
            node("padded", "PadV2", "x", "widths", "value"),
            node("conv", "Conv2D", "padded", "kernel", **CONV),
        ],
        ["conv"],
        widths=np.array([[0, 0], [1, 1], [1, 1], [0, 0]]),
        value=np.array(9, np.float32),
        kernel=np.eye(3, dtype=np.float32)[None, None],
    )
    np.testing.assert_array_equal(found[0, 0, 0], [9, 9, 9])


def test_split_and_concatenation() -> None:
    first, joined = run(
        [
            node("parts", "SplitV", "x", "sizes", "axis"),
            node("joined", "ConcatV2", "parts:1", "parts", "axis"),
        ],
        ["parts", "joined"],
        sizes=np.array([2, 1]),
        axis=np.array(3),
    )
    np.testing.assert_array_equal(first, PIXELS[..., :2])
    np.testing.assert_array_equal(joined, PIXELS[..., [2, 0, 1]])


def test_resize_samples_at_half_pixel_centres() -> None:
    (found,) = run(
        [node("half", "ResizeBilinear", "x", "size", **HALF_PIXEL)],
        ["half"],
        size=np.array([3, 4]),
    )
    np.testing.assert_allclose(found, PIXELS.reshape(2, 3, 2, 4, 2, 3).mean((2, 4)), atol=1e-5)


def test_reshape_keeps_any_batch_apart() -> None:
    (found,) = run(
        [
            node("summed", "AddV2", "shape", "zeros"),
            node("flat", "Reshape", "x", "summed"),
            node("back", "Reshape", "flat", "whole"),
        ],
        ["back"],
        shape=np.array([1, 4, -1]),
        zeros=np.zeros(3, np.int64),
        whole=np.array([1, 8, 6, 3]),
    )
    np.testing.assert_array_equal(found, PIXELS.reshape(2, 8, 6, 3))


def test_a_shape_packed_from_the_batch_size_keeps_any_batch() -> None:
    (found,) = run(
        [
            node("shape", "Shape", "x"),
            node(
                "batch",
                "StridedSlice",
                *("shape", "begin", "end", "end"),
                shrink_axis_mask={"i": "1"},
            ),
            node("packed", "Pack", "batch", "eight", "six", "three"),
            node("reshaped", "Reshape", "x", "packed"),
        ],
        ["reshaped"],
        begin=np.array([0]),
        end=np.array([1]),
        eight=np.array(8),
        six=np.array(6),
        three=np.array(3),
    )
    np.testing.assert_array_equal(found, PIXELS.reshape(2, 8, 6, 3))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (node("y", "Einsum", "x"), "operation Einsum of node y"),
        (node("y", "Sigmoid", "later"), "the graph has no node later"),
        (node("y", "Conv2D", "x", "k", **CONV | {"padding": SPATIAL}), "NHWC padding"),
        (node("y", "Conv2D", "x", "k", **CONV | {"strides": integers(2, 1, 1, 1)}), "not spatial"),
        (node("y", "Reshape", "x", "k"), "folds the batch"),
        (node("y", "ResizeBilinear", "x", "k"), "half-pixel"),
    ],
)
def test_what_is_not_known_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedGraphError, match=message):
        run([bad], ["y"], k=np.full((2, 1, 1, 1), 2))


def write(folder: Path, specs: list[dict[str, Any]], data: bytes) -> Path:
    path = folder / "model.json"
    manifest = [{"paths": ["model.bin"], "weights": specs}]
    path.write_text(json.dumps({"modelTopology": {"node": []}, "weightsManifest": manifest}))
    (folder / "model.bin").write_bytes(data)
    return path


HALF = {"dtype": "float16", "original_dtype": "float32"}


def test_weights_are_read_by_their_manifest(tmp_path: Path) -> None:
    half, whole = np.array([[0.5, -2]], "<f2"), np.array([7, -1, 3], "<i4")
    specs: list[dict[str, Any]] = [
        {"name": "half", "shape": [1, 2], "dtype": "float32", "quantization": HALF},
        {"name": "whole", "shape": [3], "dtype": "int32"},
        {"name": "scalar", "shape": [], "dtype": "float32"},
    ]
    data = half.tobytes() + whole.tobytes() + np.float32(1.25).tobytes()
    weights = tfjs_file.read(write(tmp_path, specs, data)).weights
    assert weights["half"].dtype == np.float32
    assert weights["half"].tolist() == [[0.5, -2]]
    assert weights["whole"].tolist() == [7, -1, 3]
    assert weights["scalar"] == 1.25


def test_weights_of_eight_bits_are_put_back_to_scale(tmp_path: Path) -> None:
    scaled = {"dtype": "uint8", "scale": 0.5, "min": -1.0}
    specs = [{"name": "w", "shape": [2, 2], "dtype": "float32", "quantization": scaled}]
    write(tmp_path, specs, bytes([0, 1, 2, 255]))
    manifest = json.loads((tmp_path / "model.json").read_text())["weightsManifest"]
    alone = tmp_path / "weights_manifest.json"
    alone.write_text(json.dumps(manifest))
    weights = tfjs_file.read_weights(alone)
    assert weights["w"].tolist() == [[-1, -0.5], [0, 126.5]]


@pytest.mark.parametrize(
    ("spec", "data"),
    [
        ({"name": "w", "shape": [4], "dtype": "float32"}, bytes(12)),
        ({"name": "w", "shape": [2], "dtype": "float32"}, bytes(12)),
        ({"name": "w", "shape": [2], "dtype": "complex64"}, bytes(16)),
        (
            {"name": "w", "shape": [2], "dtype": "float32", "quantization": {"dtype": "uint8"}},
            b"ab",
        ),
    ],
)
def test_weights_of_another_kind_or_size_are_refused(
    spec: dict[str, Any], data: bytes, tmp_path: Path
) -> None:
    with pytest.raises(UnsupportedGraphError):
        tfjs_file.read(write(tmp_path, [spec], data))
