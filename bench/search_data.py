"""Vectors in clusters, as images of things are, with the exact neighbours of some of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

DIMENSION = 512
FIELDS: Mapping[str, Literal["keyword", "integer"]] = {"share": "keyword", "n": "integer"}
"""Those of `payload`, all of which have an index."""
RARE, COMMON = "one in a hundred", "one in ten"
_CLUSTERS = 500
_SPREAD = 0.7
_CHUNK = 50_000

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """The exact neighbours of the queries among the first so many vectors, nearest first.

    Attributes:
        ids: int64 [Q, K].
    """

    ids: Ids

    def recall(self, query: int, found: list[str], most: int) -> float:
        """The share of the true neighbours that were found."""
        true = set(self.ids[query, :most].tolist())
        return len(true & {int(each) for each in found}) / max(1, len(true))


def vectors(count: int, seed: int) -> Vectors:
    """Float32 [count, 512], each of length 1. The same for the same arguments."""
    centres = np.random.default_rng(0).normal(size=(_CLUSTERS, DIMENSION)).astype(np.float32)
    random = np.random.default_rng(seed)
    found = np.empty((count, DIMENSION), np.float32)
    for start in range(0, count, _CHUNK):
        part = found[start : start + _CHUNK]
        part[:] = random.normal(size=part.shape)
        part *= _SPREAD
        part += centres[random.integers(0, _CLUSTERS, len(part))]
        part /= np.linalg.norm(part, axis=1, keepdims=True)
    return found


def payload(number: int) -> dict[str, str | int]:
    """What is known of a vector: how rare it is, and a number for ranges."""
    share = RARE if number % 100 == 0 else COMMON if number % 10 == 1 else "other"
    return {"share": share, "n": number % 1000}


def truth(stored: Vectors, queries: Vectors, most: int, step: int = 1, first: int = 0) -> Truth:
    """The exact neighbours by comparing all, or every `step`th from `first`."""
    numbers = np.arange(first, len(stored), step)
    best_scores = np.full((len(queries), most), -np.inf, np.float32)
    best = np.full((len(queries), most), -1, np.int64)
    for part in _chunks(numbers):
        scores = np.concatenate([best_scores, queries @ stored[part].T], axis=1)
        ids = np.concatenate([best, np.broadcast_to(part, (len(queries), len(part)))], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
        best_scores = np.take_along_axis(scores, order, axis=1)
        best = np.take_along_axis(ids, order, axis=1)
    return Truth(best)


def _chunks(numbers: Ids) -> Iterator[Ids]:
    for start in range(0, len(numbers), _CHUNK):
        yield numbers[start : start + _CHUNK]
