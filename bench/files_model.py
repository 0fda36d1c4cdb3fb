"""Triton's side of the detector for files that looks at nothing; runs in Triton's own Python."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils  # type: ignore[import-not-found]  # Triton's own

_CANDIDATES, _CONFIDENT, _SIDE_PX = 16, 4, 640


class TritonPythonModel:
    """Finds the same in every file."""

    def initialize(self, _args: Mapping[str, str]) -> None:
        """Makes the answer for one file: what `trivial_model` gives for an image."""
        corner = np.arange(_CANDIDATES, dtype=np.float32) * (_SIDE_PX / _CANDIDATES)
        boxes = np.stack([corner, corner / 2, corner + 30, corner / 2 + 30], axis=1)
        scores = np.full(_CANDIDATES, 0.1, np.float32)
        scores[:_CONFIDENT] = 0.9
        self._answer = {
            "boxes": boxes,
            "scores": scores,
            "classes": np.zeros(_CANDIDATES, np.int32),
        }

    def execute(self, requests: Sequence[Any]) -> list[object]:
        """Answers each request without reading what it carries."""
        return [
            pb_utils.InferenceResponse(
                [pb_utils.Tensor(name, values[None]) for name, values in self._answer.items()]
            )
            for _ in requests
        ]
