"""Detection heads as Ultralytics exports them for YOLOv8 and YOLO11, without built-in NMS.

Source of the layout: the ONNX export of the `ultralytics` package, task "detect".
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import FLOATS, ModelSignature, refused, take_output
from ocelli.edge.vision.boxes import Candidates


class Yolov8Adapter:
    """Reads one output [N, 4 + classes, cells].

    Its rows are centre x, centre y, width, height in input pixels, then a score from 0 to 1 for
    each class.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        outputs, labels = signature.outputs, signature.label_count
        rows = outputs[0].shape[1] if len(outputs) == 1 and len(outputs[0].shape) == 3 else 0
        if rows == -1 and labels:
            rows = 4 + labels
        readable = rows >= 5 and outputs[0].dtype in FLOATS
        if not readable or (labels and rows != 4 + labels):
            expected = f"4 + {labels} labels" if labels else "4 + classes"
            raise refused("yolov8", f"one output FP32[N, {expected}, cells]", outputs)
        self._name = outputs[0].name
        self._shape = (rows, outputs[0].shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        head = take_output(outputs, self._name, self._shape)
        # Of thousands of cells a few remain; only these are worth an argmax, which costs seven
        # times as much as a maximum, or a conversion.
        kept = np.flatnonzero(head[4:].max(axis=0) >= score_threshold)
        cells = head[:, kept].astype(np.float32)
        centers, halves, class_scores = cells[:2], cells[2:4] / 2, cells[4:]
        boxes = np.concatenate((centers - halves, centers + halves)).T
        return Candidates(
            np.ascontiguousarray(boxes),
            class_scores.max(axis=0),
            class_scores.argmax(axis=0).astype(np.int32),
        )
