"""Heads of YOLOv5 and YOLOv7, as their own `export.py` writes them.

Sources: the repositories ultralytics/yolov5 and WongKinYiu/yolov7, `models/yolo.py` (Detect) and,
for the suppressing variant, yolov7's `models/experimental.py` (ONNX_ORT).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    ModelSignature,
    corners_of,
    only_output,
    refused,
    take_output,
    take_whole,
)
from ocelli.edge.vision.adapters.dense import one_output
from ocelli.edge.vision.boxes import Candidates


class Yolov5Adapter:
    """Reads one output [N, cells, 5 + classes].

    Columns are centre x, centre y, width, height in input pixels, objectness, and a score for each
    class, all from 0 to 1; an object scores the product of the last two. An only class is not
    trained: YOLOv7 leaves it at 0.5 and reads the objectness alone, YOLOv5 leaves it at 1.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        output, classes = one_output("yolov5", signature, axis=2, fixed=5)
        self._name = output.name
        self._shape = (output.shape[1], 5 + classes)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        rows = take_output(outputs, self._name, self._shape)
        if rows.shape[1] == 6:  # an only class
            kept = np.flatnonzero(rows[:, 4] >= score_threshold)
            found = rows[kept].astype(np.float32)
            return Candidates(corners_of(found), found[:, 4], np.zeros(len(kept), np.int32))
        return objects_times_classes(rows, score_threshold)


class Yolov7EndToEndAdapter:
    """Reads one output [n, 7] with the objects of all images of a batch, free of duplicates.

    Columns are the image's number, x_min, y_min, x_max, y_max in input pixels, class and score.
    There is no batch axis, so the model must have `max_batch_size: 0`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        expected = "one output FP32[n, 7] and max_batch_size: 0"
        output = only_output("yolov7_end2end", expected, signature, 2)
        if output.shape[1] != 7:
            raise refused("yolov7_end2end", expected, signature.outputs)
        self._name = output.name

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = take_whole(outputs, self._name, (-1, 7)).astype(np.float32)
        rows = rows[rows[:, 6] >= score_threshold]
        return Candidates(rows[:, 1:5], rows[:, 6], rows[:, 5].astype(np.int32), suppressed=True)


def objects_times_classes(rows: NDArray[Any], score_threshold: float) -> Candidates:
    """Candidates from rows of centre x, centre y, width, height, objectness and classes' scores."""
    rows = rows[rows[:, 4] >= score_threshold].astype(np.float32)
    class_scores = rows[:, 5:] * rows[:, 4:5]
    scores = class_scores.max(axis=1, initial=0)
    kept = np.flatnonzero(scores >= score_threshold)
    classes = class_scores[kept].argmax(axis=1).astype(np.int32)
    return Candidates(corners_of(rows[kept, :4]), scores[kept], classes)
