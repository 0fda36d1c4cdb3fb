"""Heads as Ultralytics exports them for YOLOv8, 9, 11 and 12 without built-in suppression.

Source of the layouts: the ONNX exports of the `ultralytics` package, tasks "detect", "segment",
"pose" and "obb". Rows are centre x, centre y, width, height in input pixels, a score from 0 to 1
for each class, then what the task adds; columns are cells.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    ModelSignature,
    TensorSpec,
    corners_of,
    refused,
    take_output,
)
from ocelli.edge.vision.adapters.dense import best_cells, one_output
from ocelli.edge.vision.boxes import Candidates
from ocelli.edge.vision.masks import MaskMaps
from ocelli.edge.vision.oriented import upright_boxes

COEFFICIENTS = 32
"""Of a mask: one for each of the prototypes."""


class Yolov8Adapter:
    """Reads one output [N, 4 + classes, cells].

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        output, classes = one_output("yolov8", signature, axis=1, fixed=4)
        self._name = output.name
        self._shape = (4 + classes, output.shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        head = take_output(outputs, self._name, self._shape)
        kept, scores, classes = best_cells(head[4:], score_threshold)
        return Candidates(corners_of(head[:4, kept].T), scores, classes)


class Yolov8SegAdapter:
    """Reads two outputs: [N, 4 + classes + 32, cells] and prototypes [N, 32, h, w].

    A mask is where the sum of the prototypes, each times the cell's coefficient for it, is above 0.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        heads, prototypes = split_prototypes("yolov8_seg", signature)
        rows = heads.shape[1]
        labels = signature.label_count
        if rows < 5 + COEFFICIENTS or (labels and rows != 4 + labels + COEFFICIENTS):
            expected = f"FP32[N, 4 + {labels or 'classes'} + 32, cells] and FP32[N, 32, h, w]"
            raise refused("yolov8_seg", expected, signature.outputs)
        self._names = (heads.name, prototypes.name)
        self._shapes = (heads.shape[1:], prototypes.shape[1:])
        self._size = (signature.input_width, signature.input_height)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The heads."""
        return self._names[:1]

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The prototypes."""
        return self._names[1:]

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`, and its mask."""
        head = take_output(outputs, self._names[0], self._shapes[0])
        kept, scores, classes = best_cells(head[4:-COEFFICIENTS], score_threshold)
        masks = None
        if self._names[1] in outputs:
            prototypes = take_output(outputs, self._names[1], self._shapes[1])
            masks = prototype_masks(head[-COEFFICIENTS:, kept].T, prototypes, self._size)
        return Candidates(corners_of(head[:4, kept].T), scores, classes, masks=masks)


class Yolov8PoseAdapter:
    """Reads one output [N, 4 + classes + points × 3, cells]: x, y, score of each point.

    The number of points is that of the names in `ocelli.keypoints`, or the key
    `ocelli.keypoint_shape` says it and the number of values, as in Ultralytics' metadata: `17,3`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, another number of classes than labels, or if
            the number of points is not known.
    """

    def __init__(self, signature: ModelSignature) -> None:
        self._points = keypoint_shape(signature)
        extra = self._points[0] * self._points[1]
        output, classes = one_output("yolov8_pose", signature, axis=1, fixed=4 + extra)
        self._name = output.name
        self._classes = classes
        self._shape = (4 + classes + extra, output.shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`, and its points."""
        head = take_output(outputs, self._name, self._shape)
        kept, scores, classes = best_cells(head[4 : 4 + self._classes], score_threshold)
        keypoints = keypoints_of(head[4 + self._classes :, kept].T, self._points)
        return Candidates(corners_of(head[:4, kept].T), scores, classes, keypoints=keypoints)


class Yolov8ObbAdapter:
    """Reads one output [N, 4 + classes + 1, cells], of which the last row is the angle in radians.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        output, classes = one_output("yolov8_obb", signature, axis=1, fixed=5)
        self._name = output.name
        self._shape = (5 + classes, output.shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        head = take_output(outputs, self._name, self._shape)
        kept, scores, classes = best_cells(head[4:-1], score_threshold)
        oriented = np.concatenate((head[:4, kept], head[-1:, kept])).T.astype(np.float32)
        return Candidates(upright_boxes(oriented), scores, classes, oriented=oriented)


def split_prototypes(adapter: str, signature: ModelSignature) -> tuple[TensorSpec, TensorSpec]:
    """The head, of three axes, and the prototypes, of four.

    Raises:
        OcelliError: MODEL_REFUSED: there are others.
    """
    outputs = {len(output.shape): output for output in signature.outputs if output.dtype in FLOATS}
    if len(signature.outputs) != 2 or set(outputs) != {3, 4}:
        raise refused(adapter, "a head and prototypes FP32[N, 32, h, w]", signature.outputs)
    return outputs[3], outputs[4]


def prototype_masks(
    coefficients: NDArray[Any], prototypes: NDArray[Any], input_size: tuple[int, int]
) -> MaskMaps:
    """Masks of objects: `coefficients` [K, 32] of `prototypes` [32, h, w]."""
    weights = coefficients.astype(np.float32)

    def at(index: int) -> NDArray[np.float32]:
        return np.tensordot(weights[index], prototypes.astype(np.float32, copy=False), axes=1)

    return MaskMaps(at, *input_size)


def keypoint_shape(signature: ModelSignature) -> tuple[int, int]:
    """How many points an object has, and how many values each: x and y, or those and a score.

    Raises:
        OcelliError: MODEL_REFUSED: the keys do not say it.
    """
    stated = signature.options.get("keypoint_shape", f"{signature.keypoint_count},3")
    count, _, values = stated.replace(" ", "").strip("[]()").partition(",")
    if not (count.isdecimal() and 1 <= int(count) <= 1000 and values in {"2", "3"}):
        raise OcelliError(
            Reason.MODEL_REFUSED,
            f"parameter ocelli.keypoint_shape is {stated!r}; expected the number of points and of "
            "values each, such as 17,3, or the points' names in ocelli.keypoints",
        )
    return int(count), int(values)


def keypoints_of(values: NDArray[Any], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Points [K, points, 3] from rows [K, points × values]; the score is NaN if there is none."""
    points = values.astype(np.float32).reshape(-1, *shape)
    if shape[1] == 3:
        return points
    return np.concatenate((points, np.full((*points.shape[:2], 1), np.nan, np.float32)), axis=2)
