"""From a model's candidates to the detections that a caller gets."""

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision import oriented as rectangles
from ocelli.edge.vision.letterbox import Placement
from ocelli.edge.vision.masks import Mask, MaskMaps, mask_of

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
        keypoints: float32 [K, P, 3]: x, y in pixels of the model's input, score from 0 to 1 or NaN
            where the model has none. None: it finds no keypoints.
        oriented: float32 [K, 5]: centre x, centre y, width, height in pixels of the model's input,
            angle in radians, clockwise. `boxes` are then those around them. None: it finds none.
        masks: of the K objects. None: it finds none.
        suppressed: the model has removed duplicates itself; they are not looked for.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int32]
    keypoints: NDArray[np.float32] | None = None
    oriented: NDArray[np.float32] | None = None
    masks: MaskMaps | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Detections:
    """What a caller is told about one image, best score first.

    Attributes:
        boxes: float32 [D, 4]: x_min, y_min, x_max, y_max in pixels of the upright image.
        scores: float32 [D].
        classes: int32 [D].
        keypoints: float32 [D, P, 3]: x, y in pixels of the upright image, not clipped, and score or
            NaN. None: the model finds none.
        oriented: float32 [D, 5]: centre x, centre y, width, height in pixels of the upright image,
            not clipped; degrees, clockwise, at least -180 and below 180. None: the model finds
            none.
        masks: D masks. None: the model finds none, or they were not asked for.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.int32]
    keypoints: NDArray[np.float32] | None = None
    oriented: NDArray[np.float32] | None = None
    masks: tuple[Mask, ...] | None = None


def select(
    candidates: Candidates,
    placement: Placement,
    *,
    score_threshold: float,
    iou_threshold: float,
    max_detections: int,
    class_ids: Collection[int] | None = None,
    masks: bool = False,
) -> Detections:
    """The best candidates that do not overlap, as boxes in the upright image.

    Candidates that are not finite, score below `score_threshold`, are not of `class_ids` (None:
    all) or lie outside `placement.bounds` are dropped; then duplicates within a class are
    suppressed, unless the model did that; then the `max_detections` best stay. Overlap is measured
    before clipping, as in training. At most the 2000 best candidates are looked at.

    Args:
        candidates: of one image.
        placement: where it lies in the model's input.
        score_threshold: lowest score.
        iou_threshold: largest overlap of two boxes of a class.
        max_detections: most objects.
        class_ids: only these classes.
        masks: they are wanted, if the model finds any.
    """
    scores = candidates.scores
    # Most images lose nothing here, and numpy takes longer to copy a few boxes than to look at
    # them. A score that is not a number compares false.
    wanted = (scores >= score_threshold) & (scores < np.inf)
    if not np.isfinite(candidates.boxes).all():
        wanted &= np.isfinite(candidates.boxes).all(axis=1)
    if class_ids is not None:
        wanted &= np.isin(candidates.classes, np.fromiter(class_ids, np.int64))
    boxes = placement.to_source(candidates.boxes)
    wanted &= (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    chosen = None if wanted.all() else np.flatnonzero(wanted)
    kept = _without_duplicates(candidates, chosen, iou_threshold)[:max_detections]
    if chosen is not None:
        kept = chosen[kept]
    return Detections(
        boxes[kept],
        scores[kept],
        candidates.classes[kept],
        _keypoints(candidates.keypoints, kept, placement),
        None
        if candidates.oriented is None
        else rectangles.to_source(candidates.oriented[kept], placement),
        None
        if candidates.masks is None or not masks
        else tuple(
            mask_of(candidates.masks, index, boxes[index], placement) for index in kept.tolist()
        ),
    )


def _without_duplicates(
    candidates: Candidates, chosen: NDArray[np.intp] | None, iou_threshold: float
) -> NDArray[np.intp]:
    """Indices into those chosen, best score first."""
    boxes, scores, classes = candidates.boxes, candidates.scores, candidates.classes
    oriented = candidates.oriented
    if chosen is not None:
        boxes, scores, classes = boxes[chosen], scores[chosen], classes[chosen]
        oriented = None if oriented is None else oriented[chosen]
    if candidates.suppressed:
        return np.argsort(-scores, kind="stable")
    if oriented is not None:
        return rectangles.suppress(oriented, scores, classes, iou_threshold, _MAX_CANDIDATES)
    return non_max_suppression(boxes, scores, classes, iou_threshold)


def _keypoints(
    found: NDArray[np.float32] | None, kept: NDArray[np.intp], placement: Placement
) -> NDArray[np.float32] | None:
    if found is None:
        return None
    points = found[kept]
    points[..., :2] = placement.points_to_source(points[..., :2])
    return points


def non_max_suppression(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    classes: NDArray[np.int32],
    iou_threshold: float,
) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best score first, ties by lower index.

    Going from the best score down, a candidate stays unless its intersection over union with one
    that stayed, of the same class, exceeds `iou_threshold`. All values must be finite.
    """
    order = np.argsort(-scores, kind="stable")[:_MAX_CANDIDATES]
    if order.size < 2:
        return order
    spread = boxes[order].astype(np.float64)
    # Classes are laid out side by side, where they cannot overlap. (OpenCV's batched variant does
    # that too, but lets negative coordinates reach into the class before.)
    spread -= spread.min()
    spread += (classes[order].astype(np.float64) * (spread.max() + 1))[:, None]
    spread[:, 2:] -= spread[:, :2]
    # Ranks instead of scores: OpenCV drops a score of zero and rounds to single precision.
    ranks = np.arange(order.size, 0, -1, dtype=np.float32)
    kept = cv2.dnn.NMSBoxes(spread.tolist(), ranks.tolist(), 0.0, iou_threshold)
    return order[np.asarray(kept, np.intp)]
