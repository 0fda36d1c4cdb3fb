"""Embedders: one vector per image."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    ModelSignature,
    TensorSpec,
    refused,
    take_output,
)


class EmbeddingAdapter:
    """Reads one output [N, dimension]; among several, the one named `embedding`.

    Raises:
        OcelliError: MODEL_REFUSED without such an output, or if its dimension is not stated.
    """

    def __init__(self, signature: ModelSignature) -> None:
        output = _choose(signature.outputs)
        if (
            output is None
            or output.dtype not in FLOATS
            or len(output.shape) != 2
            or output.shape[1] < 1
        ):
            expected = "one output, or one named 'embedding', FP32[N, dimension]"
            raise refused("embedding", expected, signature.outputs)
        self._name = output.name
        self._dimension = output.shape[1]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The output with the vector."""
        return (self._name,)

    @property
    def dimension(self) -> int:
        """Length of the vector."""
        return self._dimension

    def decode(self, outputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """The vector, float32 [dimension], as the model gives it."""
        vector: NDArray[np.float32] = take_output(outputs, self._name, (self._dimension,)).astype(
            np.float32
        )
        if not np.isfinite(vector).all():
            raise OcelliError(
                Reason.INFERENCE_FAILED,
                f"the model answered {self._name!r} with values that are not finite; check its "
                "normalisation",
            )
        return vector


def _choose(outputs: tuple[TensorSpec, ...]) -> TensorSpec | None:
    if len(outputs) == 1:
        return outputs[0]
    return next((spec for spec in outputs if spec.name == "embedding"), None)
