"""Pictures with words: notices, each a photo above two lines of text that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np

from demo.output import Output
from ocelli.client import draw
from ocelli.client.draw import Pixels
from ocelli.client.lettering import Lettering
from ocelli.models.media import Medium

_WIDTH_PX = 480
_LETTERS_PX = 26
_LEADING_PX = 40
_MARGIN_PX = 16
_PAPER = (250, 246, 232)
_INK = (45, 40, 60)

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cat": ("Lost: answers to Mimi", "Reward, call 555-0142"),
        "coffee": ("Espresso 2.80, Latte 3.60", "Free refills until noon"),
        "flower": ("Spring market on Saturday", "Seeds, bulbs and cuttings"),
        "motorcycle": ("For sale: 4,200 km", "New tyres, one owner"),
        "pagoda": ("Temple garden", "Closed on Mondays"),
        "rocket": ("Visitors' gallery", "Opens at 9:30, no flash"),
    }
)
"""Stem of a photo → what its notice says."""


@dataclass(frozen=True)
class Notice:
    """A photo with words."""

    path: Path
    lines: tuple[str, str]
    """What it says."""


def write_notices(photos: Sequence[Medium], output: Output) -> list[Notice]:
    """Writes a notice of each photo that has words, as a JPEG."""
    notices = []
    for photo in photos:
        if lines := _WORDS.get(photo.path.stem):
            path = output.path(f"notices/{photo.path.stem}.jpg")
            draw.save(path, _notice(draw.load(photo.path), lines))
            notices.append(Notice(path, lines))
    return notices


def _notice(photo: Pixels, lines: Sequence[str]) -> Pixels:
    """The photo above its lines, uint8 RGB (H, W, 3)."""
    height = round(photo.shape[0] * _WIDTH_PX / photo.shape[1])
    method = cv2.INTER_AREA if photo.shape[1] > _WIDTH_PX else cv2.INTER_CUBIC
    whole = np.full(
        (height + _LEADING_PX * len(lines) + 2 * _MARGIN_PX, _WIDTH_PX, 3), _PAPER, np.uint8
    )
    whole[:height] = cv2.resize(photo, (_WIDTH_PX, height), interpolation=method)
    lettering = Lettering(_LETTERS_PX)
    for number, line in enumerate(lines):
        baseline = height + _MARGIN_PX + number * _LEADING_PX + lettering.ascent
        lettering.write(whole, line, _MARGIN_PX, baseline, _INK)
    return whole
