"""Heads whose objects come as lists: boxes here, scores there, classes elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    NUMBERS,
    ModelSignature,
    find_output,
    first_class,
    refused,
    take_output,
    take_whole,
)
from ocelli.edge.vision.boxes import Candidates


@dataclass(frozen=True, slots=True)
class _Names:
    boxes: str
    scores: str
    classes: str
    count: str = ""


class _Lists:
    """Objects as tensors of boxes [N, K, 4], scores [N, K] and class numbers [N, K].

    Where the model says how many there are, the rest is padding. Some have no batch axis.
    """

    has_batch = True

    def __init__(
        self,
        adapter: str,
        signature: ModelSignature,
        *names: _Names,
        first: int = 0,
        suppressed: bool = True,
    ) -> None:
        chosen = next((names_ for names_ in names if self._fit(signature, names_)), None)
        if chosen is None:
            wanted = names[0]
            batch = "N, " if self.has_batch else ""
            expected = (
                f"{wanted.boxes} FP32[{batch}K, 4], {wanted.scores} FP32[{batch}K], "
                f"{wanted.classes} [{batch}K]"
            )
            if wanted.count:
                expected += f" and {wanted.count}, the number of objects"
            raise refused(adapter, expected, signature.outputs)
        self._names = chosen
        self._first = first_class(signature, first)
        self._suppressed = suppressed

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes, scores, classes, and how many."""
        names = self._names
        return tuple(filter(None, (names.boxes, names.scores, names.classes, names.count)))

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        names = self._names
        boxes = self._take(outputs, names.boxes, (-1, 4))
        scores = self._take(outputs, names.scores, boxes.shape[:1])
        classes = self._take(outputs, names.classes, boxes.shape[:1])
        count = int(outputs[names.count].reshape(-1)[0]) if names.count in outputs else len(scores)
        kept = np.flatnonzero(scores[: max(0, count)] >= score_threshold)
        return Candidates(
            self._in_pixels(boxes[kept].astype(np.float32)),
            scores[kept].astype(np.float32),
            classes[kept].astype(np.int32) - self._first,
            suppressed=self._suppressed,
        )

    def _in_pixels(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        return boxes

    def _take(
        self, outputs: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]
    ) -> NDArray[Any]:
        return (take_output if self.has_batch else take_whole)(outputs, name, shape)

    def _fit(self, signature: ModelSignature, names: _Names) -> bool:
        lead = 2 if self.has_batch else 1
        boxes = find_output(signature.outputs, names.boxes, FLOATS)
        scores = find_output(signature.outputs, names.scores, FLOATS)
        classes = find_output(signature.outputs, names.classes, NUMBERS)
        if boxes is None or scores is None or classes is None:
            return False
        if names.count and find_output(signature.outputs, names.count, NUMBERS) is None:
            return False
        return (
            len(boxes.shape) == lead + 1
            and boxes.shape[-1] in {4, -1}
            and len(scores.shape) == len(classes.shape) == lead
        )


class DetrPostprocessedAdapter(_Lists):
    """Reads `boxes` [N, K, 4], `scores` [N, K] and `labels` INT64 [N, K] of RT-DETR and its heirs.

    RT-DETR, RT-DETRv2, D-FINE and DEIM, as their authors' `export_onnx.py` writes them. Boxes are
    x_min, y_min, x_max, y_max in pixels of the size given as `orig_target_sizes`, for which the
    edge gives the model's input. `ocelli.first_class` says from which number the classes count.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        super().__init__("detr_postprocessed", signature, _Names("boxes", "scores", "labels"))


class TorchvisionAdapter(_Lists):
    """Reads `boxes` [n, 4], `labels` INT64 [n] and `scores` [n] of torchvision's detectors.

    Boxes are x_min, y_min, x_max, y_max in input pixels. There is no batch axis, so the model must
    have `max_batch_size: 0`. Class 0 is the background and counts, as in torchvision's lists of
    names; `ocelli.first_class` 1 leaves it out.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    has_batch = False

    def __init__(self, signature: ModelSignature) -> None:
        super().__init__("torchvision", signature, _Names("boxes", "scores", "labels"))


class EfficientNmsAdapter(_Lists):
    """Reads the outputs of TensorRT's EfficientNMS plugin, or YOLO-NAS's in its batch format.

    `num_dets` INT32 [N, 1], `det_boxes` [N, K, 4], `det_scores` and `det_classes` [N, K]; or
    `num_predictions`, `pred_boxes`, `pred_scores`, `pred_classes`, also with the prefix `graph2_`.
    Boxes are x_min, y_min, x_max, y_max in input pixels.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        nas = ("pred_boxes", "pred_scores", "pred_classes", "num_predictions")
        super().__init__(
            "efficient_nms",
            signature,
            _Names("det_boxes", "det_scores", "det_classes", "num_dets"),
            _Names(*nas),
            _Names(*(f"graph2_{name}" for name in nas)),
        )


class TfDetectionAdapter(_Lists):
    """Reads the outputs of TensorFlow's Object Detection API.

    `detection_boxes` [N, K, 4]: y_min, x_min, y_max, x_max from 0 to 1; `detection_scores` and
    `detection_classes` [N, K]; `num_detections` [N]. Classes count from 1, as do COCO's with its
    gaps: an empty name in `ocelli.labels` stands for a number that is not used.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        names = ("detection_boxes", "detection_scores", "detection_classes", "num_detections")
        super().__init__("tf_detection", signature, _Names(*names), first=1)
        self._size = np.tile(signature.input_size, 2)

    def _in_pixels(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        return boxes[:, (1, 0, 3, 2)] * self._size
