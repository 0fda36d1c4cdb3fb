"""From a model's candidates to the detections that a caller gets."""

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.letterbox import Placement

# Suppression compares every pair: 2000 candidates take about 25 ms, 8400 half a second. A detector
# at a sensible threshold proposes a few hundred.
_MAX_CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a model's head proposes for one image, in any order.

    Attributes:
        boxes: float32 [K, 4]: x_min, y_min, x_max, y_max in pixels of the model's input.
        scores: float32 [K], 0 to 1.
        classes: int32 [K], from 0.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int32]

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Candidates":
        """The candidates at these indices, or where this mask is true."""
        return Candidates(self.boxes[chosen], self.scores[chosen], self.classes[chosen])


@dataclass(frozen=True, slots=True)
class Detections:
    """What a caller is told about one image, best score first.

    Attributes:
        boxes: float32 [D, 4]: x_min, y_min, x_max, y_max in pixels of the upright image.
        scores: float32 [D].
        classes: int32 [D].
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int32]


def select(
    candidates: Candidates,
    placement: Placement,
    *,
    score_threshold: float,
    iou_threshold: float,
    max_detections: int,
    class_ids: Collection[int] | None = None,
) -> Detections:
    """The best candidates that do not overlap, as boxes in the upright image.

    Candidates that are not finite, score below `score_threshold`, are not of `class_ids` (None:
    all) or lie outside `placement.bounds` are dropped; then duplicates within a class are
    suppressed; then the `max_detections` best stay. Overlap is measured before clipping, as in
    training. At most the 2000 best candidates are looked at.
    """
    scores = candidates.scores
    # Most images lose nothing here, and numpy takes longer to copy a few boxes than to look at
    # them. A score that is not a number compares false.
    wanted = (scores >= score_threshold) & (scores < np.inf)
    if not np.isfinite(candidates.boxes).all():
        wanted &= np.isfinite(candidates.boxes).all(axis=1)
    if class_ids is not None:
        wanted &= np.isin(candidates.classes, np.fromiter(class_ids, np.int64))
    if not wanted.all():
        candidates = candidates[wanted]
    boxes = placement.to_source(candidates.boxes)
    visible = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    if not visible.all():
        candidates, boxes = candidates[visible], boxes[visible]
    kept = non_max_suppression(candidates, iou_threshold)[:max_detections]
    return Detections(boxes[kept], candidates.scores[kept], candidates.classes[kept])


def non_max_suppression(candidates: Candidates, iou_threshold: float) -> NDArray[np.intp]:
    """Indices of the candidates that stay, best score first, ties by lower index.

    Going from the best score down, a candidate stays unless its intersection over union with one
    that stayed, of the same class, exceeds `iou_threshold`. All values must be finite.
    """
    order = np.argsort(-candidates.scores, kind="stable")[:_MAX_CANDIDATES]
    if order.size < 2:
        return order
    boxes = candidates.boxes[order].astype(np.float64)
    # Classes are laid out side by side, where they cannot overlap. (OpenCV's batched variant does
    # that too, but lets negative coordinates reach into the class before.)
    boxes -= boxes.min()
    boxes += (candidates.classes[order].astype(np.float64) * (boxes.max() + 1))[:, None]
    boxes[:, 2:] -= boxes[:, :2]
    # Ranks instead of scores: OpenCV drops a score of zero and rounds to single precision.
    ranks = np.arange(order.size, 0, -1, dtype=np.float32)
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), ranks.tolist(), 0.0, iou_threshold)
    return order[np.asarray(kept, np.intp)]
