"""Ultralytics' heads that have suppressed duplicates themselves.

These are exports with `nms=True`, and YOLOv10 and YOLO26 where exported end to end. Source of the
layouts: the ONNX exports of the `ultralytics` package. Rows are padded with zeros.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    ModelSignature,
    only_output,
    refused,
    take_output,
)
from ocelli.edge.vision.adapters.yolov8 import (
    COEFFICIENTS,
    keypoint_shape,
    keypoints_of,
    prototype_masks,
    split_prototypes,
)
from ocelli.edge.vision.boxes import Candidates
from ocelli.edge.vision.oriented import upright_boxes


class _Rows:
    """One output [N, rows, columns] of which column 4 is the score and column 5 the class."""

    def __init__(self, adapter: str, signature: ModelSignature, columns: int) -> None:
        expected = f"one output FP32[N, objects, {columns}]"
        output = only_output(adapter, expected, signature, 3)
        if output.shape[2] != columns:
            raise refused(adapter, expected, signature.outputs)
        self._name = output.name
        self._shape = output.shape[1:]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def rows(
        self, outputs: Mapping[str, NDArray[Any]], score_threshold: float
    ) -> NDArray[np.float32]:
        """Those that score at least `score_threshold` and are no padding."""
        return _scoring(take_output(outputs, self._name, self._shape), score_threshold)


class YoloNmsAdapter(_Rows):
    """Reads one output [N, objects, 6]: x_min, y_min, x_max, y_max in input pixels, score, class.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        super().__init__("yolo_nms", signature, 6)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = self.rows(outputs, score_threshold)
        return Candidates(rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int32), suppressed=True)


class YoloNmsPoseAdapter(_Rows):
    """Reads one output [N, objects, 6 + points × 3]; see `Yolov8PoseAdapter` for the points.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or if the number of points is not known.
    """

    def __init__(self, signature: ModelSignature) -> None:
        self._points = keypoint_shape(signature)
        super().__init__("yolo_nms_pose", signature, 6 + self._points[0] * self._points[1])

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`, and their points."""
        rows = self.rows(outputs, score_threshold)
        return Candidates(
            rows[:, :4],
            rows[:, 4],
            rows[:, 5].astype(np.int32),
            keypoints=keypoints_of(rows[:, 6:], self._points),
            suppressed=True,
        )


class YoloNmsObbAdapter(_Rows):
    """Reads one output [N, objects, 7].

    Columns are centre x, centre y, width, height in input pixels, score, class and the angle in
    radians.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        super().__init__("yolo_nms_obb", signature, 7)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = self.rows(outputs, score_threshold)
        oriented = np.ascontiguousarray(rows[:, (0, 1, 2, 3, 6)])
        return Candidates(
            upright_boxes(oriented),
            rows[:, 4],
            rows[:, 5].astype(np.int32),
            oriented=oriented,
            suppressed=True,
        )


class YoloNmsSegAdapter:
    """Reads two outputs: [N, objects, 6 + 32] and prototypes [N, 32, h, w]; see `Yolov8SegAdapter`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        head, prototypes = split_prototypes("yolo_nms_seg", signature)
        if head.shape[2] != 6 + COEFFICIENTS:
            expected = "FP32[N, objects, 38] and FP32[N, 32, h, w]"
            raise refused("yolo_nms_seg", expected, signature.outputs)
        self._names = (head.name, prototypes.name)
        self._shapes = (head.shape[1:], prototypes.shape[1:])
        self._size = (signature.input_width, signature.input_height)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The objects."""
        return self._names[:1]

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The prototypes."""
        return self._names[1:]

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`, and their masks."""
        rows = _scoring(take_output(outputs, self._names[0], self._shapes[0]), score_threshold)
        masks = None
        if self._names[1] in outputs:
            prototypes = take_output(outputs, self._names[1], self._shapes[1])
            masks = prototype_masks(rows[:, 6:], prototypes, self._size)
        return Candidates(
            rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int32), masks=masks, suppressed=True
        )


def _scoring(rows: NDArray[Any], score_threshold: float) -> NDArray[np.float32]:
    scores = rows[:, 4]
    return rows[(scores >= score_threshold) & (scores > 0)].astype(np.float32)
