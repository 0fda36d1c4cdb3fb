"""PaddleDetection's detectors, as paddle2onnx exports them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    INTEGERS,
    ModelSignature,
    refused,
    take_whole,
)
from ocelli.edge.vision.boxes import Candidates


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
