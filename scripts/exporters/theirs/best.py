"""The best class of each object, where exporters report an object once for each of its classes."""

import numpy as np
from numpy.typing import NDArray


def best_of_each(objects: NDArray[np.generic], scores: NDArray[np.generic]) -> NDArray[np.intp]:
    """The first of each object's entries, best score first.

    Args:
        objects: what tells objects apart: numbers [K], or rows [K, columns] such as boxes.
        scores: [K].
    """
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(objects[order], axis=0, return_index=True)
    return order[np.sort(first)]
