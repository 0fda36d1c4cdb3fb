"""The inverse of every adapter: outputs of a head that say certain objects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
SIDE = 640
LABELS = ("cat", "dog", "cup")


@dataclass(frozen=True)
class Objects:
    """What a head is to say.

    Attributes:
        boxes: [K, 4], x_min, y_min, x_max, y_max in pixels of an input of `side`.
        scores: [K].
        classes: [K].
        points: [K, 5, 2] in pixels of the input.
        angles: [K], radians; with the boxes' centres and sizes.
        side: of the input, in pixels.
    """

    boxes: Array
    scores: Array
    classes: NDArray[np.int64]
    points: Array
    angles: Array
    side: int = SIDE

    @property
    def centered(self) -> Array:
        low, high = self.boxes[:, :2], self.boxes[:, 2:]
        return np.concatenate(((low + high) / 2, high - low), axis=1)

    @property
    def one_hot(self) -> Array:
        found = np.zeros((len(self.scores), len(LABELS)), np.float32)
        found[np.arange(len(found)), self.classes] = self.scores
        return found


@dataclass(frozen=True)
class Head:
    """A head that says some objects.

    Attributes:
        outputs: tensors by name, as the graph gives them.
        options: the config's keys for it.
        labels: class names.
        side: of the input.
        adapter: its name, if it differs from the family's.
    """

    outputs: Mapping[str, NDArray[np.generic]]
    options: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = LABELS
    side: int = SIDE


def _batch(*arrays: NDArray[np.generic]) -> tuple[NDArray[np.generic], ...]:
    return tuple(array[None] for array in arrays)


def _cells(rows: Array, cells: int = 8400) -> Array:
    """Rows spread among cells that say nothing."""
    found = np.zeros((cells, rows.shape[1]), np.float32)
    found[7 : 7 + 11 * len(rows) : 11] = rows
    return found


def _padded(rows: Array, count: int = 300) -> Array:
    found = np.zeros((count, rows.shape[1]), np.float32)
    found[: len(rows)] = rows
    return found


def _logit(scores: Array) -> Array:
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped)).astype(np.float32)


def _masks(objects: Objects, size: int = 160) -> Array:
    """Maps of the boxes' left halves, [K, size, size]: 1 within, 0 without."""
    step = objects.side / size
    places = (np.arange(size) + 0.5) * step
    found = np.zeros((len(objects.boxes), size, size), np.float32)
    for index, (x_min, y_min, x_max, y_max) in enumerate(objects.boxes):
        rows = (places >= y_min) & (places < y_max)
        columns = (places >= x_min) & (places < (x_min + x_max) / 2)
        found[index] = rows[:, None] & columns[None, :]
    return found


def _coefficients(objects: Objects) -> tuple[Array, Array]:
    """A prototype for each object, and the weights that choose it."""
    count = len(objects.boxes)
    prototypes = np.zeros((32, 160, 160), np.float32)
    prototypes[:count] = _masks(objects) * 8 - 4
    return np.eye(32, dtype=np.float32)[:count], prototypes


def yolov5(objects: Objects) -> Head:
    objectness = np.full((len(objects.scores), 1), 0.9, np.float32)
    rows = np.concatenate((objects.centered, objectness, objects.one_hot / 0.9), axis=1)
    return Head({"output0": _batch(_cells(rows, 25200))[0]})


def yolov7_end2end(objects: Objects) -> Head:
    other = np.zeros((len(objects.scores), 1), np.float32)
    columns = (other, objects.boxes, objects.classes[:, None], objects.scores[:, None])
    return Head({"output": np.concatenate(columns, axis=1).astype(np.float32)})


def yolov8(objects: Objects) -> Head:
    rows = np.concatenate((objects.centered, objects.one_hot), axis=1)
    return Head({"output0": _cells(rows).T[None]})


def yolov8_seg(objects: Objects) -> Head:
    weights, prototypes = _coefficients(objects)
    rows = np.concatenate((objects.centered, objects.one_hot, weights), axis=1)
    return Head({"output0": _cells(rows).T[None], "output1": prototypes[None]})


def yolov8_pose(objects: Objects) -> Head:
    rows = np.concatenate((objects.centered, objects.one_hot, _scored_points(objects)), axis=1)
    return Head({"output0": _cells(rows).T[None]}, {"keypoint_shape": "5,3"})


def yolov8_obb(objects: Objects) -> Head:
    rows = np.concatenate((objects.centered, objects.one_hot, objects.angles[:, None]), axis=1)
    return Head({"output0": _cells(rows).T[None]})


def yolo_nms(objects: Objects) -> Head:
    return Head({"output0": _padded(_scored(objects))[None]})


def yolo_nms_seg(objects: Objects) -> Head:
    weights, prototypes = _coefficients(objects)
    rows = np.concatenate((_scored(objects), weights), axis=1)
    return Head({"output0": _padded(rows)[None], "output1": prototypes[None]})


def yolo_nms_pose(objects: Objects) -> Head:
    rows = np.concatenate((_scored(objects), _scored_points(objects)), axis=1)
    return Head({"output0": _padded(rows)[None]}, {"keypoint_shape": "[5, 3]"})


def yolo_nms_obb(objects: Objects) -> Head:
    columns = (
        objects.centered,
        objects.scores[:, None],
        objects.classes[:, None],
        objects.angles[:, None],
    )
    return Head({"output0": _padded(np.concatenate(columns, axis=1).astype(np.float32))[None]})


def yolox(objects: Objects) -> Head:
    """Undecoded: each object in the cell of 16 pixels that its centre lies in."""
    rows = np.zeros((8400, 5 + len(LABELS)), np.float32)
    for center, one_hot in zip(objects.centered, objects.one_hot, strict=True):
        column, row = int(center[0] // 16), int(center[1] // 16)
        cell = 6400 + row * 40 + column
        rows[cell, :2] = center[:2] / 16 - (column, row)
        rows[cell, 2:4] = np.log(center[2:] / 16)
        rows[cell, 4] = 0.9
        rows[cell, 5:] = one_hot / 0.9
    return Head({"output": rows[None]})


def yolox_decoded(objects: Objects) -> Head:
    return Head({"output": yolov5(objects).outputs["output0"][:, :8400]}, {"decoded": "true"})


def yolo_nas(objects: Objects) -> Head:
    return Head(
        {
            "graph2_pred_boxes": _cells(objects.boxes)[None],
            "graph2_pred_scores": _cells(objects.one_hot)[None],
        }
    )


def yolo_nas_numbered(objects: Objects) -> Head:
    """As of a file without suppression: the names are numbers."""
    boxes, scores = yolo_nas(objects).outputs.values()
    return Head({"1134": boxes, "1126": scores})


def yolo_nas_flat(objects: Objects) -> Head:
    other = np.zeros((len(objects.scores), 1), np.float32)
    columns = (other, objects.boxes, objects.scores[:, None], objects.classes[:, None])
    return Head({"graph2_flat_predictions": np.concatenate(columns, axis=1).astype(np.float32)})


def nanodet(objects: Objects) -> Head:
    """Distances, in cells of 64 pixels, as distributions over two neighbours."""
    counts = [(-(-SIDE // stride)) ** 2 for stride in (8, 16, 32, 64)]
    rows = np.zeros((sum(counts), len(LABELS) + 4 * 8), np.float32)
    rows[:, len(LABELS) :] = 0
    for center, box, one_hot in zip(objects.centered, objects.boxes, objects.one_hot, strict=True):
        column, row = int(center[0] // 64), int(center[1] // 64)
        place = np.array((column * 64, row * 64), np.float32)
        distances = np.concatenate((place - box[:2], box[2:] - place)) / 64
        cell = sum(counts[:3]) + row * 10 + column
        rows[cell, : len(LABELS)] = one_hot
        bins = np.full((4, 8), -30.0, np.float32)
        for side, distance in enumerate(distances):
            low = int(distance)
            share = distance - low
            bins[side, low] = np.log(max(1 - share, 1e-9))
            bins[side, low + 1] = np.log(max(share, 1e-9))
        rows[cell, len(LABELS) :] = bins.reshape(-1)
    return Head({"output": rows[None]})


def rtdetr(objects: Objects) -> Head:
    rows = np.concatenate((objects.centered / SIDE, objects.one_hot), axis=1)
    return Head({"output0": _padded(rows)[None]})


def rtdetr_best(objects: Objects) -> Head:
    columns = (objects.centered / SIDE, objects.scores[:, None], objects.classes[:, None])
    return Head({"output0": _padded(np.concatenate(columns, axis=1).astype(np.float32))[None]})


def detr_postprocessed(objects: Objects) -> Head:
    return Head(
        {
            "labels": _padded(objects.classes[:, None].astype(np.float32)).astype(np.int64)[
                None, :, 0
            ],
            "boxes": _padded(objects.boxes)[None],
            "scores": _padded(objects.scores[:, None])[None, :, 0],
        }
    )


def torchvision(objects: Objects) -> Head:
    return Head(
        {
            "boxes": objects.boxes,
            "labels": objects.classes + 1,
            "scores": objects.scores,
        },
        {"first_class": "1"},
    )


def detr(objects: Objects) -> Head:
    logits = np.full((100, len(LABELS) + 1), -20, np.float32)
    logits[:, -1] = 0
    odds = objects.scores / (1 - objects.scores)
    logits[np.arange(len(odds)), objects.classes] = np.log(odds)
    return Head(
        {"logits": logits[None], "pred_boxes": _padded(objects.centered / SIDE, 100)[None]},
        {"activation": "softmax"},
    )


def detr_sigmoid(objects: Objects) -> Head:
    logits = _logit(_padded(objects.one_hot, 100))
    return Head(
        {"logits": logits[None], "pred_boxes": _padded(objects.centered / SIDE, 100)[None]},
        {"activation": "sigmoid"},
    )


def rfdetr(objects: Objects) -> Head:
    logits = np.full((300, len(LABELS) + 1), -20, np.float32)
    logits[: len(objects.scores), :-1] = _logit(objects.one_hot)
    logits[:, -1] = 5
    masks = np.full((300, 160, 160), -4, np.float32)
    masks[: len(objects.scores)] = _masks(objects) * 8 - 4
    return Head(
        {
            "dets": _padded(objects.centered / SIDE)[None],
            "labels": logits[None],
            "masks": masks[None],
        }
    )


def tf_detection(objects: Objects) -> Head:
    boxes = objects.boxes[:, (1, 0, 3, 2)] / SIDE
    return Head(
        {
            "detection_boxes": _padded(boxes)[None],
            "detection_scores": _padded(objects.scores[:, None])[None, :, 0],
            "detection_classes": _padded(objects.classes[:, None] + np.float32(1))[None, :, 0],
            "num_detections": np.array([len(objects.scores)], np.float32),
        }
    )


def efficient_nms(objects: Objects) -> Head:
    garbage = np.full((100, 4), 9e3, np.float32)
    garbage[: len(objects.boxes)] = objects.boxes
    scores = np.full(100, 0.99, np.float32)
    scores[: len(objects.scores)] = objects.scores
    classes = np.zeros(100, np.int32)
    classes[: len(objects.scores)] = objects.classes
    return Head(
        {
            "num_dets": np.array([[len(objects.scores)]], np.int32),
            "det_boxes": garbage[None],
            "det_scores": scores[None],
            "det_classes": classes[None],
        }
    )


def mmdetection(objects: Objects) -> Head:
    rows = np.concatenate((objects.boxes, objects.scores[:, None]), axis=1)
    return Head(
        {
            "dets": _padded(rows, 100)[None],
            "labels": _padded(objects.classes[:, None].astype(np.float32), 100).astype(np.int64)[
                None, :, 0
            ],
        }
    )


def paddle(objects: Objects) -> Head:
    columns = (objects.classes[:, None], objects.scores[:, None], objects.boxes)
    rows = np.concatenate(columns, axis=1).astype(np.float32)
    beyond = np.full((2, 6), 0.9, np.float32)
    return Head(
        {
            "multiclass_nms3_0.tmp_0": np.concatenate((rows, beyond)),
            "multiclass_nms3_0.tmp_2": np.array([len(rows)], np.int32),
        }
    )


def candidates(objects: Objects) -> Head:
    return Head(
        {
            "boxes": objects.boxes[None],
            "scores": objects.scores[None],
            "classes": objects.classes.astype(np.int32)[None],
        }
    )


def centerface(objects: Objects) -> Head:
    heat = np.zeros((1, 160, 160), np.float32)
    scale = np.zeros((2, 160, 160), np.float32)
    offset = np.zeros((2, 160, 160), np.float32)
    marks = np.zeros((10, 160, 160), np.float32)
    for center, box, score, points in zip(
        objects.centered, objects.boxes, objects.scores, objects.points, strict=True
    ):
        column, row = int(center[0] // 4), int(center[1] // 4)
        heat[0, row, column] = score
        scale[:, row, column] = np.log(center[[3, 2]] / 4)
        offset[:, row, column] = center[[1, 0]] / 4 - (row, column) - 0.5
        shares = (points - box[:2]) / center[2:]
        marks[:, row, column] = shares[:, ::-1].reshape(-1)
    names = ("537", "538", "539", "540")
    return Head(dict(zip(names, _batch(heat, scale, offset, marks), strict=True)), labels=("face",))


def scrfd(objects: Objects) -> Head:
    outputs: dict[str, NDArray[np.generic]] = {}
    for stride in (8, 16, 32):
        side = SIDE // stride
        scores = np.zeros((side * side * 2, 1), np.float32)
        distances = np.zeros((side * side * 2, 4), np.float32)
        marks = np.zeros((side * side * 2, 10), np.float32)
        if stride == 16:
            for center, box, score, points in zip(
                objects.centered, objects.boxes, objects.scores, objects.points, strict=True
            ):
                column, row = int(center[0] // 16), int(center[1] // 16)
                place = np.array((column * 16, row * 16), np.float32)
                anchor = (row * side + column) * 2 + 1
                scores[anchor] = score
                distances[anchor] = np.concatenate((place - box[:2], box[2:] - place)) / 16
                marks[anchor] = ((points - place) / 16).reshape(-1)
        for name, rows in (("score", scores), ("bbox", distances), ("kps", marks)):
            outputs[f"{name}_{stride}"] = rows
    return Head(outputs, labels=("face",))


def yunet(objects: Objects) -> Head:
    outputs: dict[str, NDArray[np.generic]] = {}
    for stride in (8, 16, 32):
        side = SIDE // stride
        scores = np.zeros((side * side, 1), np.float32)
        boxes = np.zeros((side * side, 4), np.float32)
        marks = np.zeros((side * side, 10), np.float32)
        if stride == 32:
            for center, score, points in zip(
                objects.centered, objects.scores, objects.points, strict=True
            ):
                column, row = int(center[0] // 32), int(center[1] // 32)
                cell = row * side + column
                scores[cell] = score
                boxes[cell, :2] = center[:2] / 32 - (column, row)
                boxes[cell, 2:] = np.log(center[2:] / 32)
                marks[cell] = (points / 32 - (column, row)).reshape(-1)
        for name, rows in (("cls", scores), ("obj", scores), ("bbox", boxes), ("kps", marks)):
            outputs[f"{name}_{stride}"] = rows[None]
    return Head(outputs, labels=("face",))


def blazeface(objects: Objects) -> Head:
    """On an input of 128 pixels: objects are given in its pixels."""
    values = np.zeros((896, 16), np.float32)
    logits = np.full((896, 1), -20, np.float32)
    for center, score, points in zip(objects.centered, objects.scores, objects.points, strict=True):
        column, row = int(center[0] // 16), int(center[1] // 16)
        anchor = 512 + (row * 8 + column) * 6
        place = np.array((column * 16 + 8, row * 16 + 8), np.float32)
        values[anchor, :2] = center[:2] - place
        values[anchor, 2:4] = center[2:]
        values[anchor, 4:14] = (points - place).reshape(-1)
        logits[anchor] = _logit(score)
    return Head(
        {"regressors": values[None], "classificators": logits[None]}, labels=("face",), side=128
    )


def retinaface(objects: Objects) -> Head:
    loc, conf, marks = [], [], []
    for stride, sizes in zip((8, 16, 32), ((16, 32), (64, 128), (256, 512)), strict=True):
        side = SIDE // stride
        boxes = np.zeros((side * side * 2, 4), np.float32)
        scores = np.zeros((side * side * 2, 2), np.float32)
        points_ = np.zeros((side * side * 2, 10), np.float32)
        if stride == 16:
            for center, score, points in zip(
                objects.centered, objects.scores, objects.points, strict=True
            ):
                column, row = int(center[0] // 16), int(center[1] // 16)
                prior = (row * side + column) * 2 + 1
                place = np.array((column + 0.5, row + 0.5), np.float32) * 16
                boxes[prior, :2] = (center[:2] - place) / 0.1 / sizes[1]
                boxes[prior, 2:] = np.log(center[2:] / sizes[1]) / 0.2
                scores[prior] = (1 - score, score)
                points_[prior] = ((points - place) / 0.1 / sizes[1]).reshape(-1)
        loc.append(boxes)
        conf.append(scores)
        marks.append(points_)
    joined = (np.concatenate(parts)[None] for parts in (loc, conf, marks))
    return Head(dict(zip(("loc", "conf", "landms"), joined, strict=True)), labels=("face",))


def _scored(objects: Objects) -> Array:
    columns = (objects.boxes, objects.scores[:, None], objects.classes[:, None])
    return np.concatenate(columns, axis=1).astype(np.float32)


def _scored_points(objects: Objects) -> Array:
    sure = np.full((*objects.points.shape[:2], 1), 0.8, np.float32)
    return np.concatenate((objects.points, sure), axis=2).reshape(len(objects.points), -1)


HEADS: Mapping[str, tuple[str, Callable[[Objects], Head]]] = {
    "blazeface": ("blazeface", blazeface),
    "candidates": ("candidates", candidates),
    "centerface": ("centerface", centerface),
    "detr": ("detr", detr),
    "detr with sigmoid": ("detr", detr_sigmoid),
    "detr_postprocessed": ("detr_postprocessed", detr_postprocessed),
    "efficient_nms": ("efficient_nms", efficient_nms),
    "mmdetection": ("mmdetection", mmdetection),
    "nanodet": ("nanodet", nanodet),
    "paddle": ("paddle", paddle),
    "retinaface": ("retinaface", retinaface),
    "rfdetr": ("rfdetr", rfdetr),
    "rtdetr": ("rtdetr", rtdetr),
    "rtdetr, best class": ("rtdetr", rtdetr_best),
    "scrfd": ("scrfd", scrfd),
    "tf_detection": ("tf_detection", tf_detection),
    "torchvision": ("torchvision", torchvision),
    "yolo_nas": ("yolo_nas", yolo_nas),
    "yolo_nas, numbered": ("yolo_nas", yolo_nas_numbered),
    "yolo_nas_flat": ("yolo_nas_flat", yolo_nas_flat),
    "yolo_nms": ("yolo_nms", yolo_nms),
    "yolo_nms_obb": ("yolo_nms_obb", yolo_nms_obb),
    "yolo_nms_pose": ("yolo_nms_pose", yolo_nms_pose),
    "yolo_nms_seg": ("yolo_nms_seg", yolo_nms_seg),
    "yolov5": ("yolov5", yolov5),
    "yolov7_end2end": ("yolov7_end2end", yolov7_end2end),
    "yolov8": ("yolov8", yolov8),
    "yolov8_obb": ("yolov8_obb", yolov8_obb),
    "yolov8_pose": ("yolov8_pose", yolov8_pose),
    "yolov8_seg": ("yolov8_seg", yolov8_seg),
    "yolox": ("yolox", yolox),
    "yolox, decoded": ("yolox", yolox_decoded),
    "yunet": ("yunet", yunet),
}
