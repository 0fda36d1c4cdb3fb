"""Face detectors: one class, and keypoints.

Sources: Star-Clouds/CenterFace (`centerface.py`), deepinsight/insightface (`scrfd.py`), OpenCV's
`FaceDetectorYN`, MediaPipe's BlazeFace (front, 128 pixels), biubug6/Pytorch_Retinaface.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.activation import activated
from ocelli.edge.vision.adapters.adapter import (
    FLOATS,
    ModelSignature,
    TensorSpec,
    corners_of,
    find_output,
    refused,
    take_output,
)
from ocelli.edge.vision.adapters.dense import grid
from ocelli.edge.vision.boxes import Candidates

_CENTERFACE_STRIDE = 4
_STRIDES = (8, 16, 32)
_SCRFD_ANCHORS = 2
_BLAZEFACE = {128: ((8, 2), (16, 6)), 256: ((16, 2), (32, 6))}
"""Anchors of a cell by stride, by the side of the input."""
_RETINAFACE_SIZES = ((16, 32), (64, 128), (256, 512))
_RETINAFACE_VARIANCES = (0.1, 0.2)


class CenterFaceAdapter:
    """Reads four maps [N, 1, h, w], [N, 2, h, w], [N, 2, h, w], [N, 10, h, w] of cells of 4 pixels.

    They are the heat, the logarithms of height and width, the offset y, x of the centre, and five
    points (y, x as shares of the box: eyes, nose, corners of the mouth). The two of the same shape
    are in this order in the config.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        by_channels: dict[int, list[TensorSpec]] = {}
        for spec in signature.outputs:
            if spec.dtype in FLOATS and len(spec.shape) == 4:
                by_channels.setdefault(spec.shape[1], []).append(spec)
        if {channels: len(specs) for channels, specs in by_channels.items()} != {1: 1, 2: 2, 10: 1}:
            expected = "heat FP32[N, 1, h, w], scale and offset [N, 2, h, w], points [N, 10, h, w]"
            raise refused("centerface", expected, signature.outputs)
        self._names = tuple(spec.name for channels in (1, 2, 10) for spec in by_channels[channels])

    @property
    def output_names(self) -> tuple[str, ...]:
        """Heat, scale, offset, points."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The faces that score at least `score_threshold`."""
        heat = take_output(outputs, self._names[0], (1, -1, -1))[0]
        size, offset, points = (
            take_output(outputs, name, (channels, *heat.shape))
            for name, channels in zip(self._names[1:], (2, 2, 10), strict=True)
        )
        rows, columns = np.nonzero(heat >= score_threshold)
        sides = np.exp(size[:, rows, columns].astype(np.float32)) * _CENTERFACE_STRIDE
        height, width = sides
        y, x = (
            (place + offset[axis, rows, columns].astype(np.float32) + 0.5) * _CENTERFACE_STRIDE
            for axis, place in enumerate((rows, columns))
        )
        boxes = corners_of(np.stack((x, y, width, height), axis=1))
        shares = points[:, rows, columns].astype(np.float32).reshape(5, 2, -1)
        keypoints = np.stack(
            (
                shares[:, 1] * width + boxes[:, 0],
                shares[:, 0] * height + boxes[:, 1],
                np.full(shares[:, 0].shape, np.nan, np.float32),
            ),
            axis=-1,
        ).transpose(1, 0, 2)
        return _faces(boxes, heat[rows, columns], keypoints)


class ScrfdAdapter:
    """Reads nine outputs of SCRFD: for strides of 8, 16 and 32, scores, distances and points.

    [N, cells × 2, 1], [N, cells × 2, 4] and [N, cells × 2, 10], with or without the batch axis: the
    distances from the cell's corner to the left, top, right and bottom, and five points relative to
    it, in strides.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of cells than the input has.
    """

    def __init__(self, signature: ModelSignature) -> None:
        cells, strides = grid(signature.input_width, signature.input_height, _STRIDES)
        self._cells = np.repeat(cells * strides, _SCRFD_ANCHORS, axis=0)
        self._strides = np.repeat(strides, _SCRFD_ANCHORS, axis=0)
        counts = [
            -(-signature.input_width // s) * -(-signature.input_height // s) * _SCRFD_ANCHORS
            for s in _STRIDES
        ]
        found = [_of_shape(signature, count, width) for width in (1, 4, 10) for count in counts]
        if len(signature.outputs) != len(found) or None in found:
            expected = (
                f"for {', '.join(map(str, counts))} anchors each FP32[anchors, 1], [anchors, 4] "
                "and [anchors, 10]"
            )
            raise refused("scrfd", expected, signature.outputs)
        self._names = tuple(name for name in found if name is not None)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Scores, distances and points of each stride."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The faces that score at least `score_threshold`."""
        scores, distances, points = (
            _joined(outputs, self._names[at : at + 3], width)
            for at, width in ((0, 1), (3, 4), (6, 10))
        )
        kept = np.flatnonzero(scores[:, 0] >= score_threshold)
        centers, strides = self._cells[kept], self._strides[kept]
        sides = distances[kept] * strides
        boxes = np.concatenate((centers - sides[:, :2], centers + sides[:, 2:]), axis=1)
        places = points[kept].reshape(-1, 5, 2) * strides[:, None] + centers[:, None]
        return _faces(boxes, scores[kept, 0], _without_scores(places))


class YunetAdapter:
    """Reads twelve outputs of YuNet: `cls`, `obj`, `bbox` and `kps`, each for 8, 16 and 32.

    [N, cells, 1], [N, cells, 1], [N, cells, 4] and [N, cells, 10]: the score is the root of the
    first two's product; centres and points are in cells, sizes their logarithms.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs.
    """

    def __init__(self, signature: ModelSignature) -> None:
        self._names = tuple(
            f"{kind}_{stride}" for kind, stride in product(("cls", "obj", "bbox", "kps"), _STRIDES)
        )
        if any(find_output(signature.outputs, name, FLOATS) is None for name in self._names):
            expected = (
                "cls_8, obj_8, bbox_8, kps_8 FP32[N, cells, 1, 1, 4, 10], and those of 16, 32"
            )
            raise refused("yunet", expected, signature.outputs)
        self._cells, self._strides = grid(signature.input_width, signature.input_height, _STRIDES)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Classes, objectness, boxes and points of each stride."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The faces that score at least `score_threshold`."""
        classes, objects, boxes, points = (
            _joined(outputs, self._names[at : at + 3], width)
            for at, width in ((0, 1), (3, 1), (6, 4), (9, 10))
        )
        scores = np.sqrt(np.clip(classes[:, 0], 0, 1) * np.clip(objects[:, 0], 0, 1))
        kept = np.flatnonzero(scores >= score_threshold)
        cells, strides = self._cells[kept], self._strides[kept]
        centers = (boxes[kept, :2] + cells) * strides
        sides = np.exp(np.clip(boxes[kept, 2:], -20, 20)) * strides
        places = (points[kept].reshape(-1, 5, 2) + cells[:, None]) * strides[:, None]
        found = corners_of(np.concatenate((centers, sides), axis=1))
        return _faces(found, scores[kept], _without_scores(places))


class BlazeFaceAdapter:
    """Reads two outputs of BlazeFace: [N, anchors, 16] and logits [N, anchors, 1].

    Columns are centre x, centre y, width, height and six points (eyes, nose, mouth, ears), in
    pixels of the input, from the anchor's centre. The anchors are those of the input's side, 128 or
    256.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs or another input.
    """

    def __init__(self, signature: ModelSignature) -> None:
        side = signature.input_width
        layers = _BLAZEFACE.get(side if side == signature.input_height else 0, ())
        self._centers = np.concatenate(
            [
                np.repeat((cells + 0.5) * strides, count, axis=0)
                for stride, count in layers
                for cells, strides in (grid(side, side, (stride,)),)
            ]
            or [np.empty((0, 2), np.float32)]
        )
        anchors = len(self._centers)
        values, logits = (_of_shape(signature, anchors, width) for width in (16, 1))
        if not layers or values is None or logits is None:
            expected = "FP32[N, 896, 16] and FP32[N, 896, 1], and an input of 128×128 or 256×256"
            raise refused("blazeface", expected, signature.outputs)
        self._names = (values, logits)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes with points, and logits."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The faces that score at least `score_threshold`."""
        logits = _joined(outputs, self._names[1:], 1)[:, 0]
        scores = activated(logits, "sigmoid")
        kept = np.flatnonzero(scores >= score_threshold)
        values = _joined(outputs, self._names[:1], 16)[kept]
        centers = self._centers[kept]
        boxes = np.concatenate((values[:, :2] + centers, values[:, 2:4]), axis=1)
        places = values[:, 4:].reshape(-1, 6, 2) + centers[:, None]
        return _faces(corners_of(boxes), scores[kept], _without_scores(places))


class RetinaFaceAdapter:
    """Reads three outputs of RetinaFace: [N, priors, 4], [N, priors, 2] and [N, priors, 10].

    Boxes and points relative to priors of two sizes in each cell of 8, 16 and 32 pixels, with
    variances of 0.1 and 0.2, and the scores of background and face, softmax applied.

    Raises:
        OcelliError: MODEL_REFUSED for other outputs, or another number of priors than the input
            has.
    """

    def __init__(self, signature: ModelSignature) -> None:
        priors = []
        for stride, sizes in zip(_STRIDES, _RETINAFACE_SIZES, strict=True):
            cells, strides = grid(signature.input_width, signature.input_height, (stride,))
            centers = np.repeat((cells + 0.5) * strides, len(sizes), axis=0)
            sides = np.tile(np.array(sizes, np.float32), len(cells))[:, None]
            priors.append(np.concatenate((centers, sides, sides), axis=1))
        self._priors = np.concatenate(priors)
        count = len(self._priors)
        names = [_of_shape(signature, count, width) for width in (4, 2, 10)]
        if len(signature.outputs) != len(names) or None in names:
            expected = f"FP32[N, {count}, 4], [N, {count}, 2] and [N, {count}, 10]"
            raise refused("retinaface", expected, signature.outputs)
        self._names = tuple(name for name in names if name is not None)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Boxes, scores, points."""
        return self._names

    def decode(self, outputs: Mapping[str, NDArray[Any]], score_threshold: float) -> Candidates:
        """The faces that score at least `score_threshold`."""
        boxes, scores, points = (
            _joined(outputs, (name,), width)
            for name, width in zip(self._names, (4, 2, 10), strict=True)
        )
        kept = np.flatnonzero(scores[:, 1] >= score_threshold)
        priors = self._priors[kept]
        near, far = _RETINAFACE_VARIANCES
        centers = priors[:, :2] + boxes[kept, :2] * near * priors[:, 2:]
        sides = priors[:, 2:] * np.exp(np.clip(boxes[kept, 2:] * far, -20, 20))
        places = priors[:, None, :2] + points[kept].reshape(-1, 5, 2) * near * priors[:, None, 2:]
        found = corners_of(np.concatenate((centers, sides), axis=1))
        return _faces(found, scores[kept, 1], _without_scores(places))


def _of_shape(signature: ModelSignature, rows: int, columns: int) -> str | None:
    """The name of the one output [rows, columns], with or without a batch axis."""
    found = [
        spec.name
        for spec in signature.outputs
        if spec.dtype in FLOATS and len(spec.shape) in {2, 3} and spec.shape[-2:] == (rows, columns)
    ]
    return found[0] if len(found) == 1 else None


def _joined(
    outputs: Mapping[str, NDArray[Any]], names: tuple[str, ...], columns: int
) -> NDArray[np.float32]:
    """Outputs [rows, columns], one below the other."""
    rows = []
    for name in names:
        tensor = outputs.get(name)
        if tensor is not None and tensor.ndim == 2:  # exported without a batch axis
            rows.append(tensor)
        else:
            rows.append(take_output(outputs, name, (-1, columns)))
    return np.concatenate(rows).astype(np.float32)


def _without_scores(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Points [K, P, 2] with NaN for their scores."""
    unknown = np.full((*places.shape[:2], 1), np.nan, np.float32)
    return np.concatenate((places.astype(np.float32), unknown), axis=2)


def _faces(boxes: NDArray[Any], scores: NDArray[Any], keypoints: NDArray[np.float32]) -> Candidates:
    return Candidates(
        boxes.astype(np.float32),
        scores.astype(np.float32),
        np.zeros(len(scores), np.int32),
        keypoints=np.ascontiguousarray(keypoints),
    )
