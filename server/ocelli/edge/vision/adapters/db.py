"""Lines of text in a probability map.

After Liao et al., Real-time Scene Text Detection with Differentiable Binarization (2020): the map
shows the cores of lines, shrunk so that neighbours stay apart. Each connected core is grown again
by its area over its perimeter, times a ratio.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.adapters.adapter import ModelSignature, TensorSpec, refused, take_output

_CORE = 0.3
"""Probability from which a pixel belongs to a core."""
_MIN_MEAN = 0.5
"""A core whose pixels are less likely than this on average is none."""
_GROWTH = 1.6
_MIN_SIDE_PX = 3
_MAX_CORES = 4000


@dataclass(frozen=True, slots=True)
class Places:
    """Where lines of text may be.

    Attributes:
        quads: float32 [K, 4, 2], x and y of the corners in pixels of the map, in the order that
            `in_order` gives; the surest first.
        scores: float32 [K], mean probability of the core, 0 to 1.
    """

    quads: NDArray[np.float32]
    scores: NDArray[np.float32]


class DbAdapter:
    """Reads one output uint8 [N, H, W]: probabilities in 255ths, of the size of the input.

    Raises:
        OcelliError: MODEL_REFUSED without such an output.
    """

    def __init__(self, signature: ModelSignature) -> None:
        outputs: tuple[TensorSpec, ...] = signature.outputs
        if len(outputs) != 1 or outputs[0].dtype != "UINT8" or len(outputs[0].shape) != 3:
            raise refused("db", "one output UINT8[N, height, width]", outputs)
        self._name = outputs[0].name

    @property
    def output_names(self) -> tuple[str, ...]:
        """The tensors to ask the model for."""
        return (self._name,)

    def decode(self, outputs: Mapping[str, NDArray[Any]]) -> Places:
        """Where lines may be.

        Raises:
            OcelliError: INFERENCE_FAILED if the tensor is missing or of another shape.
        """
        return places(take_output(outputs, self._name, (-1, -1)))


def places(probability: NDArray[np.uint8]) -> Places:
    """The lines in a map uint8 [H, W] of probabilities in 255ths."""
    cores = (probability > _CORE * 255).astype(np.uint8)
    # The gaps between letters are bridged, and a core of one pixel's height has an area.
    cores = np.asarray(cv2.dilate(cores, np.ones((2, 2), np.uint8)), np.uint8)
    contours, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads: list[NDArray[np.float32]] = []
    scores: list[float] = []
    for contour in contours[:_MAX_CORES]:
        center, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _MIN_SIDE_PX:
            continue
        score = _mean(probability, contour)
        if score < _MIN_MEAN:
            continue
        grown = 2 * _GROWTH * width * height / (2 * (width + height))
        corners = cv2.boxPoints((center, (width + grown, height + grown), angle))
        quads.append(in_order(np.asarray(corners, np.float32)))
        scores.append(score)
    if not quads:
        return Places(np.empty((0, 4, 2), np.float32), np.empty(0, np.float32))
    surest = np.argsort(-np.asarray(scores), kind="stable")
    return Places(np.stack(quads)[surest], np.asarray(scores, np.float32)[surest])


def in_order(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """The corners [4, 2] of a rectangle, clockwise from the top left as its text is read.

    Text is taken to run along the longer side, to the right, or downwards where that is upright;
    a rectangle that is not much higher than wide holds text that runs to the right.
    """
    center = corners.mean(axis=0)
    around = np.arctan2(corners[:, 1] - center[1], corners[:, 0] - center[0])
    clockwise = corners[np.argsort(around)]
    # From the corner whose next edge points most to the right.
    edges = np.roll(clockwise, -1, axis=0) - clockwise
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    first = int(np.argmax(edges[:, 0] / np.maximum(lengths, 1e-6)))
    if lengths[(first + 1) % 4] >= 1.5 * lengths[first]:
        first += 1
    return np.roll(clockwise, -first, axis=0)


def _mean(probability: NDArray[np.uint8], contour: NDArray[Any]) -> float:
    """The mean probability within a contour, 0 to 1."""
    x, y, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [contour], 0, 1, cv2.FILLED, offset=(-x, -y))
    return float(cv2.mean(probability[y : y + height, x : x + width], inside)[0]) / 255
