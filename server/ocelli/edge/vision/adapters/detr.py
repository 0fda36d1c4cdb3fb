"""Transformers that give a fixed number of objects, boxes as shares of the input.

Sources: `DetrForObjectDetection` and its kin in the library transformers, exported by optimum; the
repository roboflow/rf-detr; RT-DETR as the `ultralytics` package exports it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.activation import activated
from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    ModelSignature,
    corners_of,
    find_output,
    only_output,
    refused,
    take_output,
)
from ocelli.edge.vision.adapters.dense import best_cells
from ocelli.edge.vision.boxes import Candidates
from ocelli.edge.vision.masks import whole_maps


class DetrAdapter:
    """Reads `logits` [N, Q, C] and `pred_boxes` [N, Q, 4]: centre x and y, width, height, 0 to 1.

    `ocelli.activation` is `softmax` for DETR, whose last class stands for no object, and `sigmoid`
    for Conditional and Deformable DETR and RT-DETR.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, another number of classes than labels, or
            without the key.
    """

    def __init__(self, signature: ModelSignature) -> None:
        self._activation = signature.option("activation", ("softmax", "sigmoid"))
        extra = 1 if self._activation == "softmax" else 0
        logits = find_output(signature.outputs, "logits", FLOATS)
        boxes = find_output(signature.outputs, "pred_boxes", FLOATS)
        labels = signature.label_count
        if (
            logits is None
            or boxes is None
            or len(logits.shape) != 3
            or len(boxes.shape) != 3
            or (labels and logits.shape[2] not in {labels + extra, -1})
        ):
            classes = f"{labels or 'classes'}{' + 1' if extra else ''}"
            expected = f"logits FP32[N, Q, {classes}] and pred_boxes FP32[N, Q, 4]"
            raise refused("detr", expected, signature.outputs)
        self._size = np.tile(signature.input_size, 2)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Logits and boxes."""
        return ("logits", "pred_boxes")

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each object that scores at least `score_threshold`."""
        logits = take_output(outputs, "logits", (-1, -1)).astype(np.float32)
        boxes = take_output(outputs, "pred_boxes", (logits.shape[0], 4))
        scores = activated(logits, self._activation)
        if self._activation == "softmax":
            scores = scores[:, :-1]
        kept, best, classes = best_cells(scores.T, score_threshold)
        return Candidates(
            corners_of(boxes[kept]) * self._size,
            best,
            classes,
            suppressed=True,
        )


class RfDetrAdapter:
    """Reads `dets` [N, Q, 4] and `labels` [N, Q, C] logits of Roboflow's RF-DETR.

    Boxes are centre x, centre y, width, height from 0 to 1. A last class beyond the labels is the
    background of older versions and left out. With `masks` [N, Q, h, w], logits, it finds masks.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        dets = find_output(signature.outputs, "dets", FLOATS)
        classes = find_output(signature.outputs, "labels", FLOATS)
        labels = signature.label_count
        if (
            dets is None
            or classes is None
            or len(dets.shape) != 3
            or len(classes.shape) != 3
            or (labels and classes.shape[2] not in {labels, labels + 1, -1})
        ):
            expected = f"dets FP32[N, Q, 4] and labels FP32[N, Q, {labels or 'classes'} (+ 1)]"
            raise refused("rfdetr", expected, signature.outputs)
        self._classes = labels or classes.shape[2]
        self._masks = find_output(signature.outputs, "masks", FLOATS)
        self._input = (signature.input_width, signature.input_height)
        self._size = np.tile(signature.input_size, 2)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes and logits."""
        return ("dets", "labels")

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The masks, if it has them."""
        return () if self._masks is None else ("masks",)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each object that scores at least `score_threshold`."""
        boxes = take_output(outputs, "dets", (-1, 4))
        logits = take_output(outputs, "labels", (boxes.shape[0], -1))
        scores = activated(logits[:, : self._classes].astype(np.float32), "sigmoid")
        kept, best, classes = best_cells(scores.T, score_threshold)
        masks = None
        if "masks" in outputs:
            maps = take_output(outputs, "masks", (boxes.shape[0], -1, -1))
            masks = whole_maps(maps, kept, self._input)
        return Candidates(
            corners_of(boxes[kept]) * self._size,
            best,
            classes,
            masks=masks,
            suppressed=True,
        )


class RtDetrAdapter:
    """Reads one output of Ultralytics' RT-DETR.

    [N, Q, 4 + classes]: centre x, centre y, width, height from 0 to 1, and a score for each class;
    or, of later versions, [N, Q, 6]: those, score and class. The key `ocelli.columns` says which
    where both are possible (two classes): `classes` or `best`.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of classes than labels.
    """

    def __init__(self, signature: ModelSignature) -> None:
        labels = signature.label_count
        expected = f"one output FP32[N, Q, 4 + {labels or 'classes'}] or FP32[N, Q, 6]"
        output = only_output("rtdetr", expected, signature, 3)
        columns = output.shape[2]
        if columns == 6 and labels in {0, 2} and "columns" not in signature.options:
            raise OcelliError(
                Reason.MODEL_REFUSED,
                "parameter ocelli.columns is missing; expected classes (a score for each of two) "
                "or best (score and class), as both have 6 columns",
            )
        default = "best" if columns == 6 else "classes"
        self._best = signature.option("columns", ("classes", "best"), default) == "best"
        if self._best and columns != 6:
            raise refused("rtdetr", expected, signature.outputs)
        if not self._best and (columns < 5 or (labels and columns != 4 + labels)):
            raise refused("rtdetr", expected, signature.outputs)
        self._name = output.name
        self._shape = output.shape[1:]
        self._size = np.tile(signature.input_size, 2)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each object that scores at least `score_threshold`."""
        rows = take_output(outputs, self._name, self._shape).astype(np.float32)
        if self._best:
            scores, classes = rows[:, 4], rows[:, 5].astype(np.int32)
        else:
            scores, classes = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1).astype(np.int32)
        kept = np.flatnonzero(scores >= score_threshold)
        boxes = corners_of(rows[kept]) * self._size
        return Candidates(boxes, scores[kept], classes[kept], suppressed=True)
