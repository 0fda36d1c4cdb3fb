"""What heads with a score for every cell and class share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import (
    ModelSignature,
    TensorSpec,
    only_output,
    refused,
)


def best_cells(
    scores: NDArray[Any], score_threshold: float
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.int32]]:
    """The cells whose best class scores at least `score_threshold`, their scores and classes.

    Args:
        scores: [classes, cells].
        score_threshold: lowest score.
    """
    # Of thousands of cells a few remain; only these are worth an argmax, which costs seven times as
    # much as a maximum, or a conversion.
    kept = np.flatnonzero(scores.max(axis=0) >= score_threshold)
    chosen = scores[:, kept].astype(np.float32)
    return kept, chosen.max(axis=0), chosen.argmax(axis=0).astype(np.int32)


def one_output(
    adapter: str, signature: ModelSignature, *, axis: int, fixed: int
) -> tuple[TensorSpec, int]:
    """The one output of a head, [N, rows, cells] or [N, cells, columns], and its number of classes.

    Args:
        adapter: its name, for errors.
        signature: of the model.
        axis: which axis holds a class's scores: 1 or 2.
        fixed: how many values stand there beside the classes.

    Raises:
        OcelliError: MODEL_REFUSED: another output, or another number of classes than labels.
    """
    labels = signature.label_count
    classes = f"{labels} labels" if labels else "classes"
    shape = f"[N, {fixed} + {classes}, cells]" if axis == 1 else f"[N, cells, {fixed} + {classes}]"
    expected = f"one output FP32{shape}"
    output = only_output(adapter, expected, signature, 3)
    count = output.shape[axis] - fixed if output.shape[axis] > 0 else labels
    if count < 1 or (labels and count != labels):
        raise refused(adapter, expected, signature.outputs)
    return output, count


def grid(
    width: int, height: int, strides: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Columns and rows [cells, 2] of grids over an input, and their strides [cells, 1].

    Grid after grid, row by row. A grid has as many cells as are begun.
    """
    places, steps = [], []
    for stride in strides:
        columns, rows = -(-width // stride), -(-height // stride)
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        places.append(np.stack((x, y), axis=-1).reshape(-1, 2))
        steps.append(np.full((columns * rows, 1), stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(steps).astype(np.float32)
