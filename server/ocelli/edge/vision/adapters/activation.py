"""Logits as scores."""

import numpy as np
from numpy.typing import NDArray


def activated(values: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    """Logits [..., classes] as scores, by `softmax` or `sigmoid`; as they are by `none`."""
    if activation == "softmax":
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        shares: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
        return shares
    if activation == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(values, -80, 80))), np.float32)
    return values
