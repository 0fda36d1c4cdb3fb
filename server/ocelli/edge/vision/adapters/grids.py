"""Heads that give distances from the cells of several grids.

Sources: the repositories Megvii-BaseDetection/YOLOX (`demo_postprocess`) and RangiLyu/nanodet
(`nanodet_plus_head.py`; Li et al., "Generalized Focal Loss", 2020, for distances as distributions).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.activation import activated
from ocelli.edge.vision.adapters.adapter import ModelSignature, refused, take_output
from ocelli.edge.vision.adapters.dense import best_cells, grid, one_output
from ocelli.edge.vision.adapters.yolov5 import objects_times_classes
from ocelli.edge.vision.boxes import Candidates

_YOLOX_STRIDES = (8, 16, 32)
_NANODET_STRIDES = (8, 16, 32, 64)


class YoloxAdapter:
    """Reads one output [N, cells, 5 + classes].

    Columns are x, y, width, height, objectness, and a score for each class. Unless exported with
    `--decode_in_inference`, of which `ocelli.decoded` `true` tells, the first four are in cells of
    grids of 8, 16 and 32 pixels, the sizes as logarithms.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, another number of classes than labels, or
            another number of cells than the input has.
    """

    def __init__(self, signature: ModelSignature) -> None:
        output, classes = one_output("yolox", signature, axis=2, fixed=5)
        self._decoded = signature.option("decoded", ("true", "false"), "false") == "true"
        size = (signature.input_width, signature.input_height)
        self._cells, self._strides = grid(*size, _YOLOX_STRIDES)
        if output.shape[1] not in {-1, len(self._cells)}:
            expected = f"{len(self._cells)} cells for an input of {size[0]}×{size[1]}"
            raise refused("yolox", expected, signature.outputs)
        self._name = output.name
        self._shape = (len(self._cells), 5 + classes)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        rows = take_output(outputs, self._name, self._shape)
        # The product with a class's score cannot be more.
        kept = np.flatnonzero(rows[:, 4] >= score_threshold)
        rows = rows[kept].astype(np.float32)
        if not self._decoded:
            strides = self._strides[kept]
            rows[:, :2] = (rows[:, :2] + self._cells[kept]) * strides
            rows[:, 2:4] = np.exp(np.clip(rows[:, 2:4], -20, 20)) * strides
        return objects_times_classes(rows, score_threshold)


class NanodetAdapter:
    """Reads one output [N, cells, classes + 4 × bins] of NanoDet-Plus.

    Columns are a score for each class, then for each side of the box a distribution over distances
    of 0 to bins − 1 cells, as logits. The grids have cells of 8, 16, 32 and 64 pixels.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or without labels, which tell where the
            distributions begin.
    """

    def __init__(self, signature: ModelSignature) -> None:
        labels = signature.label_count
        expected = "labels, and one output FP32[N, cells, labels + 4 × bins]"
        if labels == 0:
            raise refused("nanodet", expected, signature.outputs)
        output = next(iter(signature.outputs), None)
        self._cells, self._strides = grid(
            signature.input_width, signature.input_height, _NANODET_STRIDES
        )
        bins, rest = divmod((output.shape[-1] if output else 0) - labels, 4)
        if (
            output is None
            or len(signature.outputs) != 1
            or len(output.shape) != 3
            or rest
            or bins < 2
            or output.shape[1] not in {-1, len(self._cells)}
        ):
            raise refused("nanodet", expected, signature.outputs)
        self._name = output.name
        self._labels = labels
        self._bins = bins
        self._shape = (len(self._cells), output.shape[2])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The model's one output."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The best class of each cell that scores at least `score_threshold`."""
        rows = take_output(outputs, self._name, self._shape)
        kept, scores, classes = best_cells(rows[:, : self._labels].T, score_threshold)
        logits = rows[kept, self._labels :].astype(np.float32).reshape(-1, 4, self._bins)
        distances = activated(logits, "softmax") @ np.arange(self._bins, dtype=np.float32)
        sides = distances * self._strides[kept]
        centers = self._cells[kept] * self._strides[kept]
        boxes = np.concatenate((centers - sides[:, :2], centers + sides[:, 2:]), axis=1)
        return Candidates(boxes.astype(np.float32), scores, classes)
