"""Faces laid as a face embedder was trained to see them.

Such models are trained on faces whose landmarks lie always at the same places, and tell persons
apart less well on others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from ocelli.edge.vision.image import Region
from ocelli.edge.vision.letterbox import InputSpec
from ocelli.edge.vision.upright import UprightImage

_EYES = frozenset({"right_eye", "left_eye"})
_ROOM_PX = 2.0
"""What an interpolation needs beside the face."""


class Alignment(StrEnum):
    """Where the landmarks of a face lie in a model's input: values of `ocelli.align`."""

    DLIB = "dlib"
    ARCFACE = "arcface"


@dataclass(frozen=True, slots=True)
class Template:
    """Where landmarks lie.

    Attributes:
        side_px: of the square input that they are given for.
        points: x and y in it, in pixels, by the landmark's name; right and left are the person's.
    """

    side_px: int
    points: Mapping[str, tuple[float, float]]

    def finds(self, names: Sequence[str]) -> bool:
        """Whether a face with landmarks of these names can be laid so: both eyes are among them."""
        return set(names) >= _EYES


TEMPLATES: Mapping[Alignment, Template] = MappingProxyType(
    {
        # The mean face of dlib's `get_face_chip_details` with a padding of a quarter: the middle of
        # each eye, the tip of the nose, the corners of the mouth.
        Alignment.DLIB: Template(
            150,
            {
                "right_eye": (47.6, 46.6),
                "left_eye": (100.5, 46.6),
                "nose": (74.0, 76.6),
                "right_mouth": (50.4, 103.0),
                "left_mouth": (97.6, 103.0),
            },
        ),
        # As published with ArcFace (Deng et al., 2019) and its predecessors.
        Alignment.ARCFACE: Template(
            112,
            {
                "right_eye": (38.2946, 51.6963),
                "left_eye": (73.5318, 51.5014),
                "nose": (56.0252, 71.7366),
                "right_mouth": (41.5493, 92.3655),
                "left_mouth": (70.7299, 92.2041),
            },
        ),
    }
)
"""The templates there are."""


def align(
    image: UprightImage,
    names: Sequence[str],
    places: NDArray[np.float64],
    template: Template,
    spec: InputSpec,
) -> NDArray[np.uint8] | None:
    """Turns, scales and moves a face until its landmarks lie nearest to those of the template.

    Beyond the edge of the image its last pixels go on.

    Args:
        image: as decoded.
        names: of the landmarks.
        places: [P, 2], x and y of each, in pixels of the upright image.
        template: where they are to lie.
        spec: the model's input, a square.

    Returns:
        uint8 [height, width, 3] in the model's colour order; None if the landmarks are of no use:
        not finite, all at one place, or outside of the image.
    """
    known = [at for at, name in enumerate(names) if name in template.points]
    seen = places[known, 0] + 1j * places[known, 1]
    ratio = spec.width / template.side_px
    goal = np.array([ratio * complex(*template.points[names[at]]) for at in known])
    found = _similarity(seen, goal)
    if found is None:
        return None
    turn, shift = found
    corners = (np.array((0, spec.width, spec.width * 1j, spec.width * (1 + 1j))) - shift) / turn
    around = Region(
        corners.real.min() - _ROOM_PX,
        corners.imag.min() - _ROOM_PX,
        corners.real.max() + _ROOM_PX,
        corners.imag.max() + _ROOM_PX,
    )
    if not _overlap(around, image.bounds):
        return None
    return _warp(image.crop(around), turn, shift, spec)


def _similarity(
    seen: NDArray[np.complex128], goal: NDArray[np.complex128]
) -> tuple[complex, complex] | None:
    """The least squares over similarities without a reflection (Umeyama, 1991).

    For points of a plane, as complex numbers, those are z → turn · z + shift.
    """
    centred = seen - seen.mean()
    spread = np.vdot(centred, centred).real
    if not np.isfinite(spread) or spread < 1:
        return None
    turn = complex(np.vdot(centred, goal - goal.mean()) / spread)
    return (turn, complex(goal.mean() - turn * seen.mean())) if abs(turn) > 0 else None


def _warp(view: UprightImage, turn: complex, shift: complex, spec: InputSpec) -> NDArray[np.uint8]:
    pixels, covers = view.pixels, view.covers
    # Detail that is finer than a pixel of the model is averaged away first.
    while abs(turn) * covers.width / pixels.shape[1] <= 1 / 2 and min(pixels.shape[:2]) > 1:
        half = ((pixels.shape[1] + 1) // 2, (pixels.shape[0] + 1) // 2)
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    step_x, step_y = covers.width / pixels.shape[1], covers.height / pixels.shape[0]
    first = complex(covers.x_min + step_x / 2, covers.y_min + step_y / 2)
    origin = turn * first + shift
    matrix = np.array(
        (
            (turn.real * step_x, -turn.imag * step_y, origin.real),
            (turn.imag * step_x, turn.real * step_y, origin.imag),
        )
    )
    size = (spec.width, spec.height)
    warped = cv2.warpAffine(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    if warped.ndim == 2:
        warped = cv2.cvtColor(warped, cv2.COLOR_GRAY2RGB)
    elif view.color is not spec.color:
        warped = cv2.cvtColor(warped, cv2.COLOR_BGR2RGB)
    return np.asarray(warped, np.uint8)


def _overlap(one: Region, other: Region) -> bool:
    width = min(one.x_max, other.x_max) - max(one.x_min, other.x_min)
    height = min(one.y_max, other.y_max) - max(one.y_min, other.y_min)
    return width > 0 and height > 0
