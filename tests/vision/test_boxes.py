"""Suppression and selection of candidates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocelli.edge.vision.boxes import Candidates, non_max_suppression, select
from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import Placement

SAME = Placement(1.0, 1.0, 0.0, 0.0, Region(0, 0, 100, 100))


def candidates(*rows: tuple[float, ...]):
    """Each row: x_min, y_min, x_max, y_max, score, class."""
    table = np.array(rows, np.float64).reshape(-1, 6)
    return Candidates(
        table[:, :4].astype(np.float32),
        table[:, 4].astype(np.float32),
        table[:, 5].astype(np.int32),
    )


def chosen(found: Candidates, **options: float | list[int]):
    settings_ = {"score_threshold": 0.3, "iou_threshold": 0.5, "max_detections": 100}
    return select(found, SAME, **(settings_ | options))


def suppress_plainly(found: Candidates, iou_threshold: float):
    """The definition, pair by pair."""
    boxes, scores, classes = (
        found.boxes.tolist(),
        found.scores.tolist(),
        found.classes.tolist(),
    )
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if all(
            classes[i] != classes[j] or overlap(boxes[i], boxes[j]) <= iou_threshold for j in kept
        ):
            kept.append(i)
    return kept


def overlap(a: list[float], b: list[float]):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    both = width * height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both
    return both / union if union else 0


ROW = st.tuples(
    st.integers(-40, 40),
    st.integers(-40, 40),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(0, 10),
    st.integers(0, 3),
)


@given(st.lists(ROW, max_size=40), st.sampled_from([0.13, 0.37, 0.51, 0.83]))
def test_suppression_is_what_its_definition_says(rows: list[tuple[int, ...]], iou_threshold: float):
    found = candidates(*((x, y, x + w, y + h, s / 10, c) for x, y, w, h, s, c in rows))
    assert non_max_suppression(
        found.boxes, found.scores, found.classes, iou_threshold
    ).tolist() == suppress_plainly(found, iou_threshold)


def test_boxes_are_corners_not_sizes():
    # Read as x, y, width, height, the second would overlap the first.
    found = chosen(candidates((10, 10, 50, 50, 0.9, 0), (51, 10, 90, 50, 0.8, 0)))
    assert found.boxes.tolist() == [[10, 10, 50, 50], [51, 10, 90, 50]]


def test_classes_do_not_suppress_each_other():
    found = chosen(candidates((-5, 0, 40, 40, 0.9, 0), (-5, 0, 40, 40, 0.8, 1)))
    assert found.classes.tolist() == [0, 1]
    assert found.scores == pytest.approx([0.9, 0.8])


def test_classes_stay_apart_beyond_the_edges_of_the_input():
    # Laid out one class after the other by the largest coordinate alone, these two would meet.
    found = candidates((630, 660, 700, 700, 0.9, 0), (-70, -40, 0, 0, 0.8, 1))
    assert non_max_suppression(found.boxes, found.scores, found.classes, 0.5).tolist() == [0, 1]


def test_equal_scores_keep_the_order_of_the_model():
    found = chosen(candidates(*((i * 10, 0, i * 10 + 5, 5, 0.5, i % 2) for i in range(8))))
    assert found.boxes[:, 0].tolist() == [0, 10, 20, 30, 40, 50, 60, 70]


def test_the_best_stay_after_suppression():
    rows = [(0, 0, 20, 20, 0.9 - i / 100, 0) for i in range(10)]
    found = chosen(candidates(*rows, (50, 50, 70, 70, 0.5, 0)), max_detections=2)
    assert found.boxes[:, 0].tolist() == [0, 50]


def test_what_is_not_wanted_is_dropped():
    nan, inf = float("nan"), float("inf")
    found = chosen(
        candidates(
            (nan, 0, 9, 9, 0.9, 1),
            (0, 0, inf, 9, 0.9, 1),
            (0, 0, 9, 9, nan, 1),
            (0, 0, 9, 9, inf, 1),
            (0, 0, 9, 9, 0.29, 1),
            (0, 0, 9, 9, 0.9, 2),
            (110, 0, 120, 9, 0.9, 1),
            (9, 9, 9, 20, 0.9, 1),
            (9, 9, 5, 20, 0.9, 1),
            (30, 30, 130, 40, 0.3, 1),
        ),
        class_ids=[1],
        score_threshold=float(np.float32(0.3)),
    )
    assert found.boxes.tolist() == [[30, 30, 100, 40]]


def test_overlap_is_measured_before_clipping():
    # Side by side beyond the edge, the same strip within the image.
    found = chosen(candidates((90, 0, 105, 50, 0.9, 0), (90, 0, 200, 50, 0.8, 0)))
    assert len(found.boxes) == 2


def test_nothing_stays_nothing():
    for found in (chosen(candidates()), chosen(candidates((0, 0, 9, 9, 0.1, 0)))):
        assert found.boxes.shape == (0, 4)
        assert found.boxes.dtype == np.float32
        assert found.scores.shape == found.classes.shape == (0,)


def test_a_flood_of_candidates_is_bounded():
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 600, (100_000, 2))
    flood = Candidates(
        np.hstack((corners, corners + 20)).astype(np.float32),
        rng.random(100_000).astype(np.float32),
        rng.integers(0, 80, 100_000).astype(np.int32),
    )
    kept = non_max_suppression(flood.boxes, flood.scores, flood.classes, 0.5)
    assert len(kept) <= 2000
    assert kept[0] == flood.scores.argmax()
