"""Scores of the plugin's, which are positive and grow with nearness, as those of the metrics."""

import numpy as np

from ocelli.edge.index.points import Vector
from ocelli.edge.index.schema import Metric


def from_engine(score: float, metric: Metric) -> float:
    """The cosine or the dot product; the plugin's Euclid loses small distances."""
    if metric is Metric.COSINE:
        return 2 * score - 1
    return score - 1 if score >= 1 else 1 - 1 / score


def distance(one: Vector, other: Vector) -> float:
    """The Euclidean distance, as float32 holds it."""
    difference = one.astype(np.float64) - other
    return float(np.float32(np.sqrt(np.dot(difference, difference))))


def is_beyond(score: float, worst: float, metric: Metric) -> bool:
    """Whether a score is worse than the worst to return, as float32 compares them."""
    rounded, bound = np.float32(score), np.float32(worst)
    return bool(rounded > bound if metric is Metric.EUCLID else rounded < bound)
