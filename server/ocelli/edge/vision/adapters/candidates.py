"""Graphs that decode their own boxes and return a fixed number of top candidates."""

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


class CandidatesAdapter:
    """Reads three outputs by name.

    `boxes` [N, K, 4] (x_min, y_min, x_max, y_max in input pixels), `scores` [N, K] and `classes`
    [N, K].

    Raises:
        OcelliError: MODEL_REFUSED without the three, or if their sizes differ.
    """

    output_names = ("boxes", "scores", "classes")

    def __init__(self, signature: ModelSignature) -> None:
        boxes = find_output(signature.outputs, "boxes", FLOATS)
        scores = find_output(signature.outputs, "scores", FLOATS)
        classes = find_output(signature.outputs, "classes", INTEGERS)
        if (
            boxes is None
            or scores is None
            or classes is None
            or len(boxes.shape) != 3
            or boxes.shape[2] != 4
            or not scores.shape == classes.shape == boxes.shape[:2]
        ):
            expected = "boxes FP32[N, K, 4], scores FP32[N, K] and classes INT32[N, K]"
            raise refused("candidates", expected, signature.outputs)
        self._count = boxes.shape[1]

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """Candidates that score at least `score_threshold`."""
        boxes = take_output(outputs, "boxes", (self._count, 4))
        scores = take_output(outputs, "scores", boxes.shape[:1])
        classes = take_output(outputs, "classes", boxes.shape[:1])
        kept = np.flatnonzero(scores >= score_threshold)
        return Candidates(
            boxes[kept].astype(np.float32, copy=False),
            scores[kept].astype(np.float32, copy=False),
            classes[kept].astype(np.int32, copy=False),
        )
