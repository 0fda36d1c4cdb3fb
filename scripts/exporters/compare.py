"""Whether what we read from a file's outputs is what its exporter reads from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.boxes import Detections
from ocelli.edge.vision.masks import Mask
from ocelli.edge.vision.oriented import corners

_SCORE = 1e-3
_ROUNDING = 1e-6
_BOX_IOU = 0.99
_MASK_IOU = 0.95
_KEYPOINT_PX = 1.0
_CORNER_PX = 1.0
_FEWEST = 3
"""Agreement on fewer objects would say little."""
_MOST = 100
_OF_IMAGE = ("input", "image_size", "lowest")

Theirs = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found.

    Attributes:
        compared: how many objects or classes.
        agree: of these.
        problem: the first difference; empty if there is none.
    """

    compared: int
    agree: int
    problem: str = ""


def compare(ours: Detections | NDArray[np.float32], theirs: Theirs) -> Verdict:
    """Compares the best objects, or the scores of all classes."""
    if not isinstance(ours, Detections):
        return _classes(ours, theirs["probabilities"])
    theirs = _within_image(theirs)
    count = len(theirs["scores"])
    if count < _FEWEST:
        return Verdict(count, 0, f"the exporter finds {count} objects, too few to compare")
    order = np.argsort(-theirs["scores"], kind="stable")[:_MOST]
    free = np.ones(len(ours.scores), np.bool_)
    problems = []
    for index in order:
        match, problem = _match(ours, theirs, index, free)
        if problem:
            problems.append(problem)
        else:
            free[match] = False
    if not problems:
        problems += _too_many(ours, theirs)
    agree = min(len(order), len(order) - len(problems))
    return Verdict(len(order), agree, problems[0] if problems else "")


def _within_image(theirs: Theirs) -> Theirs:
    """With boxes clipped to the image, as ours are, and without what lies outside."""
    height, width = theirs["image_size"]
    boxes = np.clip(theirs["boxes"], 0, (width, height, width, height))
    kept = (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
    of_objects = {name: values[kept] for name, values in theirs.items() if name not in _OF_IMAGE}
    return {**theirs, **of_objects, "boxes": boxes[kept]}


def _classes(ours: NDArray[np.float32], theirs: NDArray[Any]) -> Verdict:
    if ours.shape != theirs.shape:
        return Verdict(0, 0, f"we read {ours.shape} classes, the exporter {theirs.shape}")
    same = np.abs(ours - theirs) < _SCORE
    return Verdict(len(ours), int(same.sum()), "" if same.all() else "scores differ")


def _too_many(ours: Detections, theirs: Theirs) -> list[str]:
    """What is wrong with the number of our objects."""
    known = ours.scores > theirs["lowest"] - _ROUNDING
    expected = np.ones(len(theirs["scores"]), np.bool_)
    if ours.masks is not None:  # some leave out objects without a pixel: those are not counted
        shape = tuple(theirs["image_size"])
        known &= _has_pixels([_painted(mask, shape) for mask in ours.masks], ours.boxes)
        expected &= _has_pixels(theirs["masks"], theirs["boxes"])
    found, count = int(known.sum()), int(expected.sum())
    # Ultralytics lets oriented boxes that are suppressed suppress others in turn; we do not.
    if found == count or (ours.oriented is not None and found > count):
        return []
    return [f"we find {found} objects, the exporter {count}"]


def _has_pixels(masks: Iterable[NDArray[np.bool_]], boxes: NDArray[Any]) -> NDArray[np.bool_]:
    inner = [bool(_inner(mask, box).any()) for mask, box in zip(masks, boxes, strict=True)]
    return np.array(inner, np.bool_)


def _match(
    ours: Detections, theirs: Theirs, index: int, free: NDArray[np.bool_]
) -> tuple[int, str]:
    """Our object that is theirs; if there is none, or it differs, what is wrong."""
    score, kind = float(theirs["scores"][index]), int(theirs["classes"][index])
    shown = f"class {kind}, score {score:.4f}"
    alike = free & (ours.classes == kind) & (np.abs(ours.scores - score) < _SCORE)
    candidates = np.flatnonzero(alike)
    if not candidates.size:
        return 0, f"we miss {shown}"
    overlaps = np.array([_iou(ours.boxes[one], theirs["boxes"][index]) for one in candidates])
    match = int(candidates[overlaps.argmax()])
    if overlaps.max() < _BOX_IOU:
        place = theirs["boxes"][index].round(1).tolist()
        return match, f"{shown}: our box is {ours.boxes[match].round(1).tolist()}, theirs {place}"
    return match, _more(ours, theirs, match, index, shown)


def _more(ours: Detections, theirs: Theirs, match: int, index: int, shown: str) -> str:
    """What differs beside the box."""
    given = {
        "masks": ours.masks is not None,
        "keypoints": ours.keypoints is not None,
        "oriented": ours.oriented is not None,
    }
    for kind, has in given.items():
        if has != (kind in theirs):
            return f"{kind} are {'ours' if has else 'theirs'} alone"
    if ours.masks is not None:
        overlap = _mask_iou(ours.masks[match], theirs["masks"][index], theirs["boxes"][index])
        if overlap < _MASK_IOU:
            return f"{shown}: masks overlap by {overlap:.3f}"
    if ours.keypoints is not None:
        distance_px = _points_apart(ours.keypoints[match], theirs["keypoints"][index], theirs)
        if not distance_px < _KEYPOINT_PX:
            return f"{shown}: keypoints are {distance_px:.1f} pixels or {distance_px:.3f} apart"
    if ours.oriented is not None:
        distance_px = _corners_apart(ours.oriented[match], theirs["oriented"][index])
        if not distance_px < _CORNER_PX:
            return f"{shown}: corners are {distance_px:.1f} pixels apart"
    return ""


def _iou(one: NDArray[np.float32], other: NDArray[Any]) -> float:
    sides = np.maximum(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0)
    areas = [np.prod(box[2:] - box[:2]) for box in (one, other)]
    return float(sides.prod() / max(sum(areas) - sides.prod(), 1e-9))


def _mask_iou(ours: Mask, theirs: NDArray[np.bool_], box: NDArray[Any]) -> float:
    one, other = _inner(_painted(ours, theirs.shape), box), _inner(theirs, box)
    return float((one & other).sum() / (one | other).sum()) if (one | other).any() else 1.0


def _painted(mask: Mask, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """A mask in an image of [height, width]."""
    whole = np.zeros(shape, np.bool_)
    place = whole[mask.y_min :, mask.x_min :][: mask.inside.shape[0], : mask.inside.shape[1]]
    place[:] = mask.inside[: place.shape[0], : place.shape[1]]
    return whole


def _inner(whole: NDArray[np.bool_], box: NDArray[Any]) -> NDArray[np.bool_]:
    """The pixels wholly within a box: of those on its edges exporters keep fewer than we."""
    x_min, y_min = np.ceil(box[:2]).astype(int)
    x_max, y_max = np.floor(box[2:]).astype(int)
    return whole[y_min:y_max, x_min:x_max]


def _points_apart(ours: NDArray[np.float32], theirs: NDArray[Any], all_: Theirs) -> float:
    """In pixels. Exporters clip points to the image, we leave them where they are."""
    height, width = all_["image_size"]
    clipped = np.clip(ours[:, :2], 0, (width, height))
    apart_px = float(np.abs(clipped - np.clip(theirs[:, :2], 0, (width, height))).max())
    if theirs.shape[1] > 2 and np.abs(ours[:, 2] - theirs[:, 2]).max() > _SCORE:
        return float("inf")
    return apart_px


def _corners_apart(ours: NDArray[np.float32], theirs: NDArray[Any]) -> float:
    """In pixels, whichever corner comes first: a rectangle may be named in four ways."""
    turned = np.array([*ours[:4], np.radians(ours[4])], np.float32)
    mine, other = corners(turned[None])[0], corners(theirs[None].astype(np.float32))[0]
    distances = np.hypot(*(mine[:, None] - other[None]).transpose(2, 0, 1))
    return float(max(distances.min(axis=0).max(), distances.min(axis=1).max()))
