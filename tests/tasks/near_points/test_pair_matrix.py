"""Pairs that are compared as products of matrices, against all of them one by one."""

import numpy as np
import pytest

from ocelli.edge.tasks.near_points.pair_matrix import PairMatrix

DIMENSION = 24


def clustered(rng: np.random.Generator, far: float) -> np.ndarray:
    """Chains of near points, points alone, and one large group; all of them `far` from 0."""
    centers = rng.normal(0, 1, (700, DIMENSION))
    chains = [centers[:40] + n * 0.03 for n in range(5)]
    group = centers[50] + rng.normal(0, 1e-3, (900, DIMENSION))
    points = np.concatenate([centers, *chains, group]) + far
    rng.shuffle(points)
    return points.astype(np.float32)


def exact(vectors: np.ndarray, threshold: float, *, is_distance: bool):
    """Groups as sets of positions, and the score of each point that is in one."""
    wide = vectors.astype(np.float64)
    if is_distance:
        scores = np.stack([np.linalg.norm(wide - one, axis=1) for one in wide])
        near, best, alone = scores <= threshold, np.min, np.inf
    else:
        scores = wide @ wide.T
        near, best, alone = scores >= threshold, np.max, -np.inf
    np.fill_diagonal(near, val=False)
    nearest = best(np.where(near, scores, alone), axis=1)
    groups, seen = set(), set()
    for start in np.flatnonzero(near.any(axis=1)):
        if start in seen:
            continue
        group, edge = {start}, {start}
        while edge:
            edge = set(np.flatnonzero(near[list(edge)].any(axis=0))) - group
            group |= edge
        seen |= group
        groups.add(frozenset(int(n) for n in group))
    return groups, nearest


def found(vectors: np.ndarray, threshold: float, sizes: list[int], *, is_distance: bool):
    matrix = PairMatrix(DIMENSION, len(vectors), threshold, is_distance=is_distance)
    for start, stop in zip([0, *np.cumsum(sizes)], [*np.cumsum(sizes), len(vectors)], strict=True):
        matrix.add(vectors[start:stop])
    grouped: dict[int, set[int]] = {}
    for position in np.flatnonzero(np.isfinite(matrix.scores)):
        grouped.setdefault(int(matrix.labels[position]), set()).add(int(position))
    return {frozenset(group) for group in grouped.values()}, matrix.scores


@pytest.mark.parametrize("sizes", [[], [1, 299, 300, 0, 700]])
def test_products(sizes: list[int]) -> None:
    vectors = clustered(np.random.default_rng(1), 0.0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups, nearest = exact(vectors, 0.9995, is_distance=False)
    assert len(groups) > 20
    assert max(map(len, groups)) >= 900
    seen, scores = found(vectors, 0.9995, sizes, is_distance=False)
    assert seen == groups
    np.testing.assert_allclose(scores, nearest, atol=1e-6)


@pytest.mark.parametrize("far", [0.0, 300.0])
@pytest.mark.parametrize("sizes", [[], [1, 299, 300, 0, 700]])
def test_distances_are_right_far_from_the_origin(sizes: list[int], far: float) -> None:
    vectors = clustered(np.random.default_rng(2), far)
    groups, nearest = exact(vectors, 0.16, is_distance=True)
    assert len(groups) > 20
    seen, scores = found(vectors, 0.16, sizes, is_distance=True)
    assert seen == groups
    np.testing.assert_allclose(scores, nearest, rtol=1e-3, atol=1e-4)


def test_the_same_vector_is_at_no_distance() -> None:
    vectors = np.random.default_rng(3).normal(50, 9, (300, DIMENSION)).astype(np.float32)
    vectors[200] = vectors[7]
    groups, scores = found(vectors, 0.0, [100], is_distance=True)
    assert groups == {frozenset({7, 200})}
    assert scores[7] == scores[200] == 0.0
    assert found(vectors, -1.0, [100], is_distance=True)[0] == set()


def test_points_beyond_the_capacity_are_passed_over() -> None:
    vectors = np.ones((8, DIMENSION), np.float32)
    matrix = PairMatrix(DIMENSION, 5, 1.0, is_distance=False)
    matrix.add(vectors[:4])
    matrix.add(vectors)
    assert len(matrix.labels) == 5
    assert len(set(matrix.labels.tolist())) == 1
