"""Running a graph where no runtime is installed, with the evaluator that comes with ONNX."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from ocelli.models.graph import Array

Evaluate: TypeAlias = Callable[[Mapping[str, Array]], Sequence[Array]]
"""From inputs by name to all outputs in their order."""


def evaluator(model: onnx.ModelProto) -> Evaluate:
    """What runs a model of a few million weights in seconds.

    Two operations of transformers are replaced, which the evaluator does element by element. It
    takes their types from the names of the classes.
    """
    reference = ReferenceEvaluator(model, new_ops=[MatMul, Erf])
    return lambda inputs: cast("Sequence[Array]", reference.run(None, dict(inputs)))


class MatMul(OpRun):
    """A stack of matrices times one matrix as one product, which numpy would do one by one."""

    op_domain = ""

    def _run(
        self, left: NDArray[np.float32], right: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32]]:
        if right.ndim > 2:
            return (left @ right,)
        rows = left.reshape(-1, left.shape[-1]) @ right
        return (rows.reshape(*left.shape[:-1], -1),)


class Erf(OpRun):
    """The error function to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""

    op_domain = ""

    def _run(self, x: NDArray[np.float32]) -> tuple[NDArray[np.float32]]:
        distance = np.abs(x)
        t = 1 / (1 + np.float32(0.3275911) * distance)
        polynomial = np.full_like(t, 1.061405429)
        for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            polynomial = polynomial * t + np.float32(coefficient)
        return (np.copysign(1 - polynomial * t * np.exp(-distance * distance), x),)
