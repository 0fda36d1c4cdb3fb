"""Heads whose objects come as lists: boxes here, scores there, classes elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    INTEGERS,
    NUMBERS,
    ModelSignature,
    TensorSpec,
    find_output,
    first_class,
    refused,
    take_output,
    take_whole,
)
from ocelli.edge.vision.adapters.dense import best_cells
from ocelli.edge.vision.boxes import Candidates
from ocelli.edge.vision.masks import whole_maps


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


class MmdetectionAdapter:
    """Reads `dets` [N, K, 5] and `labels` INT64 [N, K] of MMDetection's exports by MMDeploy.

    Columns are x_min, y_min, x_max, y_max in input pixels and score. With `masks` [N, K, h, w],
    from 0 to 1 over the whole input, it finds masks.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        dets = find_output(signature.outputs, "dets", FLOATS)
        labels = find_output(signature.outputs, "labels", INTEGERS)
        if (
            dets is None
            or labels is None
            or len(dets.shape) != 3
            or dets.shape[2] not in {5, -1}
            or len(labels.shape) != 2
        ):
            expected = "dets FP32[N, K, 5] and labels INT64[N, K]"
            raise refused("mmdetection", expected, signature.outputs)
        self._masks = find_output(signature.outputs, "masks", FLOATS)
        self._size = (signature.input_width, signature.input_height)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes with scores, classes, and masks."""
        return ("dets", "labels") if self._masks is None else ("dets", "labels", "masks")

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = take_output(outputs, "dets", (-1, 5))
        classes = take_output(outputs, "labels", rows.shape[:1])
        kept = np.flatnonzero(rows[:, 4] >= score_threshold)
        masks = None
        if self._masks is not None:
            maps = take_output(outputs, "masks", (rows.shape[0], -1, -1))
            masks = whole_maps(maps, kept, self._size, threshold=0.5)
        found = rows[kept].astype(np.float32)
        return Candidates(
            found[:, :4], found[:, 4], classes[kept].astype(np.int32), masks=masks, suppressed=True
        )


class PaddleAdapter:
    """Reads the outputs of PP-YOLOE and PicoDet, as `paddle2onnx` exports them.

    One output [n, 6] with the objects of all images (class, score, x_min, y_min, x_max, y_max in
    input pixels, as the edge gives the model a `scale_factor` of 1) and their number INT32 [N].
    There is no batch axis, so the model must have `max_batch_size: 0`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        rows = [spec for spec in signature.outputs if spec.dtype in FLOATS and len(spec.shape) == 2]
        counts = [
            spec for spec in signature.outputs if spec.dtype in INTEGERS and len(spec.shape) == 1
        ]
        if len(rows) != 1 or len(counts) > 1 or rows[0].shape[1] not in {6, -1}:
            expected = "FP32[n, 6], the number of objects INT32[N], and max_batch_size: 0"
            raise refused("paddle", expected, signature.outputs)
        self._names = (rows[0].name, *(spec.name for spec in counts))

    @property
    def output_names(self) -> tuple[str, ...]:
        """Objects, and how many."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = take_whole(outputs, self._names[0], (-1, 6)).astype(np.float32)
        if len(self._names) > 1:
            rows = rows[: int(outputs[self._names[1]].reshape(-1)[0])]
        rows = rows[(rows[:, 1] >= score_threshold) & (rows[:, 0] >= 0)]
        return Candidates(
            rows[:, 2:6],
            rows[:, 1],
            rows[:, 0].astype(np.int32),
            suppressed=True,
        )


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
