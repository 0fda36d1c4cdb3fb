"""YOLO-NAS, as the library super-gradients exports it: every cell, or one list of objects."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    ModelSignature,
    TensorSpec,
    only_output,
    refused,
    take_output,
    take_whole,
)
from ocelli.edge.vision.adapters.dense import best_cells
from ocelli.edge.vision.boxes import Candidates


class YoloNasAdapter:
    """Reads two outputs of super-gradients' YOLO-NAS: boxes [N, K, 4] and scores [N, K, classes].

    Boxes are x_min, y_min, x_max, y_max in input pixels. They are told apart by their names, which
    end in `boxes` and `scores`, or else by their shapes.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        found = _boxes_and_scores(signature.outputs, "boxes", "scores")
        labels = signature.label_count
        if found is None or (labels and found[1].shape[2] not in {labels, -1}):
            expected = f"boxes FP32[N, K, 4] and scores FP32[N, K, {labels or 'classes'}]"
            raise refused("yolo_nas", expected, signature.outputs)
        self._boxes, self._scores = found

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes and scores."""
        return (self._boxes.name, self._scores.name)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each box that scores at least `score_threshold`."""
        boxes = take_output(outputs, self._boxes.name, (-1, 4))
        scores = take_output(outputs, self._scores.name, (boxes.shape[0], -1))
        kept, best, classes = best_cells(scores.T, score_threshold)
        return Candidates(boxes[kept].astype(np.float32), best, classes)


class YoloNasFlatAdapter:
    """Reads one output [n, 7] of YOLO-NAS in its flat format, free of duplicates.

    Columns are the image's number, x_min, y_min, x_max, y_max in input pixels, score and class:
    the last two of YOLOv7 are the other way round. There is no batch axis, so the model must have
    `max_batch_size: 0`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        expected = "one output FP32[n, 7] and max_batch_size: 0"
        output = only_output("yolo_nas_flat", expected, signature, 2)
        if output.shape[1] != 7:
            raise refused("yolo_nas_flat", expected, signature.outputs)
        self._name = output.name

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = take_whole(outputs, self._name, (-1, 7)).astype(np.float32)
        rows = rows[rows[:, 5] >= score_threshold]
        return Candidates(rows[:, 1:5], rows[:, 5], rows[:, 6].astype(np.int32), suppressed=True)


def _boxes_and_scores(
    outputs: tuple[TensorSpec, ...], boxes: str, scores: str
) -> tuple[TensorSpec, TensorSpec] | None:
    """Two outputs of three axes, by the ends of their names, else by their last axis."""
    floats = [spec for spec in outputs if spec.dtype in FLOATS and len(spec.shape) == 3]
    if len(floats) != 2 or len(outputs) != 2:
        return None
    first, second = floats
    if (
        first.name.endswith(scores)
        or second.name.endswith(boxes)
        or (
            not (first.name.endswith(boxes) or second.name.endswith(scores)) and first.shape[2] != 4
        )
    ):
        first, second = second, first
    return (first, second) if first.shape[2] in {4, -1} else None
