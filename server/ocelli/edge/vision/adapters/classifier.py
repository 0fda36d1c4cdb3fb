"""Classifiers: a score per class."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.errors import OcelliError, Reason
from ocelli.edge.vision.adapters.activation import activated
from ocelli.edge.vision.adapters.adapter import FLOATS, ModelSignature, refused, take_output


class ClassifierAdapter:
    """Reads one output [N, classes], or [N, classes, 1, 1].

    `ocelli.activation` says what its values are: `softmax` or `sigmoid` for logits that still need
    it, `none` for probabilities, as Ultralytics' -cls models give them.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, another number of classes than labels, or
            without the key.
    """

    def __init__(self, signature: ModelSignature) -> None:
        labels = signature.label_count
        expected = f"one output FP32[N, {labels or 'classes'}]"
        outputs = [output for output in signature.outputs if output.dtype in FLOATS]
        if len(signature.outputs) > 1:
            outputs = [output for output in outputs if output.name in {"logits", "probabilities"}]
        shape = outputs[0].shape if len(outputs) == 1 else ()
        if (
            len(shape) not in {2, 4}
            or any(size != 1 for size in shape[2:])
            or shape[1] < 1
            or (labels and shape[1] != labels)
        ):
            raise refused("classifier", expected, signature.outputs)
        self._activation = signature.option("activation", ("softmax", "sigmoid", "none"))
        self._name = outputs[0].name
        self._shape = shape[1:]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The output with the classes."""
        return (self._name,)

    @property
    def class_count(self) -> int:
        """How many classes there are."""
        return self._shape[0]

    def decode(self, outputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """A score for each class, float32 [classes]."""
        values = take_output(outputs, self._name, self._shape).reshape(-1).astype(np.float32)
        scores = activated(values, self._activation)
        if not np.isfinite(scores).all():
            raise OcelliError(
                Reason.INFERENCE_FAILED,
                f"the model answered {self._name!r} with values that are not finite; check its "
                "normalisation",
            )
        return scores
