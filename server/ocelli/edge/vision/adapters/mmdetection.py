"""MMDetection's detectors, as MMDeploy exports them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    INTEGERS,
    ModelSignature,
    find_output,
    refused,
    take_output,
)
from ocelli.edge.vision.boxes import Candidates
from ocelli.edge.vision.masks import whole_maps


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
        """Boxes with scores, and classes."""
        return ("dets", "labels")

    @property
    def mask_output_names(self) -> tuple[str, ...]:
        """The masks, if it has them."""
        return () if self._masks is None else ("masks",)

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The objects that score at least `score_threshold`."""
        rows = take_output(outputs, "dets", (-1, 5))
        classes = take_output(outputs, "labels", rows.shape[:1])
        kept = np.flatnonzero(rows[:, 4] >= score_threshold)
        masks = None
        if "masks" in outputs:
            maps = take_output(outputs, "masks", (rows.shape[0], -1, -1))
            masks = whole_maps(maps, kept, self._size, threshold=0.5)
        found = rows[kept].astype(np.float32)
        return Candidates(
            found[:, :4], found[:, 4], classes[kept].astype(np.int32), masks=masks, suppressed=True
        )
